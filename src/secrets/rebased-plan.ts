import type { Json } from '../crypto/canonical-json.ts';
import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import { remoteEntryOf } from '../vaults/remote-entry.ts';
import { remotePathOf } from '../vaults/remote-naming.ts';
import { type ChangePlans, planOf, type TargetPlan, toJson } from './change-plan.ts';
import { findPlace, lockProfiles, type Place } from './place-store.ts';
import { planRename } from './rename-plan.ts';
import type { SecretChange } from './secret-change.ts';
import type { SecretContext } from './secret-store.ts';

/**
 * The plan of a change on the secret and the vault profiles as they are now: other profiles may have moved since it was
 * made, and what it would move may be another version. Locks those profiles against changes. Throws `revision_conflict` when
 * a profile is gone or a place of its own can no longer be said.
 */
export async function rebasedPlan(tx: Sql, change: SecretChange, context: SecretContext): Promise<Json> {
  switch (change.operation) {
    case 'create':
      return toJson('create', await rebasedCreation(tx, change, context));
    case 'add_target': {
      const { target } = planOf(change, 'add_target');
      return toJson('add_target', { target: await rebasedTarget(tx, change, context, target) });
    }
    case 'change_source': {
      const plan = planOf(change, 'change_source');
      const now = await placeNow(tx, change, context, plan.profileId);
      if (context.head === null) throw new AppError('invalid_transition', 'The secret has no version to move.');
      return toJson('change_source', {
        ...plan,
        profileRevision: now.revision,
        place: now.place,
        sourcePath: now.remotePath,
        sourceEntry: now.entry,
        fingerprint: context.head.fingerprint,
      });
    }
    case 'rename': {
      const { plan, places } = await planRename(tx, context, planOf(change, 'rename'));
      await lockProfiles(
        tx,
        places.map(({ profile }) => profile),
      );
      const { consumers } = planOf(change, 'rename');
      return toJson('rename', { ...plan, ...(consumers === undefined ? {} : { consumers }) });
    }
    default:
      return change.plan;
  }
}

async function rebasedCreation(tx: Sql, change: SecretChange, context: SecretContext): Promise<ChangePlans['create']> {
  const plan = planOf(change, 'create');
  const { place, remotePath, entry } = await placeNow(tx, change, context, change.profileId);
  const targets: TargetPlan[] = [];
  for (const target of plan.targets) targets.push(await rebasedTarget(tx, change, context, target));
  await tx.query('update secrets set source_path = $2 where id = $1::uuid', [change.secretId, remotePath]);
  return { ...plan, place, sourcePath: remotePath, sourceEntry: entry, targets };
}

async function rebasedTarget(
  tx: Sql,
  change: SecretChange,
  context: SecretContext,
  target: TargetPlan,
): Promise<TargetPlan> {
  const { revision, ...now } = await placeNow(tx, change, context, target.profileId);
  return { ...target, ...now, profileRevision: revision };
}

async function placeNow(tx: Sql, change: SecretChange, { secret }: SecretContext, profileId: string) {
  const place: Place | string = await findPlace(
    tx,
    change.organizationId,
    change.projectId,
    profileId,
    change.customerId,
  );
  if (typeof place === 'string') {
    throw new AppError('revision_conflict', 'A vault profile of this change is gone; ask anew without it.');
  }
  await lockProfiles(tx, [place.profile]);
  const { path, name, type } = secret;
  const remotePath = remotePathOf(place.profile.naming, { ...place.naming, path, name, type });
  const entry = await remoteEntryOf(place.profile, remotePath, '/profileId');
  return { revision: place.profile.revision, place: place.profile.place, remotePath, entry };
}
