import type { EntryPath, VaultAdapter } from '../../adapters/adapter.ts';
import { call } from './suite.ts';

/** Removes for good what a run made below its prefix at a real service. */
export async function sweep(opened: Promise<VaultAdapter>, prefix: EntryPath): Promise<void> {
  const adapter = await opened;
  try {
    const made: EntryPath[] = [];
    for await (const path of adapter.list(prefix, call(AbortSignal.timeout(60_000)))) made.push(path);
    for (const path of made) await adapter.remove(path, { ...call(), mode: 'permanent' });
  } finally {
    await adapter.close();
  }
}
