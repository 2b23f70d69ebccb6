import { VaultError, type VaultErrorCode } from '../../../adapters/vault-error.ts';

/** https://nodejs.org/docs/latest-v20.x/api/errors.html#common-system-errors */
const CODES: Readonly<Record<string, VaultErrorCode>> = {
  EACCES: 'permission_denied',
  EPERM: 'permission_denied',
  EROFS: 'permission_denied',
  ENOENT: 'not_found',
  ENOTDIR: 'not_found',
  EMFILE: 'unavailable',
  ENOSPC: 'unavailable',
};

/** The one place where a failure of the file system becomes our code. */
export function classify(error: unknown, operation: string): VaultError {
  if (error instanceof VaultError) return error;
  const code = error instanceof Error && 'code' in error ? CODES[String(error.code)] : undefined;
  return new VaultError(code ?? 'unknown', operation);
}
