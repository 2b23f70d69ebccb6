import { AppError } from '../errors.ts';
import type { Actor } from './actor.ts';
import { RIGHTS_OF_ROLE, type Right, type Role } from './roles.ts';

const rightsOfRole: Record<Role, readonly Right[]> = RIGHTS_OF_ROLE;

/**
 * Does the actor hold `right` in the project, or without `projectId` in the whole organization?
 *
 * Grants of the whole organization count in every project. `installation.administer` belongs to administrators of the
 * whole operator organization.
 */
export function can(actor: Actor, right: Right, projectId?: string): boolean {
  if (right === 'installation.administer') {
    return actor.isOperator && actor.grants.some((grant) => grant.role === 'admin' && grant.projectId === null);
  }
  return actor.grants.some(
    (grant) => (grant.projectId === null || grant.projectId === projectId) && rightsOfRole[grant.role].includes(right),
  );
}

/** Throws `forbidden`, naming the right, unless the actor {@link can}. */
export function authorize(actor: Actor, right: Right, projectId?: string): void {
  if (!can(actor, right, projectId)) throw forbidden(right);
}

/** For lists: the projects in which the actor holds `right`, or `all` when it holds it in the whole organization. */
export function projectsWith(actor: Actor, right: Right): 'all' | string[] {
  if (can(actor, right)) return 'all';
  const projects = new Set<string>();
  for (const { projectId } of actor.grants) {
    if (projectId !== null && can(actor, right, projectId)) projects.add(projectId);
  }
  return [...projects];
}

/** Throws `forbidden` unless the actor holds `right` in the organization or in at least one project. */
export function authorizeAnywhere(actor: Actor, right: Right): void {
  const projects = projectsWith(actor, right);
  if (projects !== 'all' && projects.length === 0) throw forbidden(right);
}

/**
 * Rights of `role` that the actor does not hold in that scope: giving the role away would be an escalation. The rights to
 * override and to report checks are held by no administrator; those of the whole organization give them to others.
 */
export function rightsBeyond(actor: Actor, role: Role, projectId: string | null): Right[] {
  return rightsOfRole[role].filter(
    (right) =>
      !can(actor, right, projectId ?? undefined) && !(GIVEN.includes(right) && can(actor, 'access.administer')),
  );
}

const GIVEN: readonly Right[] = ['change.override', 'compliance.report'];

function forbidden(right: Right): AppError {
  return new AppError('forbidden', `This needs the right ${right}.`, { facts: { right } });
}
