import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import { remoteEntryOf } from '../vaults/remote-entry.ts';
import { remotePathOf } from '../vaults/remote-naming.ts';
import type { ChangePlans } from './change-plan.ts';
import { findPlace, type Place } from './place-store.ts';
import type { RemoteClaim } from './remote-claims.ts';
import type { SecretContext } from './secret-store.ts';

/** Folder and name of a secret. */
export interface SecretLocation {
  readonly path: string;
  readonly name: string;
}

/** The plan with every profile it is about. */
export interface PlannedRename {
  readonly plan: ChangePlans['rename'];
  readonly places: readonly Place[];
}

/**
 * Where a secret and its copies would lie under another name, or where their profiles' templates of now put them. Copies on their
 * way out stay where they are. Throws `invalid_input` at `/name` when a vault cannot hold the new name.
 */
export async function planRename(db: Sql, context: SecretContext, to: SecretLocation): Promise<PlannedRename> {
  const { secret, head } = context;
  const placeIn = async (profileId: string) => {
    const place = await findPlace(db, secret.organizationId, secret.projectId, profileId, secret.customerId);
    if (typeof place === 'string') throw new AppError('revision_conflict', 'A vault profile is gone; look again.');
    const remotePath = remotePathOf(place.profile.naming, { ...place.naming, ...to, type: secret.type });
    return { place, remotePath, entry: await remoteEntryOf(place.profile, remotePath, '/name') };
  };
  const source = await placeIn(secret.sourceProfileId);
  const copies = await db.query<{ targetId: string; profileId: string; remotePath: string }>(
    `select id as "targetId", profile_id as "profileId", remote_path as "remotePath" from targets
     where secret_id = $1::uuid and state not in ('removing', 'removed') and code is distinct from 'secret_deleted'
     order by id`,
    [secret.id],
  );
  const moved = await Promise.all(copies.map(async (copy) => ({ copy, at: await placeIn(copy.profileId) })));
  const targets = moved.flatMap(({ copy, at }) =>
    at.remotePath === copy.remotePath
      ? []
      : {
          ...{ targetId: copy.targetId, profileId: copy.profileId, profileRevision: at.place.profile.revision },
          ...{ place: at.place.profile.place, remotePath: at.remotePath, entry: at.entry },
        },
  );
  const plan = {
    ...{ name: to.name, path: to.path, place: source.place.profile.place },
    ...{ sourcePath: source.remotePath, sourceEntry: source.entry, fingerprint: head?.fingerprint ?? null, targets },
  };
  return { plan, places: [source.place, ...moved.map(({ at }) => at.place)] };
}

/**
 * Whether the secret still has the copies that the plan was made for. Lock the secret first. One that came since would keep the old
 * name, and one that went would be moved back.
 */
export async function hasSameCopies(tx: Sql, context: SecretContext, planned: ChangePlans['rename']): Promise<boolean> {
  const { plan } = await planRename(tx, context, planned);
  const moves = ({ targets }: ChangePlans['rename']) =>
    targets.map((one) => `${one.targetId} ${one.remotePath}`).join();
  return moves(plan) === moves(planned);
}

/** What a rename takes of vaults beside what the secret holds already. */
export function claimsOfRename(
  plan: ChangePlans['rename'],
  secret: { readonly profileId: string; readonly sourcePath: string },
): RemoteClaim[] {
  const { place, sourceEntry: entry, sourcePath: path, targets } = plan;
  const source = { place, entry, path, profileId: secret.profileId };
  const copies = targets.map((target) => ({ ...target, path: target.remotePath }));
  return [...(path === secret.sourcePath ? [] : [source]), ...copies];
}

/** Throws `already_exists` while another live secret, or one that waits to be made, is called that. */
export async function assertNameFree(
  tx: Sql,
  { secret }: SecretContext,
  { path, name }: SecretLocation,
): Promise<void> {
  const [taken] = await tx.query(
    `select 1 from secrets where project_id = $1::uuid and path = $2 and name = $3
       and customer_id is not distinct from $4::uuid and id <> $5::uuid
       and state not in ('draft', 'rejected', 'failed', 'destroyed')`,
    [secret.projectId, path, name, secret.customerId, secret.id],
  );
  if (taken !== undefined) throw nameTaken();
}

export function nameTaken(changeRequestId?: string): AppError {
  return new AppError('already_exists', 'A secret of this name exists in this folder.', {
    fields: [{ pointer: '/name', expected: 'a name that is not in use' }],
    ...(changeRequestId === undefined ? {} : { facts: { changeRequestId } }),
  });
}

/** Throws `change_in_progress` while entries of an earlier name are still to be removed. */
export async function assertSettled(tx: Sql, secretId: string): Promise<void> {
  const [left] = await tx.query<{ moves: number }>(
    'select count(*)::int as moves from left_entries where secret_id = $1::uuid',
    [secretId],
  );
  const moves = left?.moves ?? 0;
  if (moves === 0) return;
  throw new AppError('change_in_progress', 'Entries of an earlier name are still to be removed from vaults.', {
    facts: { moves },
  });
}
