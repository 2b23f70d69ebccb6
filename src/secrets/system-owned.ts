import type { Actor } from '../access/actor.ts';
import { can } from '../access/permissions.ts';
import { AppError } from '../errors.ts';
import type { Secret } from './secret.ts';

/**
 * Secrets that a part of the estate keeps for itself are changed only by those who may keep such. Throws `system_owned`, which says
 * whose it is.
 */
export function assertMayKeep(actor: Actor, secret: Pick<Secret, 'projectId' | 'customerId' | 'systemOwner'>): void {
  const { systemOwner } = secret;
  if (systemOwner === null || can(actor, 'secret.system', secret)) return;
  throw new AppError('system_owned', 'The system owns this secret; only those who keep such secrets change it.', {
    facts: { systemOwner, right: 'secret.system' },
  });
}
