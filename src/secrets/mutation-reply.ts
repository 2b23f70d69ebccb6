import { z } from 'zod';
import { VAULT_ERROR_CODES, VaultError, type VaultErrorCode } from '../../adapters/vault-error.ts';
import type { Actor } from '../access/actor.ts';
import type { SecretScope } from '../access/permissions.ts';
import type { Reply } from '../api/reply.ts';
import type { ResponseSpec } from '../api/route.ts';
import type { Change } from '../approvals/change.ts';
import { changeSchema } from '../approvals/change-schemas.ts';
import { changeView } from '../approvals/change-view.ts';
import type { Sql } from '../db.ts';
import { AppError, type AppErrorCode } from '../errors.ts';
import { toAppError } from '../vaults/vault-failure.ts';
import type { MutationResult } from './proposals.ts';
import { nameTaken } from './rename-plan.ts';
import { asSecretChange } from './secret-change.ts';
import { versionSchema } from './secret-schemas.ts';
import { findVersion } from './secret-store.ts';
import { versionView } from './secret-views.ts';

/** What every mutation of a secret answers: the change request, and the version it made. */
export const mutationAnswerSchema = z
  .object({
    secretId: z.string(),
    unchanged: z.boolean().meta({ description: 'The content is what the newest version holds; nothing was done.' }),
    version: versionSchema.nullable(),
    changeRequest: changeSchema.nullable(),
  })
  .meta({ id: 'MutationAnswer' });

/** Documented answers of a mutation that applies with `status`. */
export function mutationResponses(status: 200 | 201): Record<number, ResponseSpec> {
  const schema = mutationAnswerSchema;
  return {
    ...(status === 201 ? { 200: { description: 'The content is what it was; nothing was done.', schema } } : {}),
    [status]: { description: 'Applied.', schema },
    202: { description: 'Waits for approval, or its outcome is not known yet: follow the change request.', schema },
  };
}

/** What mutations of secrets can be refused with, beside what the one route adds. */
export const MUTATION_ERRORS = [
  'forbidden',
  'system_owned',
  'quota_exceeded',
  'not_found',
  'invalid_transition',
  'version_conflict',
  'revision_conflict',
  'change_in_progress',
  'profile_disabled',
  'idempotency_key_reused',
  'vault_conflict',
  'vault_rejected',
  'vault_denied',
  'vault_busy',
  'vault_unavailable',
  'backlog_full',
  'unavailable',
] as const satisfies readonly AppErrorCode[];

/**
 * The answer to a mutation, made from the change request and the version alone as they were then: a repeated request gets
 * the very same one. A change that waits for approval is shown as it was when it was opened.
 *
 * Throws what the change ended with when it was carried out at once and had no effect.
 */
export async function mutationReply(db: Sql, actor: Actor, result: MutationResult, status: 200 | 201): Promise<Reply> {
  if (result.kind === 'unchanged') {
    const { secretId } = result;
    const version = await asMade(db, actor, result, secretId, result.version);
    return { status: 200, body: { secretId, unchanged: true, version, changeRequest: null } };
  }
  const change = asSecretChange(result.change);
  const answer = (code: number, changeRequest: Change, version: unknown): Reply => ({
    status: code,
    body: { secretId: change.secretId, unchanged: false, version, changeRequest: changeView(changeRequest) },
  });
  if (change.drafted || change.policies.length > 0) return answer(202, asOpened(change), null);
  if (change.state === 'applied') {
    const { secretId, resultVersion } = change;
    return answer(status, change, await asMade(db, actor, change, secretId, resultVersion));
  }
  if (change.state === 'failed' || change.state === 'conflict') throw errorOfChange(change);
  return answer(202, change, null);
}

/** A version as it was when a request made or found it: enabled. It may have been disabled or destroyed since. */
async function asMade(db: Sql, actor: Actor, scope: SecretScope, secretId: string, version: number | null) {
  const found = version === null ? undefined : await findVersion(db, secretId, version);
  return found === undefined ? null : versionView(actor, scope, { ...found, state: 'enabled' });
}

function asOpened(change: Change): Change {
  return {
    ...change,
    state: change.drafted ? 'draft' : 'pending_approval',
    code: null,
    resultVersion: null,
    attempts: 0,
    updatedAt: change.createdAt,
    endedAt: null,
  };
}

/** What a change that was carried out at once and had no effect means for whoever asked. */
function errorOfChange(change: Change): AppError {
  const code = change.code ?? 'unknown';
  if (code === 'name_taken') return nameTaken(change.id);
  if (isVaultCode(code)) {
    const { message, facts, code: appCode } = toAppError(new VaultError(code, change.operation));
    return new AppError(appCode, message, { facts: { ...facts, changeRequestId: change.id } });
  }
  return new AppError('vault_conflict', 'The entry in the vault is not the one expected; it was left untouched.', {
    facts: { reason: code, changeRequestId: change.id },
  });
}

function isVaultCode(code: string): code is VaultErrorCode {
  return (VAULT_ERROR_CODES as readonly string[]).includes(code);
}
