import type { Me } from '../client/api-types.ts';

type Right = Me['rights'][number]['rights'][number];

/**
 * Whether somebody holds a right in a project as a whole, or in any when none is named. A role for one customer reaches that
 * customer's secrets and nothing else: no people, no projects, no customers are told to it.
 */
export function mayWholly(me: Me, right: Right, projectId?: string): boolean {
  return me.rights.some(
    ({ projectId: scope, customerId, rights }) =>
      customerId === null &&
      (projectId === undefined || scope === null || scope === projectId) &&
      rights.includes(right),
  );
}
