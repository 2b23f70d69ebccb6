import type { EntryPath } from '../adapter.ts';
import { isBelow } from '../lib/safe-path.ts';
import { VaultError } from '../vault-error.ts';
import { type Context, PAGE_SIZE } from './api.ts';
import type { SecretFacts } from './facts.ts';
import { fullPath, type Place } from './find-entry.ts';
import { pathOfSecret } from './names.ts';

const ATTEMPTS = 3;
const MAX_PAGES = 1000;

/** Every secret with a version below the prefix. Names outside our grammar cannot be addressed and are left out. */
export async function* listEntries(place: Place, below: EntryPath, signal: AbortSignal): AsyncGenerator<EntryPath> {
  const context = { operation: 'list', signal };
  const folder = below === '' ? place.prefix : fullPath(place.prefix, below);
  for (const secret of await allSecrets(place, context)) {
    const path = secret.versionCount > 0 ? pathOfSecret(secret) : undefined;
    if (path === undefined || !isBelow(folder, path)) continue;
    yield place.prefix === '' ? path : path.slice(place.prefix.length + 1);
  }
}

/**
 * All pages before the first entry, because pages are counted and not a snapshot: when a secret is deleted meanwhile, the
 * next page begins one too late. A listing whose total changes on the way is therefore begun anew.
 */
async function allSecrets(place: Place, context: Context): Promise<readonly SecretFacts[]> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const secrets = await pagesOf(place, context);
    if (secrets) return secrets;
  }
  throw new VaultError('unavailable', context.operation);
}

async function pagesOf({ api }: Place, context: Context): Promise<readonly SecretFacts[] | undefined> {
  const found = new Map<string, SecretFacts>();
  let total: number | undefined;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await api.list({ page }, context);
    if (answer.total !== (total ?? answer.total)) return undefined;
    total = answer.total;
    for (const secret of answer.items) found.set(secret.id, secret);
    if (page * PAGE_SIZE >= total || answer.items.length === 0) break;
  }
  return found.size === total ? [...found.values()] : undefined;
}
