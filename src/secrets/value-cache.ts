import type { SecretFields } from '../../adapters/secret-value.ts';

/**
 * Values that were just written, for the sync that follows in the same process: it spares reading them back from the source.
 * Small, short-lived and optional: a miss costs one read.
 */
export interface ValueCache {
  put(secretId: string, version: number, fields: SecretFields): void;
  get(secretId: string, version: number): SecretFields | undefined;
  clear(): void;
}

const TTL_MS = 10_000;
const MAX_ENTRIES = 256;

export function createValueCache(now: () => number = () => performance.now()): ValueCache {
  const entries = new Map<string, { readonly fields: SecretFields; readonly until: number }>();
  const dropOld = () => {
    for (const [key, entry] of entries) {
      if (entry.until > now() && entries.size <= MAX_ENTRIES) return;
      entries.delete(key);
    }
  };
  let timer: NodeJS.Timeout | undefined;
  /** What is old goes by itself: nobody may ask again for a long time. */
  const dropInTime = () => {
    dropOld();
    const [oldest] = entries.values();
    timer = oldest && setTimeout(dropInTime, oldest.until - now());
    timer?.unref();
  };
  return {
    put(secretId, version, fields) {
      entries.delete(`${secretId}@${version}`);
      entries.set(`${secretId}@${version}`, { fields, until: now() + TTL_MS });
      if (timer === undefined) dropInTime();
      else dropOld();
    },
    get(secretId, version) {
      dropOld();
      return entries.get(`${secretId}@${version}`)?.fields;
    },
    clear() {
      clearTimeout(timer);
      timer = undefined;
      entries.clear();
    },
  };
}
