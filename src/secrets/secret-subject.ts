import { can } from '../access/permissions.ts';
import type { Right } from '../access/roles.ts';
import { applicablePolicies } from '../approvals/applicable-rules.ts';
import type { SecretOperation } from '../approvals/change-operation.ts';
import type { ChangeSubject, Obstacle } from '../approvals/change-subject.ts';
import { policiesOfProfiles } from '../approvals/policy-store.ts';
import { hasUnconfirmed } from '../consumers/in-use.ts';
import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ports.ts';
import { assertRoomForSecret, hasRoomForVersion } from '../projects/quota-store.ts';
import { movedEffects } from '../sync/change-effects.ts';
import { ledgerOf, recordPlanDifference } from '../sync/ledger-store.ts';
import { stoppedBy } from './availability.ts';
import { type Confirmed, planOf, type TargetPlan } from './change-plan.ts';
import { conditionFactsOf } from './condition-facts.ts';
import { claimRemoteEntries, type RemoteClaim, releaseRemoteEntries } from './remote-claims.ts';
import { claimsOfRename, hasSameCopies } from './rename-plan.ts';
import type { SecretState } from './secret.ts';
import { asSecretChange, type SecretChange } from './secret-change.ts';
import { findSecretContext } from './secret-store.ts';

/** The right each operation needs in the secret's project. */
export const RIGHT_FOR = {
  create: 'secret.create',
  import: 'secret.create',
  update: 'secret.edit',
  rollback: 'secret.edit',
  edit_metadata: 'secret.edit',
  rename: 'secret.edit',
  delete: 'secret.delete',
  restore: 'secret.restore',
  destroy: 'secret.delete',
  edit_version: 'secret.edit',
  enable_version: 'secret.edit',
  disable_version: 'secret.edit',
  destroy_version: 'secret.delete',
  enable: 'secret.edit',
  disable: 'secret.edit',
  protect: 'secret.edit',
  unprotect: 'secret.edit',
  change_source: 'secret.sync',
  add_target: 'secret.sync',
  remove_target: 'secret.sync',
  resolve_target: 'secret.sync',
  accept_source: 'secret.edit',
} as const satisfies Record<SecretOperation, Right>;

/** What approvals need to know of secrets; see {@link ChangeSubject}. */
export const secretSubject: ChangeSubject = {
  async policies(db, subject) {
    const change = asSecretChange(subject);
    const profiles = [...policyProfiles(change), ...(await profilesWithCopies(db, change.secretId))];
    const policies = await policiesOfProfiles(db, change.organizationId, profiles);
    const [secret] = await db.query<Parameters<typeof conditionFactsOf>[0]>(
      'select project_id as "projectId", customer_id as "customerId", system_owner as "systemOwner", path, tags, type from secrets where id = $1::uuid',
      [change.secretId],
    );
    if (secret === undefined) throw new Error('the secret of a change is gone');
    return applicablePolicies(policies, change.operation, conditionFactsOf(secret, change.plan));
  },

  mayStill(requester, subject) {
    const change = asSecretChange(subject);
    const { operation } = change;
    return (
      can(requester, RIGHT_FOR[operation], change) &&
      (operation !== 'change_source' || can(requester, 'secret.edit', change)) &&
      (operation !== 'import' || can(requester, 'vault.administer')) &&
      (!change.conditionFacts.some((facts) => facts.system) || can(requester, 'secret.system', change))
    );
  },

  async obstacle(tx, subject) {
    const change = asSecretChange(subject);
    const [secret] = await tx.query<SecretFacts>(
      `select state, enabled, protected, head_version as "headVersion", source_profile_id as "profileId"
       from secrets where id = $1::uuid for update`,
      [change.secretId],
    );
    if (secret?.headVersion !== change.baseVersion || secret.profileId !== change.profileId) {
      return { kind: 'moved', code: 'base_moved' };
    }
    if (change.operation === 'rename' && (await isNameTaken(tx, change))) return { kind: 'moved', code: 'name_taken' };
    const { consumers = [], version } = change.plan as unknown as Confirmed & { readonly version?: number };
    const affecting = { operation: change.operation, version };
    if (secret.state === 'active' && (await hasUnconfirmed(tx, change.secretId, affecting, consumers))) {
      return { kind: 'moved', code: 'in_use' };
    }
    const code = noLongerFits(change.operation, secret);
    if (code !== undefined) return { kind: 'moved', code };
    if (WRITES.includes(change.operation) && !(await hasRoomForVersion(tx, change.secretId))) {
      return { kind: 'moved', code: 'quota_exceeded' };
    }
    const obstacle = await profileObstacle(tx, change);
    return obstacle?.kind === 'moved' ? obstacle : ((await planObstacle(tx, change)) ?? obstacle);
  },

  async released(tx, subject) {
    const change = asSecretChange(subject);
    // A draft holds nothing: what it would release may be held by another change by now.
    if (change.state !== 'draft') {
      const left = await leaveAttempt(tx, change);
      await releaseRemoteEntries(
        tx,
        change.secretId,
        (await claimsOf(tx, change)).filter(({ path, profileId }) => path !== left || profileId !== change.profileId),
      );
    }
    await tx.query(
      `update secrets set pending_change_id = nullif(pending_change_id, $3::uuid), updated_at = clock_timestamp(), state = case
           when $2 not in ('create', 'import') then state
           when exists (select 1 from change_requests where id = $3::uuid and state in ('failed', 'conflict')) then 'failed'
           else 'rejected' end
       where id = $1::uuid`,
      [change.secretId, change.operation, change.id],
    );
  },

  async reopened(tx, subject) {
    const change = asSecretChange(subject);
    const makes = change.operation === 'create' || change.operation === 'import';
    if (makes) await assertRoomForSecret(tx, change.projectId);
    await claimRemoteEntries(tx, change.secretId, await claimsOf(tx, change));
    await tx.query(
      `update secrets set pending_change_id = $2, updated_at = clock_timestamp(),
         state = case when $3 in ('create', 'import') then 'pending_approval' else state end
       where id = $1::uuid`,
      [change.secretId, change.id, change.operation],
    );
  },
};

