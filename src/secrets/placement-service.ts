import { authorize } from '../access/permissions.ts';
import { policiesOfProfiles } from '../approvals/policy-store.ts';
import type { Sql } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import { assertPayloadFits } from '../vaults/payload-fit.ts';
import { remoteEntryOf } from '../vaults/remote-entry.ts';
import { remotePathOf } from '../vaults/remote-naming.ts';
import type { ChangePlans, OnConflict } from './change-plan.ts';
import type { OperationTools } from './operations/operation.ts';
import { findPlace, lockProfiles, type Place } from './place-store.ts';
import type { MutationResult, Proposals } from './proposals.ts';
import { claimRemoteEntries } from './remote-claims.ts';
import type { ProfileFacts, SecretContext } from './secret-store.ts';

export interface PlacementServiceDeps {
  readonly tools: OperationTools;
  readonly proposals: Proposals;
}

export type PlacementService = ReturnType<typeof createPlacementService>;

/** Where a secret lives: its source and its targets. */
export function createPlacementService(deps: PlacementServiceDeps) {
  const { db } = deps.tools;
  const { target, propose, once } = deps.proposals;

  /** Another profile for this secret, and the path it would have there. */
  const placeFor = async (context: SecretContext, profileId: string, pointer: string) => {
    const { secret } = context;
    const place = await findPlace(db, secret.organizationId, secret.projectId, profileId, secret.customerId);
    if (typeof place === 'string') throw invalidField(pointer, 'the id of a vault profile');
    if (profileId === secret.sourceProfileId) throw invalidField(pointer, 'another profile than the source');
    const { head } = context;
    if (head !== null) await assertPayloadFits([place.profile], { names: head.fieldNames, size: head.size }, pointer);
    const remotePath = pathIn(place, context);
    return { place, remotePath, entry: await remoteEntryOf(place.profile, remotePath, pointer) };
  };

  return {
    /** A further vault gets copies from now on. `onConflict` says what to do about an entry that is there already. */
    addTarget: once(async (actor, ref, options, profileId: string, onConflict: OnConflict): Promise<MutationResult> => {
      const context = await target(actor, ref, 'add_target', options);
      await assertNoTarget(db, context, profileId);
      const { place, remotePath, entry } = await placeFor(context, profileId, '/profileId');
      const { profile } = place;
      const plan = {
        targetId: newId(),
        profileId,
        profileRevision: profile.revision,
        place: profile.place,
        remotePath,
        entry,
        onConflict,
      };
      return propose(actor, context, 'add_target', { target: plan }, options, {
        policies: await policiesOfProfiles(db, actor.organizationId, [profileId]),
        prepare: (tx) => claimPlace(tx, context, profile, remotePath, entry),
      });
    }),

    removeTarget: once(
      async (actor, ref, options, targetId: string, copy: 'delete' | 'keep'): Promise<MutationResult> => {
        const context = await target(actor, ref, 'remove_target', options);
        const { profileId } = await existingTarget(db, context, targetId);
        return propose(actor, context, 'remove_target', { targetId, profileId, copy }, options, {
          policies: await policiesOfProfiles(db, actor.organizationId, [profileId]),
          async prepare(tx) {
            await existingTarget(tx, context, targetId);
          },
        });
      },
    ),

    /** The way out of a conflict or drift, chosen on purpose. */
    resolveTarget: once(
      async (
        actor,
        ref,
        options,
        targetId: string,
        way: ChangePlans['resolve_target']['way'],
      ): Promise<MutationResult> => {
        const context = await target(actor, ref, 'resolve_target', options);
        const { profileId, state, code, aheadVersion } = await existingTarget(db, context, targetId);
        if (way === 'overwrite') assertNotAhead(context, aheadVersion);
        assertToResolve(state, code);
        return propose(actor, context, 'resolve_target', { targetId, profileId, way }, options, {
          policies: await policiesOfProfiles(db, actor.organizationId, [profileId]),
          async prepare(tx) {
            const now = await existingTarget(tx, context, targetId);
            assertToResolve(now.state, now.code);
          },
        });
      },
    ),

    /** Another vault becomes the source; the old one goes on as a target or loses its copy. Both profiles' policies count. */
    changeSource: once(
      async (actor, ref, options, profileId: string, oldSource: 'target' | 'drop'): Promise<MutationResult> => {
        const context = await target(actor, ref, 'change_source', options);
        const { head, secret } = context;
        authorize(actor, 'secret.edit', secret);
        if (head === null) throw new AppError('invalid_transition', 'A secret without a version has nothing to move.');
        if (head.profileId !== secret.sourceProfileId || head.state === 'destroyed') {
          throw new AppError('version_content_unavailable', 'The newest version cannot be read from its source.');
        }
        const { place, remotePath, entry } = await placeFor(context, profileId, '/profileId');
        const { profile } = place;
        if (!profile.enabled) throw new AppError('profile_disabled', 'The new source profile is disabled.');
        const plan = {
          profileId,
          profileRevision: profile.revision,
          place: profile.place,
          sourcePath: remotePath,
          sourceEntry: entry,
          fingerprint: head.fingerprint,
          oldSourceTargetId: oldSource === 'target' ? newId() : null,
        };
        return propose(actor, context, 'change_source', plan, options, {
          policies: await policiesOfProfiles(db, actor.organizationId, [profileId]),
          prepare: (tx) => claimPlace(tx, context, profile, remotePath, entry),
        });
      },
    ),
  };
}

