import type { Actor } from '../access/actor.ts';
import { authorize, authorizeAnywhere } from '../access/permissions.ts';
import { pageById, sliceById } from '../access/prisma-db.ts';
import type { Page } from '../api/lists.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Json } from '../crypto/canonical-json.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, EditTransaction, Sql } from '../db.ts';
import { AppError, type FieldProblem, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import type { ApprovalPolicy } from './approval-policy.ts';
import type {
  ApprovalProfileQuery,
  ApprovalProfileView,
  CreateApprovalProfile,
  UpdateApprovalProfile,
} from './approval-profile-schemas.ts';
import * as store from './approval-profile-store.ts';
import { unsatisfiable } from './satisfiable-policy.ts';

export interface ApprovalProfileServiceDeps {
  readonly db: Db;
  readonly keyring: Keyring;
}

/** Who must agree to which changes. Reading needs `change.read`, all else `policy.administer`. */
export interface ApprovalProfileService {
  list(actor: Actor, query: ApprovalProfileQuery): Promise<Page<ApprovalProfileView>>;
  get(actor: Actor, id: string): Promise<ApprovalProfileView>;
  /**
   * Throws `already_exists` when the name is taken, and `invalid_input` for people and groups that do not exist or a
   * policy that nobody could meet as things stand.
   */
  create(actor: Actor, tx: EditTransaction, input: CreateApprovalProfile): Promise<ApprovalProfileView>;
  /** A changed policy becomes a new version; running requests keep theirs and meet the new one as well. */
  update(actor: Actor, tx: EditTransaction, id: string, input: UpdateApprovalProfile): Promise<ApprovalProfileView>;
  /** Throws `in_use` while vault profiles ask for it. */
  remove(actor: Actor, tx: EditTransaction, id: string): Promise<void>;
}

export function createApprovalProfileService(deps: ApprovalProfileServiceDeps): ApprovalProfileService {
  return { ...policyReads(deps), ...policyEdits(deps) };
}

function policyReads({ db }: ApprovalProfileServiceDeps): Pick<ApprovalProfileService, 'list' | 'get'> {
  return {
    async list(actor, { cursor, limit }) {
      authorizeAnywhere(actor, 'change.read');
      const { where, order } = sliceById(cursor, limit);
      const rows = await store.listApprovalProfiles(db, actor.organizationId, where.id?.gt, order.take);
      return pageById(rows, limit, viewOf);
    },
    async get(actor, id) {
      authorizeAnywhere(actor, 'change.read');
      return viewOf(demand(await store.findApprovalProfile(db, actor.organizationId, id)));
    },
  };
}

function policyEdits(deps: ApprovalProfileServiceDeps): Pick<ApprovalProfileService, 'create' | 'update' | 'remove'> {
  return {
    async create(actor, tx, { name, ...policy }) {
      authorize(actor, 'policy.administer');
      const { organizationId, personId } = actor;
      await checkPolicy(tx, organizationId, policy);
      const id = newId();
      if (!(await store.insertApprovalProfile(tx, { id, organizationId, name }))) throw nameTaken();
      await store.addPolicyVersion(tx, id, 1, policy, personId);
      return recorded(tx, deps, actor, 'approval_profile.created', id);
    },
    async update(actor, tx, id, { name, expectedVersion, ...changes }) {
      authorize(actor, 'policy.administer');
      const before = demand(await store.lockApprovalProfile(tx, actor.organizationId, id));
      if (expectedVersion !== undefined && expectedVersion !== before.version) {
        throw new AppError('revision_conflict', 'The approval profile was changed meanwhile.', {
          facts: { currentVersion: before.version },
        });
      }
      const { operations, order, steps, expiresAfterHours } = before.policy;
      const policy = {
        operations: changes.operations ?? operations,
        order: changes.order ?? order,
        steps: changes.steps ?? steps,
        expiresAfterHours: changes.expiresAfterHours ?? expiresAfterHours,
      };
      if (Object.keys(changes).length > 0) {
        await checkPolicy(tx, actor.organizationId, policy);
        await store.addPolicyVersion(tx, id, before.version + 1, policy, actor.personId);
      }
      if (name !== undefined && !(await store.renameApprovalProfile(tx, actor.organizationId, id, name))) {
        throw nameTaken();
      }
      return recorded(tx, deps, actor, 'approval_profile.updated', id);
    },
    async remove(actor, tx, id) {
      authorize(actor, 'policy.administer');
      const profile = demand(await store.lockApprovalProfile(tx, actor.organizationId, id));
      const vaultProfiles = await store.vaultProfilesAsking(tx, id);
      if (vaultProfiles.length > 0) {
        throw new AppError('in_use', 'Vault profiles ask for this approval profile.', { facts: { vaultProfiles } });
      }
      await store.deleteApprovalProfile(tx, id);
      await record(tx, deps, actor, 'approval_profile.deleted', profile);
    },
  };
}

async function checkPolicy(db: Sql, organizationId: string, policy: ApprovalPolicy): Promise<void> {
  const known = await store.knownApprovers(db, organizationId, policy.steps);
  const unknown = policy.steps.flatMap(({ approvers }, index) =>
    (['users', 'groups'] as const).flatMap((kind) =>
      approvers[kind].flatMap((id, at): FieldProblem[] =>
        known.has(id)
          ? []
          : [{ pointer: `/steps/${index}/approvers/${kind}/${at}`, expected: `the id of one of the ${kind}` }],
      ),
    ),
  );
  const lacking = unsatisfiable(policy, await store.findCandidates(db, organizationId, policy.steps));
  const fields = unknown.length > 0 ? unknown : lacking ? [lacking] : [];
  const [first] = fields;
  if (first) throw new AppError('invalid_input', `${first.pointer}: expected ${first.expected}`, { fields });
}

async function recorded(
  tx: EditTransaction,
  deps: ApprovalProfileServiceDeps,
  actor: Actor,
  action: 'approval_profile.created' | 'approval_profile.updated',
  id: string,
): Promise<ApprovalProfileView> {
  const profile = demand(await store.findApprovalProfile(tx, actor.organizationId, id));
  await record(tx, deps, actor, action, profile);
  return viewOf(profile);
}

/** The whole policy is recorded: who weakened it, and how, must be there to read later. */
function record(
  tx: EditTransaction,
  { keyring }: ApprovalProfileServiceDeps,
  actor: Actor,
  action: `approval_profile.${'created' | 'updated' | 'deleted'}`,
  { id, name, version, policy }: store.ApprovalProfile,
): Promise<void> {
  const details = { name, version, policy: policy as unknown as Json };
  return appendAudit(tx, keyring, actor, [{ action, objectType: 'approval_profile', objectId: id, details }]);
}

function viewOf({ id, name, version, policy, createdAt, updatedAt }: store.ApprovalProfile): ApprovalProfileView {
  const { operations, order, expiresAfterHours } = policy;
  const steps = policy.steps.map(({ name: step, approvers, required }) => ({
    name: step,
    approvers: { users: [...approvers.users], groups: [...approvers.groups], roles: [...approvers.roles] },
    required,
  }));
  return {
    id,
    name,
    version,
    operations: [...operations],
    order,
    steps,
    expiresAfterHours,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function demand(profile: store.ApprovalProfile | undefined): store.ApprovalProfile {
  if (profile === undefined) throw notFound('approval profile');
  return profile;
}

function nameTaken(): AppError {
  return new AppError('already_exists', 'An approval profile with this name exists.');
}
