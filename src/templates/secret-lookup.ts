import { AppError } from '../errors.ts';
import { parseSecretKey, type SecretKey } from './secret-key.ts';

/** Most secrets one template may use. */
export const MOST_SECRETS = 200;

/** Looked up, and not fetched yet. */
class SecretWanted extends Error {
  override readonly name = 'SecretWanted';
  readonly key: SecretKey;
  constructor(key: SecretKey) {
    super('a secret is wanted');
    this.key = key;
  }
}

/** What is known of the secrets that a template asks for by and by. */
export interface SecretLookup<T> {
  /**
   * What is known of a secret; undefined when there is none of that name. Throws what fetching it threw. Only inside of
   * {@link SecretLookup.complete}.
   */
  find(name: string): T | undefined;
  /** Fetches these together. Failures wait for whoever asks. */
  prefetch(names: readonly string[]): Promise<void>;
  /** Runs `work` again and again, until everything it asks for is there. */
  complete<R>(work: () => R): Promise<R>;
  /** Every secret found so far. */
  found(): readonly (readonly [SecretKey, T])[];
}

type Outcome<T> = { readonly value: T | undefined } | { readonly error: unknown };

/**
 * Templates are executed synchronously, and which secrets they need shows only then: a lookup of what is not there yet ends the
 * run, the secret is fetched, and the run starts anew.
 *
 * @param fetch gives undefined when there is no such secret
 */
export function createSecretLookup<T>(fetch: (key: SecretKey) => Promise<T | undefined>): SecretLookup<T> {
  const known = new Map<string, { key: SecretKey; outcome: Outcome<T> }>();
  const get = async (key: SecretKey) => {
    if (known.size >= MOST_SECRETS) throw tooMany();
    const outcome = await fetch(key).then(
      (value): Outcome<T> => ({ value }),
      (error: unknown): Outcome<T> => ({ error }),
    );
    known.set(key.id, { key, outcome });
  };
  return {
    find(name) {
      const key = parseSecretKey(name);
      if (key === undefined) return undefined;
      const outcome = known.get(key.id)?.outcome;
      if (outcome === undefined) throw new SecretWanted(key);
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    },
    async prefetch(names) {
      const keys = new Map(names.map(parseSecretKey).flatMap((key) => (key === undefined ? [] : [[key.id, key]])));
      if (keys.size > MOST_SECRETS) throw tooMany();
      const waiting = [...keys.values()];
      const lane = async () => {
        for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) await get(key);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
    },
    async complete(work) {
      for (;;) {
        try {
          return work();
        } catch (error) {
          if (!(error instanceof SecretWanted)) throw error;
          await get(error.key);
        }
      }
    },
    found: () =>
      [...known.values()].flatMap(({ key, outcome }) =>
        'value' in outcome && outcome.value !== undefined ? [[key, outcome.value] as const] : [],
      ),
  };
}

/** Reads at the same time; a template must not keep a vault busy alone. */
const AT_ONCE = 8;

function tooMany(): AppError {
  return new AppError('invalid_input', `/template: expected at most ${MOST_SECRETS} secrets`, {
    fields: [{ pointer: '/template', expected: `at most ${MOST_SECRETS} secrets` }],
  });
}
