import { setTimeout as sleep } from 'node:timers/promises';
import type { EntryPath } from '../adapter.ts';
import { isBelow } from '../lib/safe-path.ts';
import { VaultError } from '../vault-error.ts';
import { classify } from './errors.ts';
import type { EntryNames } from './secret-names.ts';
import type { SecretService } from './service.ts';

const LOOKING_AT_ONCE = 8;

/**
 * A project may read 600 times a minute, all its users together (https://cloud.google.com/secret-manager/quotas), and every
 * entry takes one look. After so many the listing slows down, instead of failing and of starving all others.
 */
const UNHURRIED_LOOKS = 240;
const GROUP_MS = 1_000;

/**
 * Every live entry below the prefix. A secret does not tell whether it has a version that can be accessed, so each one's
 * newest version is looked at. Secrets that no path names are left out; the service's own filter is not used, since a listing
 * that left out others would look like removals. Any failure ends the whole listing.
 */
export async function* listEntries(
  service: SecretService,
  names: EntryNames,
  prefix: EntryPath,
  signal: AbortSignal,
): AsyncGenerator<EntryPath> {
  let page = '';
  let looks = 0;
  const seen = new Set<string>();
  do {
    const { ids, next } = await ask(service.listSecrets(page, { signal }));
    const entries = ids.flatMap((id) => {
      const path = names.pathOf(id);
      return path !== undefined && isBelow(prefix, path) && !seen.has(id) ? [{ id, path }] : [];
    });
    for (let start = 0; start < entries.length; start += LOOKING_AT_ONCE) {
      const group = entries.slice(start, start + LOOKING_AT_ONCE);
      for (const { id } of group) seen.add(id);
      if (looks >= UNHURRIED_LOOKS) await sleep(GROUP_MS, undefined, { signal }).catch(() => undefined);
      looks += group.length;
      const newest = await Promise.all(group.map(({ id }) => ask(service.getVersion(id, 'latest', { signal }))));
      for (const [index, { path }] of group.entries()) if (newest[index]?.state === 'ENABLED') yield path;
    }
    if (next !== '' && next === page) throw new VaultError('unknown', 'list');
    page = next;
  } while (page !== '');
}

async function ask<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw classify(error, 'list', false);
  }
}
