import type { VaultError, VaultErrorCode } from '../../adapters/vault-error.ts';
import { AppError, type AppErrorCode } from '../errors.ts';

interface Failure {
  readonly code: AppErrorCode;
  readonly message: string;
  /** The same call cannot succeed while anybody waits for it: neither some time nor anything usually done at the vault helps. */
  readonly permanent: boolean;
}

const FAILURES = {
  not_found: {
    code: 'version_content_unavailable',
    message: 'The vault does not hold this content.',
    permanent: false,
  },
  version_conflict: {
    code: 'vault_conflict',
    message: 'The entry in the vault is not the one expected.',
    permanent: false,
  },
  invalid_argument: { code: 'vault_rejected', message: 'The vault does not accept this request.', permanent: true },
  too_large: { code: 'vault_rejected', message: 'The payload is larger than the vault can hold.', permanent: true },
  unsupported: { code: 'vault_rejected', message: 'This kind of vault cannot do this.', permanent: true },
  unauthenticated: { code: 'vault_denied', message: 'The vault does not accept our credential.', permanent: false },
  permission_denied: { code: 'vault_denied', message: 'The vault does not allow us this.', permanent: false },
  rate_limited: { code: 'vault_busy', message: 'The vault asks for fewer requests.', permanent: false },
  limit_exceeded: {
    code: 'vault_rejected',
    message:
      'A limit of the vault itself is reached, such as the versions it keeps of one entry. Nothing was written: write it less often, try again hours later, or have the limit raised.',
    permanent: true,
  },
  unavailable: { code: 'vault_unavailable', message: 'The vault does not answer.', permanent: false },
  timeout: { code: 'vault_unavailable', message: 'The vault did not answer in time.', permanent: false },
  aborted: { code: 'unavailable', message: 'The call to the vault was ended.', permanent: false },
  closed: { code: 'unavailable', message: 'The connection to the vault was closed.', permanent: false },
  unknown: { code: 'unavailable', message: 'The vault answered in an unknown way.', permanent: false },
} as const satisfies Record<VaultErrorCode, Failure>;

/** What a user is told of a failed vault call: a code and a fixed text, and what the vault said as `vaultCode`. */
export function toAppError(error: VaultError): AppError {
  const { code, message } = FAILURES[error.code];
  return new AppError(code, message, {
    facts: { vaultCode: error.code },
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  });
}

/**
 * True when the same call cannot succeed for as long as anybody waits, so that repeating it is pointless. A refused credential is not permanent: it is
 * mended at the vault, and what waits must then go on by itself.
 */
export function isPermanent(code: VaultErrorCode): boolean {
  return FAILURES[code].permanent;
}
