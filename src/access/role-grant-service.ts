import type { Page } from '../api/lists.ts';
import type { EditTransaction } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { findCustomer } from '../projects/customer-store.ts';
import { findProject } from '../projects/project-store.ts';
import { type AccessDeps, keepAnAdministrator, lockOrganization, record } from './access-context.ts';
import type { Actor } from './actor.ts';
import { assertOverrideForOthers } from './override-grants.ts';
import { authorize, authorizeAnywhere, projectsWith, rightsBeyond } from './permissions.ts';
import { pageById, sliceById } from './prisma-db.ts';
import type { CreateRoleGrant, RoleGrantView } from './role-grant-schemas.ts';
import * as store from './role-grant-store.ts';
import type { Role } from './roles.ts';

export interface RoleGrantFilter {
  readonly subjectId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly role?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Who holds which role where. Needs `access.administer` in the scope of the grant. */
export interface RoleGrantService {
  /** Grants in the scopes the actor administers. */
  list(actor: Actor, filter: RoleGrantFilter): Promise<Page<RoleGrantView>>;
  /** Throws `forbidden` for a role with rights the actor lacks there, `already_exists`, `not_found` for the subject. */
  create(actor: Actor, tx: EditTransaction, input: CreateRoleGrant, id: string): Promise<RoleGrantView>;
  /** Throws `in_use` for the last administrator's. */
  remove(actor: Actor, tx: EditTransaction, id: string): Promise<void>;
}

export function createRoleGrantService(deps: AccessDeps): RoleGrantService {
  return {
    async list(actor, { cursor, limit, ...filter }) {
      authorizeAnywhere(actor, 'access.administer');
      const within = projectsWith(actor, 'access.administer');
      const slice = sliceById(cursor, limit);
      const rows = await store.listRoleGrants(await deps.db.prisma(), actor.organizationId, filter, within, slice);
      return pageById(rows, limit, viewOf);
    },
    async create(actor, tx, input, id) {
      const grant = { id, organizationId: actor.organizationId, ...input };
      await lockOrganization(tx, actor.organizationId);
      await checkNewGrant(actor, tx, input);
      if ((await store.findGrantOf(tx.prisma, grant)) !== null)
        throw new AppError('already_exists', 'This grant exists.');
      const row = await store.insertRoleGrant(tx.prisma, grant);
      await recordGrant(tx, deps, actor, 'role_grant.created', row);
      return viewOf(row);
    },
    async remove(actor, tx, id) {
      await lockOrganization(tx, actor.organizationId);
      const grant = await store.findRoleGrant(tx.prisma, actor.organizationId, id);
      if (grant === null) throw notFound('role grant');
      authorize(actor, 'access.administer', grant.projectId ?? undefined);
      if (!(await store.deleteRoleGrant(tx.prisma, actor.organizationId, id))) throw notFound('role grant');
      await keepAnAdministrator(tx, actor.organizationId);
      await recordGrant(tx, deps, actor, 'role_grant.deleted', grant);
    },
  };
}

async function checkNewGrant(actor: Actor, tx: EditTransaction, input: CreateRoleGrant): Promise<void> {
  const { organizationId } = actor;
  const { subjectType, subjectId, role, projectId } = input;
  if (projectId !== null && (await findProject(tx.prisma, organizationId, projectId)) === null) {
    throw notFound('project');
  }
  authorize(actor, 'access.administer', projectId ?? undefined);
  await checkCustomer(tx, organizationId, input);
  const beyond = rightsBeyond(actor, role, projectId);
  if (beyond.length > 0) {
    throw new AppError('forbidden', 'Nobody grants rights that they do not hold.', { facts: { rights: beyond } });
  }
  assertOverrideForOthers(actor, input);
  if (!(await store.subjectExists(tx.prisma, organizationId, subjectType, subjectId))) throw notFound(subjectType);
}

/** Roles that can be limited to a customer: whoever administers, decides or audits does so for all of a project. */
export const CUSTOMER_ROLES: readonly Role[] = ['viewer', 'reader', 'read_write', 'write_only'];

async function checkCustomer(tx: EditTransaction, organizationId: string, input: CreateRoleGrant): Promise<void> {
  const { customerId, projectId, role, shared } = input;
  if (customerId === null) {
    if (shared) throw invalidField('/shared', 'false without a customer: a project includes what it shares');
    return;
  }
  if (projectId === null) throw invalidField('/projectId', 'the project of the customer');
  if ((await findCustomer(tx, organizationId, projectId, customerId)) === undefined) throw notFound('customer');
  if (!CUSTOMER_ROLES.includes(role)) {
    throw invalidField('/role', `one of ${CUSTOMER_ROLES.join(', ')}, when it is limited to a customer`);
  }
}

function recordGrant(
  tx: EditTransaction,
  deps: AccessDeps,
  actor: Actor,
  action: 'role_grant.created' | 'role_grant.deleted',
  { id, subjectType, subjectId, role, projectId, customerId, shared }: store.RoleGrant,
): Promise<void> {
  const customer = customerId === null ? {} : { customerId, shared };
  const details = { subjectType, subjectId, role, projectId, ...customer };
  return record(tx, deps, actor, { action, objectType: 'role_grant', objectId: id, details });
}

function viewOf(grant: store.RoleGrant): RoleGrantView {
  const { id, subjectType, subjectId, role, projectId, customerId, shared, createdAt } = grant;
  return {
    id,
    subjectType: subjectType as RoleGrantView['subjectType'],
    subjectId,
    role: role as RoleGrantView['role'],
    projectId,
    customerId,
    shared,
    createdAt: createdAt.toISOString(),
  };
}
