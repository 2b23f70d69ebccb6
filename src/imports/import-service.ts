import { type Actor, actorRef } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Sql } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import { findPlace, type Place } from '../secrets/place-store.ts';
import { parseSecretName } from '../secrets/secret-name.ts';
import type { Import, WantedEntry } from './import.ts';
import { countItems, insertItems } from './import-item-store.ts';
import { importView } from './import-reader.ts';
import type { CreateImport, ImportView } from './import-schemas.ts';
import { findImport, importFacts, insertImport, markCancelling } from './import-store.ts';

export interface ImportServiceDeps {
  readonly keyring: Keyring;
  /** Can a kind of vault carry our marker? */
  readonly canLabel: (kind: string) => Promise<boolean>;
}

export type ImportService = ReturnType<typeof createImportService>;

/**
 * Asks for imports. It takes `vault.administer`, because whoever imports chooses among everything that the profile can read, and
 * `secret.create` in the project.
 */
export function createImportService({ keyring, canLabel }: ImportServiceDeps) {
  const record = (tx: Sql, actor: Actor, action: 'import.started' | 'import.cancelled', one: Import) =>
    appendAudit(tx, keyring, actor, [{ action, objectType: 'import', objectId: one.id, details: importFacts(one) }]);

  return {
    /**
     * Writes down what is to be imported; workers do it. Throws `not_found` for profile and project, `profile_disabled`, and
     * `invalid_input` naming the field.
     */
    async start(actor: Actor, tx: Sql, profileId: string, input: CreateImport): Promise<ImportView> {
      authorize(actor, 'vault.administer');
      const place = await findPlace(tx, actor.organizationId, input.project, profileId, null);
      if (typeof place === 'string') throw notFound(place === 'no project' ? 'project' : 'vault profile');
      authorize(actor, 'secret.create', place.projectId);
      const { profile } = place;
      if (!profile.enabled) throw new AppError('profile_disabled', 'The vault profile is disabled.');
      if (input.marker && !(await canLabel(profile.vaultKind))) {
        throw invalidField('/marker', 'false: this kind of vault cannot carry a marker');
      }
      refuseBadEntries(input.entries ?? [], place);
      const one = await insertImport(tx, {
        id: newId(),
        organizationId: actor.organizationId,
        projectId: place.projectId,
        profileId,
        place: profile.place,
        attributes: profile.attributes,
        preview: input.dryRun,
        prefix: input.prefix ?? null,
        marker: input.marker,
        onCollision: input.onCollision,
        state: input.entries === undefined ? 'listing' : 'running',
        comment: input.comment,
        requester: actorRef(actor),
      });
      if (input.entries !== undefined) await insertItems(tx, one.id, input.entries);
      await record(tx, actor, 'import.started', one);
      return importView(one, { pending: input.entries?.length ?? 0 });
    },

    /**
     * Nothing more of it begins from here on; what is imported stays, and workers withdraw what waits for approval. Only its
     * requester or an administrator of the project may. Throws `invalid_transition` when there is nothing left to cancel.
     */
    async cancel(actor: Actor, tx: Sql, importId: string): Promise<ImportView> {
      const one = await findImport(tx, actor.organizationId, importId, 'lock');
      if (one === undefined) throw notFound('import');
      authorize(actor, 'change.read', one.projectId);
      if (one.requester.personId !== actor.personId) authorize(actor, 'project.administer', one.projectId);
      const before = (await countItems(tx, [one.id])).get(one.id) ?? {};
      const runs = one.state === 'listing' || one.state === 'running';
      const waits = one.state !== 'cancelling' && (before.waiting ?? 0) > 0;
      if (!runs && !waits) {
        throw new AppError('invalid_transition', `The import is ${one.state}.`, { facts: { state: one.state } });
      }
      await markCancelling(tx, one.id, actorRef(actor));
      const after = (await findImport(tx, actor.organizationId, importId)) ?? one;
      const counts = (await countItems(tx, [one.id])).get(one.id);
      await record(tx, actor, 'import.cancelled', one);
      return importView(after, counts);
    },
  };
}

/** Each entry once, and names as the project wants them. */
function refuseBadEntries(entries: readonly WantedEntry[], { plainIdentifiers }: Place): void {
  const seen = new Set<string>();
  for (const [index, { entry, name }] of entries.entries()) {
    if (seen.has(entry)) throw invalidField(`/entries/${index}/entry`, 'each entry once');
    seen.add(entry);
    if (name === undefined) continue;
    try {
      parseSecretName(name, { plainIdentifiers });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw invalidField(`/entries/${index}/name`, error.fields[0]?.expected ?? 'a name');
    }
  }
}