/** What is done to a secret reaches its copies, so their profiles are asked as well. */
async function profilesWithCopies(db: Sql, secretId: string): Promise<string[]> {
  const rows = await db.query<{ profileId: string }>(
    `select profile_id as "profileId" from targets where secret_id = $1::uuid and state <> 'removed'`,
    [secretId],
  );
  return rows.map((row) => row.profileId);
}

/** Vault profiles that the change itself names. */
function policyProfiles(change: SecretChange): string[] {
  return [change.profileId, ...otherProfiles(change).map((profile) => profile.id), ...profileOfTarget(change)];
}

interface SecretFacts {
  readonly state: SecretState;
  readonly enabled: boolean;
  readonly protected: boolean;
  readonly headVersion: number;
  readonly profileId: string;
}

/**
 * What use cases refuse at the door can become true while a change lies there: it failed or was rejected, the secret was
 * deleted, protected or disabled, and then the change is tried again.
 */
function noLongerFits(operation: SecretOperation, secret: SecretFacts): string | undefined {
  const states: readonly SecretState[] = STATES_FOR[operation] ?? ['active'];
  if (!states.includes(secret.state)) return `secret_${secret.state}`;
  if (secret.protected && REMOVALS.includes(operation)) return 'secret_protected';
  const enabled = { profile: true, secret: secret.enabled, version: true };
  if (WRITES.includes(operation) && stoppedBy('write', enabled) === 'secret') return 'secret_disabled';
  return undefined;
}

const STATES_FOR: Partial<Record<SecretOperation, readonly SecretState[]>> = {
  create: ['pending_approval'],
  import: ['pending_approval'],
  restore: ['deleted'],
  destroy: ['active', 'deleted', 'rejected', 'failed'],
};
const REMOVALS: readonly SecretOperation[] = ['delete', 'destroy', 'destroy_version'];
const WRITES: readonly SecretOperation[] = ['update', 'rollback', 'accept_source'];

/** The sync profile whose existing target a change is about. */
function profileOfTarget(change: SecretChange): string[] {
  if (change.operation === 'remove_target') return [planOf(change, 'remove_target').profileId];
  return change.operation === 'resolve_target' ? [planOf(change, 'resolve_target').profileId] : [];
}

/** Places in vaults that a change takes for its secret before it has taken effect. */
async function claimsOf(tx: Sql, change: SecretChange): Promise<RemoteClaim[]> {
  const ofTarget = ({ place, entry, remotePath: path, profileId }: TargetPlan) => ({ place, entry, path, profileId });
  switch (change.operation) {
    case 'create': {
      const { place, sourceEntry: entry, sourcePath: path, targets } = planOf(change, 'create');
      return [{ place, entry, path, profileId: change.profileId }, ...targets.map(ofTarget)];
    }
    case 'import': {
      const { place, sourceEntry: entry, sourcePath: path } = planOf(change, 'import');
      return [{ place, entry, path, profileId: change.profileId }];
    }
    case 'add_target':
      return [ofTarget(planOf(change, 'add_target').target)];
    case 'change_source': {
      const { place, sourceEntry: entry, sourcePath: path, profileId } = planOf(change, 'change_source');
      return [{ place, entry, path, profileId }];
    }
    case 'rename':
      return claimsOfRename(planOf(change, 'rename'), {
        profileId: change.profileId,
        sourcePath: await sourcePathOf(tx, change.secretId),
      });
    default:
      return [];
  }
}

