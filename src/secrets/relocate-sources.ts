import type { AdapterModule } from '../../adapters/adapter.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import { type Actor, actorRef } from '../access/actor.ts';
import type { Change } from '../approvals/change.ts';
import { changeDigest } from '../approvals/change-digest.ts';
import { changeEvent } from '../approvals/change-service.ts';
import { insertChange } from '../approvals/change-store.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Sql } from '../db.ts';
import { AppError, invalidField } from '../errors.ts';
import { newId } from '../ports.ts';
import { claimedEntry } from '../vaults/remote-entry.ts';
import { type NamingParts, remotePathOf } from '../vaults/remote-naming.ts';
import { toJson } from './change-plan.ts';

/** A profile whose entries are named otherwise from now on. */
export interface RenamedProfile {
  readonly id: string;
  readonly organizationId: string;
  /** After the change. */
  readonly revision: number;
  readonly naming: string;
  readonly place: string;
  readonly attributes: unknown;
}

/** Moves the entries of every secret whose source the profile is; in the transaction that changes it. */
export type RelocateSources = (tx: Sql, actor: Actor, profile: RenamedProfile, module: AdapterModule) => Promise<void>;

interface Held extends NamingParts {
  readonly id: string;
  readonly projectId: string;
  readonly customerId: string | null;
  readonly sourcePath: string;
  readonly headVersion: number;
  readonly fingerprint: string | null;
}

interface Move {
  readonly secret: Held;
  readonly to: string;
  readonly entry: string;
}

/**
 * Each secret gets a change of its own, which the change of the profile has granted: it runs like a rename to the same name, so a
 * vault that is away or a process that dies leaves it where it is until it is done. Deleted secrets stay where they are. Throws
 * `remote_path_taken` when somebody else holds one of the new places.
 */
export function createRelocateSources({ keyring }: { readonly keyring: Keyring }): RelocateSources {
  const open = async (tx: Sql, actor: Actor, profile: RenamedProfile, { secret, to, entry }: Move): Promise<Change> => {
    const { name, path, fingerprint } = secret;
    const about = { name, path, place: profile.place, sourcePath: to, sourceEntry: entry, fingerprint, targets: [] };
    const change = {
      ...{ id: newId(), organizationId: profile.organizationId, revision: 1, operation: 'rename' as const },
      ...{ subjectType: 'secret' as const, subjectId: secret.id, secretId: secret.id, groupId: null },
      ...{ projectId: secret.projectId, customerId: secret.customerId, baseVersion: secret.headVersion },
      ...{ profileId: profile.id, profileRevision: profile.revision, plan: toJson('rename', about), policies: [] },
      requesterPersonId: actor.personId,
    };
    return insertChange(tx, {
      ...change,
      ...{
        conditionFacts: [{}],
        state: 'executing',
        requester: actorRef(actor),
        sealedPayload: null,
        wrotePayload: false,
      },
      ...{ comment: 'The entries of the vault profile are named otherwise.', expiresInHours: null, leaseMs: 0 },
      digest: changeDigest(keyring, change, undefined),
    });
  };

  return async (tx, actor, profile, module) => {
    const moves = await movesOf(tx, profile, module);
    if (moves.length === 0) return;
    await claim(tx, profile, moves);
    await moveEmpty(
      tx,
      profile,
      moves.filter(({ secret }) => secret.headVersion === 0),
    );
    const opened: Change[] = [];
    for (const move of moves) if (move.secret.headVersion > 0) opened.push(await open(tx, actor, profile, move));
    const events = opened.map((change) => changeEvent('change.opened', change, { baseVersion: change.baseVersion }));
    await appendAudit(tx, keyring, actor, events);
  };
}

async function movesOf(tx: Sql, profile: RenamedProfile, module: AdapterModule): Promise<Move[]> {
  const use = module.attributes.parse(profile.attributes);
  const held = await tx.query<Held>(
    `select s.id, s.project_id as "projectId", s.customer_id as "customerId", s.source_path as "sourcePath",
       s.head_version as "headVersion", v.fingerprint, o.slug as organization, j.slug as project,
       (select k.slug from customers k where k.id = s.customer_id) as customer, s.path, s.name, s.type
     from secrets s join projects j on j.id = s.project_id join organizations o on o.id = s.organization_id
     left join secret_versions v on v.secret_id = s.id and v.version = s.head_version
     where s.source_profile_id = $1::uuid and s.state = 'active' order by s.id for update of s`,
    [profile.id],
  );
  return held.flatMap((secret) => {
    const to = remotePathOf(profile.naming, secret);
    return to === secret.sourcePath ? [] : [{ secret, to, entry: entryOrRefusal(module, use, to) }];
  });
}

async function claim(tx: Sql, profile: RenamedProfile, moves: readonly Move[]): Promise<void> {
  const claims = moves.map(({ secret, to, entry }) => ({ secretId: secret.id, to, entry }));
  const taken = await tx.query(
    `insert into remote_entries (place, entry, path, secret_id, profile_id)
     select $2, m->>'entry', m->>'to', (m->>'secretId')::uuid, $1::uuid from jsonb_array_elements($3::jsonb) m
     on conflict do nothing returning path`,
    [profile.id, profile.place, JSON.stringify(claims)],
  );
  if (taken.length !== moves.length) {
    throw new AppError('remote_path_taken', 'Somebody else holds entries at the new names.');
  }
}

/** Containers without a version have no entry yet. */
async function moveEmpty(tx: Sql, profile: RenamedProfile, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const moving = JSON.stringify(moves.map(({ secret, to }) => ({ id: secret.id, from: secret.sourcePath, to })));
  await tx.query(
    `delete from remote_entries r using jsonb_array_elements($2::jsonb) m
     where r.profile_id = $1::uuid and r.secret_id = (m->>'id')::uuid and r.path = m->>'from'`,
    [profile.id, moving],
  );
  await tx.query(
    `update secrets s set source_path = m->>'to', updated_at = clock_timestamp()
     from jsonb_array_elements($1::jsonb) m where s.id = (m->>'id')::uuid`,
    [moving],
  );
}

function entryOrRefusal(module: AdapterModule, attributes: unknown, path: string): string {
  try {
    return claimedEntry(module, attributes, path);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw invalidField('/naming', 'a template with which the vault can hold the secrets that are there');
  }
}
