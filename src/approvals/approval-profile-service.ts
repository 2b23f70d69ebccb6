import type { Actor } from '../access/actor.ts';
import { authorize, authorizeAnywhere } from '../access/permissions.ts';
import { pageById, sliceById } from '../access/prisma-db.ts';
import type { Page } from '../api/lists.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Json } from '../crypto/canonical-json.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, EditTransaction } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import type {
  ApprovalProfileQuery,
  ApprovalProfileView,
  CreateApprovalProfile,
  UpdateApprovalProfile,
} from './approval-profile-schemas.ts';
import * as store from './approval-profile-store.ts';
import { checkPolicy } from './policy-check.ts';
import { isShorthand, mentionsPolicy, onlyRule, parsePolicy } from './policy-input.ts';

export interface ApprovalProfileServiceDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  /** Types of secrets that conditions may name. */
  readonly secretTypes: readonly string[];
}

/** Who must agree to which changes. Reading needs `change.read`, all else `policy.administer`. */
export interface ApprovalProfileService {
  list(actor: Actor, query: ApprovalProfileQuery): Promise<Page<ApprovalProfileView>>;
  get(actor: Actor, id: string): Promise<ApprovalProfileView>;
  /**
   * Throws `already_exists` when the name is taken, and `invalid_input` for people, groups and projects that do not exist or
   * a policy that nobody but the requester could meet as things stand.
   */
  create(actor: Actor, tx: EditTransaction, input: CreateApprovalProfile): Promise<ApprovalProfileView>;
  /** A changed policy becomes a new version; running requests keep theirs and meet the new one as well. */
  update(actor: Actor, tx: EditTransaction, id: string, input: UpdateApprovalProfile): Promise<ApprovalProfileView>;
  /** Throws `in_use` while vault profiles or the organization ask for it. */
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
    async create(actor, tx, { name, ...input }) {
      authorize(actor, 'policy.administer');
      const { organizationId, personId } = actor;
      const policy = parsePolicy(input);
      await checkPolicy(tx, organizationId, policy, { types: deps.secretTypes, shorthand: isShorthand(input) });
      const id = newId();
      if (!(await store.insertApprovalProfile(tx, { id, organizationId, name }))) throw nameTaken();
      await store.addPolicyVersion(tx, id, 1, policy, personId);
      return recorded(tx, deps, actor, 'approval_profile.created', id);
    },
    async update(actor, tx, id, { name, expectedVersion, ...input }) {
      authorize(actor, 'policy.administer');
      const before = demand(await store.lockApprovalProfile(tx, actor.organizationId, id));
      if (expectedVersion !== undefined && expectedVersion !== before.version) {
        throw new AppError('revision_conflict', 'The approval profile was changed meanwhile.', {
          facts: { currentVersion: before.version },
        });
      }
      if (mentionsPolicy(input)) {
        const policy = parsePolicy(input, before.policy);
        const check = { types: deps.secretTypes, shorthand: isShorthand(input) };
        await checkPolicy(tx, actor.organizationId, policy, check);
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
      if (await store.organizationAsks(tx, id)) {
        throw new AppError('in_use', 'The organization asks for this approval profile.');
      }
      await store.deleteApprovalProfile(tx, id);
      await record(tx, deps, actor, 'approval_profile.deleted', profile);
    },
  };
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

/** A policy that the short form can say is shown in it as well. */
function viewOf(profile: store.ApprovalProfile): ApprovalProfileView {
  const { id, name, version, policy, unsatisfiable, createdAt, updatedAt } = profile;
  const rules = policy.rules.map((rule) => ({ requiredChecks: [], ...rule })) as ApprovalProfileView['rules'];
  const [only] = onlyRule(policy) === undefined ? [] : rules;
  return {
    id,
    name,
    version,
    rules,
    ...(only && {
      operations: only.when.operations,
      order: only.order,
      steps: only.steps,
      expiresAfterHours: only.expiresAfterHours,
      requiredChecks: only.requiredChecks,
    }),
    unsatisfiable,
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
