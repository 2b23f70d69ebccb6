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
  /** Takes a token that was given, asks in the background how long it lives, and keeps it. */
  watch(token: string): void;
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
    if (!facts.renewable) return;
    timer = setTimeout(() => renew(facts), Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, (ttlMs * 2) / 3)));
    timer.unref();
  };

  // Without an answer the token just runs out, and the next call logs in again or learns that it cannot.
  const inBackground = (work: (signal: AbortSignal) => Promise<TokenFacts | undefined>): void => {
    work(AbortSignal.any([ending, AbortSignal.timeout(DEADLINE_MS)])).then(
      (facts) => facts && keep(facts),
      () => undefined,
    );
  };

  const renew = ({ token }: TokenFacts): void => {
    inBackground(async (signal) => {
      const facts = loginFacts(await client.post('auth/token/renew-self', {}, { token, signal }));
      return facts && held?.token === token ? facts : undefined;
    });
  };

  return {
    current: () => (held && performance.now() < held.goodUntil ? held.token : undefined),
    keep,
    watch(token) {
      held = { token, goodUntil: Number.POSITIVE_INFINITY };
      inBackground(async (signal) => lookupFacts(await client.get('auth/token/lookup-self', { token, signal }), token));
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
