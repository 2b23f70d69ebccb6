import type { MissingRight } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import type { TriedRight } from './api.ts';
import type { Place } from './find-entry.ts';

interface Need {
  readonly tried: TriedRight;
  /** https://www.scaleway.com/en/docs/iam/reference-content/permission-sets/ */
  readonly right: string;
  readonly needed: MissingRight['needed'];
}

const NEEDS: readonly Need[] = [
  { tried: 'access', right: 'SecretManagerSecretAccess', needed: 'read' },
  { tried: 'create', right: 'SecretManagerSecretCreate', needed: 'write' },
  { tried: 'addVersion', right: 'SecretManagerSecretCreate (versions)', needed: 'write' },
  { tried: 'setTags', right: 'SecretManagerSecretWrite', needed: 'label' },
  { tried: 'delete', right: 'SecretManagerSecretDelete', needed: 'remove' },
];

const METADATA = 'SecretManagerReadOnly';

/** Scaleway has no question for one's rights: each is tried on a secret that does not exist. */
export async function checkRights({ api }: Place, signal: AbortSignal): Promise<readonly MissingRight[]> {
  const context = { operation: 'check', signal };
  const seen = await api.list({ page: 1 }, context).catch((error: unknown) => {
    if (error instanceof VaultError && error.code === 'permission_denied') return undefined;
    throw error;
  });
  const lacking = await Promise.all(NEEDS.map(({ tried }) => api.lacks(tried, context)));
  const missing = NEEDS.filter((_need, index) => lacking[index]).map(({ right, needed }) => ({ right, needed }));
  if (seen) return missing;
  // Everything begins with a look at the metadata.
  return [{ right: METADATA, needed: 'list' }, { right: METADATA, needed: 'read' }, ...missing];
}