async function existingTarget(db: Sql, context: SecretContext, targetId: string) {
  const [row] = await db.query<{
    id: string;
    profileId: string;
    state: string;
    code: string | null;
    aheadVersion: number | null;
  }>(
    `select id, profile_id as "profileId", state, code, ahead_version as "aheadVersion" from targets where id = $1::uuid and secret_id = $2::uuid`,
    [targetId, context.secret.id],
  );
  if (row === undefined || row.state === 'removed') throw notFound('target');
  return row;
}

/** What is at the target's place was left there on purpose. */
const LEFT: readonly string[] = ['foreign_left', 'change_left'];

function assertToResolve(state: string, code: string | null): void {
  if (state === 'conflict' || state === 'drifted' || LEFT.includes(code ?? '')) return;
  throw new AppError('invalid_transition', `The target is ${state}; there is nothing to resolve.`, {
    facts: { state },
  });
}

/** A copy that names a version which is unknown here is overwritten by a newer one only. */
function assertNotAhead({ secret }: SecretContext, aheadVersion: number | null): void {
  if (aheadVersion === null || aheadVersion <= secret.headVersion) return;
  throw new AppError(
    'invalid_transition',
    `The copy holds version ${aheadVersion}, which is unknown here: accept it, or write a new version first; it gets a higher number.`,
    { facts: { aheadVersion, currentVersion: secret.headVersion } },
  );
}

async function claimPlace(
  tx: Sql,
  { secret }: SecretContext,
  profile: ProfileFacts,
  path: string,
  entry: string,
): Promise<void> {
  await lockProfiles(tx, [profile]);
  await claimRemoteEntries(tx, secret.id, [{ place: profile.place, entry, path, profileId: profile.id }]);
}

async function assertNoTarget(db: Sql, context: SecretContext, profileId: string): Promise<void> {
  const found = await db.query(
    `select 1 from targets where secret_id = $1::uuid and profile_id = $2::uuid and state <> 'removed'`,
    [context.secret.id, profileId],
  );
  if (found.length > 0) throw new AppError('already_exists', 'The secret has a target at this profile.');
}

function pathIn(place: Place, { secret }: SecretContext): string {
  const { path, name, type } = secret;
  return remotePathOf(place.profile.naming, { ...place.naming, path, name, type });
}
