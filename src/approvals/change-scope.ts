import type { SecretScope } from '../access/permissions.ts';
import type { Change } from './change.ts';

/** Where a right to see the change, or to ask for it, must be held: for the secret it is about, else in the organization. */
export function scopeOf({ projectId, customerId }: Pick<Change, 'projectId' | 'customerId'>): SecretScope | undefined {
  return projectId === null ? undefined : { projectId, customerId };
}
