import type { EntryPath } from '../adapter.ts';
import { isEntryPath } from '../lib/safe-path.ts';
import { VaultError } from '../vault-error.ts';
import { listedKeys } from './answers.ts';
import { findKey } from './find-key.ts';
import { demandAnswer, type Kv } from './kv.ts';

const LOOKING_AT_ONCE = 8;

/**
 * Every live entry below the prefix, folder by folder. Vault lists keys whose newest version is removed as well, so each
 * one's metadata is looked at. Names outside our grammar cannot be addressed and are left out; any failure ends the whole
 * listing, because a partial one would look like removals.
 */
export async function* listEntries(kv: Kv, prefix: EntryPath, signal: AbortSignal): AsyncGenerator<EntryPath> {
  const names = await listFolder(kv, prefix, signal);
  const under = (name: string) => (prefix === '' ? name : `${prefix}/${name}`);
  const leaves = names.filter((name) => !name.endsWith('/')).map(under);
  const folders = names.filter((name) => name.endsWith('/')).map((name) => under(name.slice(0, -1)));

  const paths = leaves.filter(isEntryPath);
  for (let start = 0; start < paths.length; start += LOOKING_AT_ONCE) {
    const group = paths.slice(start, start + LOOKING_AT_ONCE);
    const keys = await Promise.all(group.map((path) => findKey(kv, path, 'list', signal)));
    for (const [index, path] of group.entries()) if (keys[index]?.live) yield path;
  }
  for (const folder of folders.filter(isEntryPath)) yield* listEntries(kv, folder, signal);
}

async function listFolder(kv: Kv, folder: EntryPath, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const body = await kv.ask('list', signal, (vault, context) => vault.list(kv.path('metadata', folder), context));
    return demandAnswer(listedKeys(body), 'list', false);
  } catch (error) {
    // An empty folder is Vault's own 404 without a text; every other 404 has another code by now.
    if (error instanceof VaultError && error.code === 'not_found') return [];
    throw error;
  }
}
