import type { ChangeRequest, Me } from '../client/api-types.ts';

/** What roles allow. */
export type Right = Me['rights'][number]['rights'][number];

/** Whether somebody holds a right in this project, or in the whole organization. The API decides in the end. */
export function may(me: Me, right: Right, projectId: string | null): boolean {
  return me.rights.some(
    ({ projectId: scope, rights }) => (scope === null || scope === projectId) && rights.includes(right),
  );
}

/** Whether somebody holds it anywhere at all. */
export function mayAnywhere(me: Me, right: Right): boolean {
  return me.rights.some(({ rights }) => rights.includes(right));
}

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

const RIGHT_FOR: Readonly<Partial<Record<ChangeRequest['operation'], Right>>> = {
  create: 'secret.create',
  import: 'secret.create',
  delete: 'secret.delete',
  destroy: 'secret.delete',
  destroy_version: 'secret.delete',
  restore: 'secret.restore',
  change_source: 'secret.sync',
  add_target: 'secret.sync',
  remove_target: 'secret.sync',
  resolve_target: 'secret.sync',
};

/** What an operation on a secret needs, also of whoever edits a change that asks for it. */
export function rightFor(operation: ChangeRequest['operation']): Right {
  return RIGHT_FOR[operation] ?? 'secret.edit';
}
