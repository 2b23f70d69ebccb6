import { type ChangeRequest, type ChangeRequestDetail, KeyferryError } from '../client/keyferry.ts';
import { CliError, EXIT } from './exit-codes.ts';
import type { Session } from './session.ts';
import { waitLimit } from './wait-limit.ts';

/** How long to wait for a change: not at all, until it has ended, or until every copy is proved. */
export type Wait = 'applied' | 'synced' | undefined;

/** An answer to a mutation, as far as it is told. */
interface Mutated {
  readonly changeRequest: ChangeRequest | null;
}

export interface Report {
  readonly wait: Wait;
  /** What was done, when it was. `version` is the one that the change made. */
  readonly applied: (version: number | null) => string;
  /** What `-o value` prints. */
  readonly value?: string;
}

const TICK = /^(applied|rejected|cancelled|expired|failed|conflict)$/;

/** Says what became of a mutation: done, or what it waits for and how to follow it. Waits when asked to. */
export async function reportChange(session: Session, answer: Mutated, report: Report): Promise<void> {
  const change = answer.changeRequest;
  if (change === null) return session.done(report.applied(null), answer, report.value);
  const seen = report.wait === undefined ? change : await follow(session, change.id, report.wait);
  assertNotFailed(seen);
  const shown = seen === change ? answer : { ...answer, changeRequest: seen };
  session.done(sentence(seen, report), shown, report.value);
}

function sentence(change: ChangeRequest, { applied, wait }: Report): string {
  const follow = [`  keyferry changes show ${change.id}`, `  keyferry changes explain ${change.id}`];
  switch (change.state) {
    case 'applied':
      return `${applied(change.resultVersion)}${wait === 'synced' ? '\nEvery copy is proved.' : ''}`;
    case 'draft':
      return [`Draft: change request ${change.id}`, `  keyferry changes submit ${change.id}`].join('\n');
    case 'pending_approval':
      return [`Waits for approval: change request ${change.id}`, ...follow].join('\n');
    default:
      return [`Under way (${change.state}): change request ${change.id}`, ...follow].join('\n');
  }
}

/** Throws for an end that is not the one that was wished for. */
export function assertNotFailed({ id, state, code }: ChangeRequest): void {
  if (state === 'applied' || !TICK.test(state)) return;
  const why = code === null ? '' : ` (${code})`;
  throw new CliError(EXIT.notApplied, `Change request ${id} is ${state}${why}.`, `keyferry changes explain ${id}`);
}

/** Waits with a line that says what for. */
export async function follow(
  session: Session,
  changeId: string,
  until: 'applied' | 'synced',
): Promise<ChangeRequestDetail> {
  const progress = session.progress();
  progress.say(`Waiting until change request ${changeId} is ${until}`);
  try {
    return await session.kf.waitForChange(changeId, {
      until,
      timeoutMs: waitLimit(session).ms,
      signal: session.io.signal,
      onProgress: (change) => progress.say(waitingFor(change)),
    });
  } catch (error) {
    if (session.io.signal.aborted) session.note(`\nIt goes on all the same. ${waitOn(changeId, until)}`);
    throw error instanceof KeyferryError && error.code === 'timeout' ? tooLate(error, changeId, until) : error;
  } finally {
    progress.end();
  }
}

/** Whoever waited learns that nothing is lost, and how to go on. */
function tooLate({ message, facts }: KeyferryError, changeId: string, until: 'applied' | 'synced'): CliError {
  if (facts.changeRequestId === undefined) return new CliError(EXIT.unavailable, message, 'keyferry doctor');
  const again = `It goes on all the same. ${waitOn(changeId, until)}`;
  const why = facts.state === 'applied' ? `keyferry plan --change ${changeId}` : `keyferry changes explain ${changeId}`;
  return new CliError(EXIT.unavailable, message, `${again}\nWhat it waits for: ${why}`);
}

function waitOn(changeId: string, until: 'applied' | 'synced'): string {
  return `Wait on: keyferry changes wait ${changeId} --wait ${until}`;
}

function waitingFor({ state, sync }: ChangeRequestDetail): string {
  if (state === 'pending_approval') return 'Waiting for approval';
  if (sync === undefined) return `Waiting: ${state}`;
  const laggards = sync.laggards.map(({ profileName, profileId }) => profileName ?? profileId).join(', ');
  return `Proved at ${sync.verified} of ${sync.needed}${laggards === '' ? '' : `; waiting for ${laggards}`}`;
}
