import { expect, test } from 'vitest';
import { VAULT_ERROR_CODES, VaultError, type VaultErrorCode } from '../../../adapters/vault-error.ts';
import type { AppErrorCode } from '../../../src/errors.ts';
import { isPermanent, toAppError } from '../../../src/vaults/vault-failure.ts';

const expected: Record<VaultErrorCode, [AppErrorCode, boolean]> = {
  not_found: ['version_content_unavailable', false],
  version_conflict: ['vault_conflict', false],
  invalid_argument: ['vault_rejected', true],
  too_large: ['vault_rejected', true],
  unsupported: ['vault_rejected', true],
  unauthenticated: ['vault_denied', false],
  permission_denied: ['vault_denied', false],
  rate_limited: ['vault_busy', false],
  limit_exceeded: ['vault_rejected', true],
  unavailable: ['vault_unavailable', false],
  timeout: ['vault_unavailable', false],
  aborted: ['unavailable', false],
  closed: ['unavailable', false],
  unknown: ['unavailable', false],
};

test.each(VAULT_ERROR_CODES)('%s', (code) => {
  const error = toAppError(new VaultError(code, 'write', { retryAfterMs: code === 'rate_limited' ? 1500 : undefined }));
  expect([error.code, isPermanent(code)]).toEqual(expected[code]);
  expect(error.facts).toEqual({ vaultCode: code });
  expect(error.retryAfterMs).toBe(code === 'rate_limited' ? 1500 : undefined);
});
