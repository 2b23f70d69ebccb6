import type { EntryPath } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { type KeyFacts, keyFacts } from './answers.ts';
import { demandAnswer, type Kv } from './kv.ts';

/** The key without any content, `undefined` when it does not exist or never had a version. */
export async function findKey(
  kv: Kv,
  path: EntryPath,
  operation: string,
  signal: AbortSignal,
): Promise<KeyFacts | undefined> {
  try {
    const body = await kv.ask(operation, signal, (vault, context) => vault.get(kv.path('metadata', path), context));
    const facts = demandAnswer(keyFacts(body, Date.now()), operation, false);
    return facts === 'none' ? undefined : facts;
  } catch (error) {
    if (error instanceof VaultError && error.code === 'not_found') return undefined;
    throw error;
  }
}
