import { loginFacts, lookupFacts, type TokenFacts } from './answers.ts';
import type { VaultClient } from './client.ts';

const MAX_DELAY_MS = 24 * 3600 * 1000;
const MIN_DELAY_MS = 200;
const DEADLINE_MS = 10_000;

/** Holds one token and renews it after two thirds of its time to live. */
export interface TokenKeeper {
  /** The token while it is good. Not in its last tenth (at most 5 s), where a call could outlive it. */
  current(): string | undefined;
  keep(facts: TokenFacts): void;
  /** Takes a token that was given, asks how long it lives, and keeps it. Rejects when the vault does not answer. */
  watch(token: string): Promise<void>;
  /** Forgets the token, unless another took its place. */
  drop(token: string): void;
  close(): void;
}

export function createTokenKeeper(client: VaultClient, ending: AbortSignal): TokenKeeper {
  let held: { readonly token: string; readonly goodUntil: number } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const keep = (facts: TokenFacts): void => {
    clearTimeout(timer);
    if (ending.aborted) return;
    const ttlMs = facts.ttl * 1000;
    // Vault counts whole seconds: 0 is for ever, or for a renewable token its last second.
    const forEver = ttlMs === 0 && !facts.renewable;
    const goodUntil = forEver ? Number.POSITIVE_INFINITY : performance.now() + ttlMs - Math.min(5_000, ttlMs / 10);
    held = { token: facts.token, goodUntil };
    if (facts.renewable) renewIn((ttlMs * 2) / 3, facts.token);
  };

  const renewIn = (ms: number, token: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void renew(token).catch(() => renewLater(token)), clamped(ms));
    timer.unref();
  };

  /** A vault that is away for a moment must not cost the token: one that was given could not be replaced. */
  const renewLater = (token: string): void => {
    const leftMs = held?.token === token ? held.goodUntil - performance.now() : 0;
    if (leftMs > 0) renewIn(leftMs / 2, token);
  };

  const renew = async (token: string): Promise<void> => {
    const facts = loginFacts(await client.post('auth/token/renew-self', {}, { token, signal: untilLate() }));
    if (facts && held?.token === token) keep(facts);
  };

  const untilLate = () => AbortSignal.any([ending, AbortSignal.timeout(DEADLINE_MS)]);

  return {
    current: () => (held && performance.now() < held.goodUntil ? held.token : undefined),
    keep,
    async watch(token) {
      held = { token, goodUntil: Number.POSITIVE_INFINITY };
      const facts = lookupFacts(await client.get('auth/token/lookup-self', { token, signal: untilLate() }), token);
      if (!facts) return;
      keep(facts);
      // It may have been in use long before, and this process may end, or leave this vault, before two thirds are over.
      if (facts.renewable) await renew(token).catch(() => renewLater(token));
    },
    drop(token) {
      if (held?.token !== token) return;
      held = undefined;
      clearTimeout(timer);
    },
    close() {
      held = undefined;
      clearTimeout(timer);
    },
  };
}

function clamped(ms: number): number {
  return Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, ms));
}
