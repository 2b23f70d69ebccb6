import type { Me } from './api-types.ts';

/** Whether somebody holds a right in this project, or in the whole organization. The API decides in the end. */
export function may(me: Me, right: string, projectId: string | null): boolean {
  return me.rights.some(
    ({ projectId: scope, rights }) => (scope === null || scope === projectId) && rights.includes(right),
  );
}

/** Whether somebody holds it anywhere at all. */
export function mayAnywhere(me: Me, right: string): boolean {
  return me.rights.some(({ rights }) => rights.includes(right));
}

const RIGHT_FOR: Readonly<Record<string, string>> = {
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
export function rightFor(operation: string): string {
  return RIGHT_FOR[operation] ?? 'secret.edit';
}
