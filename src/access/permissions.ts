import { AppError } from '../errors.ts';
import type { Actor, ActorGrant } from './actor.ts';
import { RIGHTS_OF_ROLE, type Right, type Role } from './roles.ts';

const rightsOfRole: Record<Role, readonly Right[]> = RIGHTS_OF_ROLE;

/** Whose a secret is: that of one customer, or (null) shared by all customers of the project. */
export interface SecretScope {
  readonly projectId: string;
  readonly customerId: string | null;
}

/**
 * Does the actor hold `right` for that secret, in the project as a whole, or without `scope` in the whole organization?
 *
 * Grants of the whole organization count in every project, those of a project for all its secrets. A grant for one customer
 * counts for that customer's secrets and, if it says so, for the shared ones; never for the project as a whole.
 * `installation.administer` belongs to administrators of the whole operator organization.
 */
export function can(actor: Actor, right: Right, scope?: string | SecretScope): boolean {
  if (right === 'installation.administer') {
    return actor.isOperator && actor.grants.some((grant) => grant.role === 'admin' && grant.projectId === null);
  }
  return actor.grants.some((grant) => covers(grant, scope) && rightsOfRole[grant.role].includes(right));
}

function covers(grant: ActorGrant, scope: string | SecretScope | undefined): boolean {
  if (grant.projectId === null) return true;
  if (scope === undefined) return false;
  const secret = typeof scope === 'string' ? undefined : scope;
  if (grant.projectId !== (secret?.projectId ?? scope)) return false;
  if (grant.customerId == null) return true;
  if (secret === undefined) return false;
  return secret.customerId === null ? grant.shared === true : secret.customerId === grant.customerId;
}

/** Throws `forbidden`, naming the right, unless the actor {@link can}. */
export function authorize(actor: Actor, right: Right, scope?: string | SecretScope): void {
  if (!can(actor, right, scope)) throw forbidden(right);
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

/** Secrets that somebody reaches without reaching all of the organization. */
export interface Reach {
  /** Projects as a whole. */
  readonly projects: readonly string[];
  readonly customers: readonly string[];
  /** Projects whose shared secrets are reached. */
  readonly shared: readonly string[];
}

/** For lists of secrets and what belongs to them: what the actor may see with `right`, or `all` of the organization. */
export function reachWith(actor: Actor, right: Right): 'all' | Reach {
  const projects = projectsWith(actor, right);
  if (projects === 'all') return 'all';
  const limited = actor.grants.filter(
    ({ customerId, role }) => customerId != null && rightsOfRole[role].includes(right),
  );
  return {
    projects,
    customers: limited.flatMap(({ customerId }) => customerId ?? []),
    shared: limited.flatMap(({ projectId, shared }) => (shared === true && projectId !== null ? [projectId] : [])),
  };
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
