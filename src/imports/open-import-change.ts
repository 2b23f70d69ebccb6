import type { Entry } from '../../adapters/adapter.ts';
import type { Actor } from '../access/actor.ts';
import { applicablePolicies } from '../approvals/applicable-rules.ts';
import { policiesOfProfiles } from '../approvals/policy-store.ts';
import type { Sql } from '../db.ts';
import { newId } from '../ports.ts';
import { type ChangeOpener, insertSecret } from '../secrets/change-opener.ts';
import { toJson } from '../secrets/change-plan.ts';
import { conditionFactsOf } from '../secrets/condition-facts.ts';
import type { CheckedContent } from '../secrets/content-plan.ts';
import type { OperationTools } from '../secrets/operations/operation.ts';
import type { SecretType } from '../secrets/payload/secret-type.ts';
import { lockProfiles, type Place } from '../secrets/place-store.ts';
import { claimRemoteEntries } from '../secrets/remote-claims.ts';
import type { DueItem, Found, LeasedImport } from './import.ts';
import { openItem } from './import-item-store.ts';
import type { SecretPlaceName } from './propose-name.ts';

/** What the items of one import have in common, as it is now. */
export interface ImportWork {
  readonly job: LeasedImport;
  /** The requester, with the rights held now. */
  readonly actor: Actor;
  readonly place: Place;
}

/** An item with the entry it claims, as its place knows it. */
export interface LocatedItem extends DueItem {
  readonly claim: string;
}

/** What an entry holds, checked. */
export interface Taken {
  readonly secretId: string;
  readonly entry: Entry;
  readonly type: SecretType;
  readonly content: CheckedContent;
  readonly found: Found;
}

/** Another process opened the item's change, or the import was cancelled. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/**
 * Opens the change that makes an entry a secret of this name; without a policy it takes effect at once. Throws {@link Overtaken},
 * `remote_path_taken`, `revision_conflict`, or a unique violation on `secrets_live_name` or `import_items_name`.
 */
export async function openImportChange(
  { tools: { db }, opener }: { readonly tools: Pick<OperationTools, 'db'>; readonly opener: ChangeOpener },
  { job, actor, place }: ImportWork,
  item: LocatedItem,
  { secretId, entry, type, content, found }: Taken,
  { path, name }: SecretPlaceName,
): Promise<void> {
  const { profile } = place;
  const changeId = newId();
  const policies = await policiesOfProfiles(db, job.organizationId, [profile.id]);
  const conditionFacts = conditionFactsOf(
    { projectId: job.projectId, customerId: null, systemOwner: null, path, tags: [], type },
    {},
  );
  const reserve = async (tx: Sql): Promise<void> => {
    if (!(await openItem(tx, job.id, item.position, { changeId, path, name, type, found }))) throw new Overtaken();
    await lockProfiles(tx, [profile]);
    const bare = { description: '', tags: [], attributes: {} };
    const source = { sourceProfileId: profile.id, sourcePath: item.entry, state: 'pending_approval' } as const;
    await insertSecret(tx, actor, {
      id: secretId,
      projectId: job.projectId,
      customerId: null,
      systemOwner: null,
      path,
      name,
      type,
      ...bare,
      ...source,
    });
    const claim = { place: profile.place, entry: item.claim, path: item.entry, profileId: profile.id };
    await claimRemoteEntries(tx, secretId, [claim]);
  };
  await opener.propose(actor, {
    draft: {
      id: changeId,
      organizationId: job.organizationId,
      projectId: job.projectId,
      customerId: null,
      subjectType: 'secret',
      subjectId: secretId,
      secretId,
      operation: 'import',
      baseVersion: 0,
      profileId: profile.id,
      profileRevision: profile.revision,
      plan: toJson('import', {
        importId: job.id,
        ...{ name, path, type, place: profile.place, sourcePath: item.entry, sourceEntry: item.claim },
        ...{ vaultVersion: entry.version, content: content.plan, marker: job.marker },
      }),
      policies: applicablePolicies(policies, 'import', conditionFacts),
      conditionFacts,
      comment: job.comment,
    },
    fields: entry.fields,
    idempotency: undefined,
    patient: true,
    prepare: reserve,
  });
}
