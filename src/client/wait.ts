import { type Api, pause } from './api.ts';
import type { ChangeRequestDetail } from './api-types.ts';
import { KeyferryError } from './keyferry-error.ts';

export interface WaitOptions {
  /** `applied`: until it has ended, whichever way. `synced`: also until every copy is proved. Default `applied`. */
  readonly until?: 'applied' | 'synced';
  /** With `synced`: how many copies suffice, or at which profiles. Default: all. */
  readonly quorum?: number | readonly string[];
  /** In milliseconds. Default: until it is so. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** What was seen, each time somebody looked: about every ten seconds, and at the end. */
  readonly onProgress?: (change: ChangeRequestDetail) => void;
}

const STEP_SECONDS = 10;
const BETWEEN_MS = 250;

/**
 * Waits until a change request has ended, and answers with it: look at `state`, which may also be `rejected`, `expired` or any
 * other end. Rejects with `timeout` when it is not so in time. Nothing is lost by waiting again.
 */
export async function waitForChange(
  api: Api,
  changeId: string,
  { until = 'applied', quorum, timeoutMs, signal, onProgress }: WaitOptions = {},
): Promise<ChangeRequestDetail> {
  const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
  for (;;) {
    const left = Math.max(0, deadline - performance.now());
    const timeout = Math.min(STEP_SECONDS, Math.ceil(left / 1000));
    const query = { wait: until, timeout, quorum: Array.isArray(quorum) ? quorum.join(',') : (quorum as number) };
    const change = await api.call('getChangeRequest', { params: { changeId }, query }, { signal });
    onProgress?.(change);
    if (isSettled(change, until)) return change;
    if (performance.now() >= deadline) throw tooLate(change, until);
    // A draft answers at once.
    await pause(BETWEEN_MS, signal);
  }
}

/**
 * Waits until a change is applied and every copy is proved. Rejects with `not_applied` when it ended another way, and with
 * `timeout`, naming the copies that lag, when it takes too long.
 */
export async function waitUntilSynced(
  api: Api,
  changeId: string,
  options: Omit<WaitOptions, 'until'> = {},
): Promise<ChangeRequestDetail> {
  const change = await waitForChange(api, changeId, { ...options, until: 'synced' });
  if (change.state === 'applied') return change;
  throw new KeyferryError('not_applied', `The change request has ended as ${change.state}.`, {
    facts: { changeRequestId: change.id, state: change.state, changeCode: change.code },
  });
}

function isSettled({ state, endedAt, sync }: ChangeRequestDetail, until: 'applied' | 'synced'): boolean {
  if (endedAt === null) return false;
  return until === 'applied' || state !== 'applied' || sync?.reached !== false;
}

function tooLate({ id, state, sync }: ChangeRequestDetail, until: string): KeyferryError {
  const laggards = (sync?.laggards ?? []).map(({ profileName, profileId }) => profileName ?? profileId);
  const where = laggards.length === 0 ? `it is ${state}` : `these lag: ${laggards.join(', ')}`;
  return new KeyferryError('timeout', `The change request is not ${until} in time; ${where}.`, {
    facts: { changeRequestId: id, state, laggards },
  });
}