async function sourcePathOf(tx: Sql, secretId: string): Promise<string> {
  const [secret] = await tx.query<{ sourcePath: string }>(
    'select source_path as "sourcePath" from secrets where id = $1::uuid',
    [secretId],
  );
  return secret?.sourcePath ?? '';
}

/**
 * A rename that was begun may have made its new entry at the source before it failed: that is removed like any other that is left,
 * and stays claimed until then. Answers with its path.
 */
async function leaveAttempt(tx: Sql, change: SecretChange): Promise<string | undefined> {
  if (change.operation !== 'rename' || change.attempts === 0) return undefined;
  const { sourcePath } = planOf(change, 'rename');
  const rows = await tx.query(
    `insert into left_entries (id, organization_id, secret_id, profile_id, path)
     select $1::uuid, s.organization_id, s.id, s.source_profile_id, $3 from secrets s
     where s.id = $2::uuid and s.source_path <> $3 and s.source_profile_id = $4::uuid returning id`,
    [newId(), change.secretId, sourcePath, change.profileId],
  );
  return rows.length === 0 ? undefined : sourcePath;
}

async function isNameTaken(tx: Sql, change: SecretChange): Promise<boolean> {
  const { path, name } = planOf(change, 'rename');
  const rows = await tx.query(
    `select 1 from secrets where project_id = $1::uuid and path = $2 and name = $3
       and customer_id is not distinct from $4::uuid and id <> $5::uuid
       and state not in ('draft', 'rejected', 'failed', 'destroyed')`,
    [change.projectId, path, name, change.customerId, change.secretId],
  );
  return rows.length > 0;
}

/** Profiles beside the source that a change involves, with the revision the grant is for. */
function otherProfiles(change: SecretChange): { id: string; revision: number }[] {
  switch (change.operation) {
    case 'create':
      return planOf(change, 'create').targets.map((target) => ({
        id: target.profileId,
        revision: target.profileRevision,
      }));
    case 'add_target': {
      const { target } = planOf(change, 'add_target');
      return [{ id: target.profileId, revision: target.profileRevision }];
    }
    case 'change_source': {
      const plan = planOf(change, 'change_source');
      return [{ id: plan.profileId, revision: plan.profileRevision }];
    }
    case 'rename':
      return planOf(change, 'rename').targets.map((target) => ({
        id: target.profileId,
        revision: target.profileRevision,
      }));
    default:
      return [];
  }
}

/** A grant is for what reviewers saw happen at every target. What would happen now is kept beside the change that it stops. */
async function planObstacle(tx: Sql, change: SecretChange): Promise<Obstacle | undefined> {
  if (change.state !== 'approved') return undefined;
  if (change.operation === 'rename' && (await leavesCopies(tx, change))) return { kind: 'moved', code: 'plan_changed' };
  const { difference } = movedEffects(change, await ledgerOf(tx, change.secretId));
  if (difference.length === 0) return undefined;
  await recordPlanDifference(tx, change.id, difference);
  return { kind: 'moved', code: 'plan_changed' };
}

/** A draft, and a rename that is run again, name the copies of then. What moves a source alone has none. */
async function leavesCopies(tx: Sql, change: SecretChange): Promise<boolean> {
  const plan = planOf(change, 'rename');
  const context = await findSecretContext(tx, change.organizationId, { id: change.secretId });
  if (context === undefined || (context.secret.name === plan.name && context.secret.path === plan.path)) return false;
  try {
    return !(await hasSameCopies(tx, context, plan));
  } catch (error) {
    // A vault that came since cannot hold the name.
    if (error instanceof AppError) return true;
    throw error;
  }
}

async function profileObstacle(tx: Sql, change: SecretChange): Promise<Obstacle | undefined> {
  const pinned = [{ id: change.profileId, revision: change.profileRevision }, ...otherProfiles(change)];
  const rows = await tx.query<{ id: string; revision: number; enabled: boolean }>(
    'select id, revision, enabled from vault_profiles where id = any($1::uuid[]) order by id for key share',
    [pinned.map((profile) => profile.id)],
  );
  const called = change.operation === 'change_source' ? pinned : pinned.slice(0, 1);
  if (called.some(({ id }) => rows.some((row) => row.id === id && !row.enabled))) {
    return { kind: 'wait', code: 'profile_disabled' };
  }
  for (const profile of pinned) {
    const now = rows.find((row) => row.id === profile.id);
    if (now?.revision !== profile.revision) return { kind: 'moved', code: 'profile_changed' };
  }
  return undefined;
}
