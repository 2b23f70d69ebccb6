import type { Me, RoleGrant, RoleList } from '../client/api-types.ts';
import { may } from './rights.ts';
import { wordsOf } from './words.ts';

export type RoleName = RoleGrant['role'];
type Role = RoleList['items'][number];

const LABELS: Readonly<Partial<Record<RoleName, string>>> = {
  read_write: 'Reader and writer',
  write_only: 'Writer',
  break_glass: 'Break glass',
  admin: 'Administrator',
};

/** A role as people say it. */
export function roleLabel(role: RoleName): string {
  return LABELS[role] ?? wordsOf(role);
}

/** Administrators of the organization give these to others and do not hold them. */
const GIVEN: readonly string[] = ['change.override', 'compliance.report'];

/** Roles that can be limited to a customer: whoever administers, decides or audits does so for all of a project. */
const OF_CUSTOMERS: readonly RoleName[] = ['viewer', 'reader', 'read_write', 'write_only'];

/** The roles that somebody can give away there: nobody gives rights that they do not hold. */
export function rolesToGive(me: Me, roles: readonly Role[], projectId: string | null, customerId: string | null) {
  return roles.filter(
    ({ role, rights }) =>
      (customerId === null || OF_CUSTOMERS.includes(role)) &&
      rights.every(
        (right) => may(me, right, projectId) || (GIVEN.includes(right) && may(me, 'access.administer', null)),
      ),
  );
}
