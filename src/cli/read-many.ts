import { pause } from '../client/api.ts';
import { type Body, type ItemError, KeyferryError, type SecretContent } from '../client/keyferry.ts';
import { isRetried, retryDelay } from '../client/retry-delay.ts';
import type { Session } from './session.ts';

/** What came of one of several. */
export type ReadOutcome<T> =
  | { readonly of: T; readonly content: SecretContent; readonly error: null }
  | { readonly of: T; readonly content: null; readonly error: ItemError };

interface ReadManyOptions<T> {
  /** How the API is asked for one of them. */
  readonly item: (of: T) => Body<'readSecrets'>['items'][number];
  /** Those that may be read once are refused with `read_once`, and stay. */
  readonly leaveReadOnce?: boolean;
}

/** Most that the API reads in one call. */
const AT_ONCE = 100;
const TRIES = 4;

/** Values of any number of secrets, in their order, in as few calls as it takes. What was only busy is asked for again. */
export async function readMany<T>(
  session: Session,
  wanted: readonly T[],
  options: ReadManyOptions<T>,
): Promise<ReadOutcome<T>[]> {
  const outcomes: ReadOutcome<T>[] = [];
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    outcomes.push(...(await readSome(session, wanted.slice(from, from + AT_ONCE), options, 1)));
  }
  return outcomes;
}

async function readSome<T>(
  session: Session,
  wanted: readonly T[],
  options: ReadManyOptions<T>,
  tries: number,
): Promise<ReadOutcome<T>[]> {
  const { item, leaveReadOnce } = options;
  const answers = await session.kf.secrets.read(wanted.map(item), { leaveReadOnce });
  const outcomes = wanted.map((of, at): ReadOutcome<T> => {
    const { content = null, error = null } = answers[at] ?? {};
    if (content !== null) return { of, content, error: null };
    if (error !== null) return { of, content, error };
    throw new KeyferryError('unexpected_answer', 'The answer is not one of Keyferry.');
  });
  const busy = outcomes.filter(isBusy).map(({ of }) => of);
  if (busy.length === 0 || tries === TRIES) return outcomes;
  await pause(retryDelay(tries, undefined, Math.random()), session.io.signal);
  const again = await readSome(session, busy, options, tries + 1);
  return outcomes.map((outcome) => (isBusy(outcome) ? (again.shift() ?? outcome) : outcome));
}

function isBusy({ error }: ReadOutcome<unknown>): boolean {
  return error !== null && isRetried(error.status, error.code);
}
