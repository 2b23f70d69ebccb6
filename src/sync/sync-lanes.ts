import { setTimeout as delay } from 'node:timers/promises';
import { describeError, type Log } from '../log.ts';

export interface SyncLanesDeps {
  /** Works on one profile until nothing is due there. Called again while it runs, it makes that run look once more. */
  readonly run: (profileId: string, signal: AbortSignal) => Promise<void>;
  /** Undefined: there is no such profile. */
  readonly organizationOf: (profileId: string) => Promise<string | undefined>;
  readonly log: Log;
  /** Profiles that are worked on at once in this process. */
  readonly limit?: number;
}

/**
 * The profiles that this process works on. Not the slots of the queue: a vault that hangs holds its own lane for as long as its
 * deadlines last, and would hold a slot that everybody needs. Waiting for a vault costs next to nothing, so there are many
 * lanes; what calls to one vault may cost is bounded per profile.
 */
export interface SyncLanes {
  /** Sees to it that the profile is worked on; does not wait for that. */
  start(profileId: string): Promise<void>;
  /** Starts nothing more, waits `graceMs` for what runs, then aborts it: leases run out and others go on. */
  stop(graceMs: number): Promise<void>;
}

const MOST_LANES = 256;
const MOST_KNOWN = 50_000;
const ABORT_GRACE_MS = 1_000;

export function createSyncLanes(deps: SyncLanesDeps): SyncLanes {
  const { run, organizationOf, log, limit = MOST_LANES } = deps;
  /** One organization never takes them all. */
  const share = Math.max(1, Math.floor((limit * 3) / 4));
  const abort = new AbortController();
  const running = new Map<string, Promise<void>>();
  const busy = new Map<string, number>();
  const waiting = new Map<string, Set<string>>();
  const organizations = new Map<string, string>();
  let stopped = false;

  const ownerOf = async (profileId: string): Promise<string | undefined> => {
    const known = organizations.get(profileId) ?? (await organizationOf(profileId));
    if (known === undefined) return undefined;
    if (organizations.size >= MOST_KNOWN) organizations.clear();
    organizations.set(profileId, known);
    return known;
  };

  /** Among those that wait, the organization with the fewest lanes; of equals the one that waits longest. */
  const next = (): { organization: string; profileId: string } | undefined => {
    let chosen: string | undefined;
    for (const organization of waiting.keys()) {
      const lanes = busy.get(organization) ?? 0;
      if (lanes < share && (chosen === undefined || lanes < (busy.get(chosen) ?? 0))) chosen = organization;
    }
    const queue = chosen === undefined ? undefined : waiting.get(chosen);
    const [profileId] = queue ?? [];
    if (chosen === undefined || queue === undefined || profileId === undefined) return undefined;
    queue.delete(profileId);
    // To the end of the line, if it wants more.
    waiting.delete(chosen);
    if (queue.size > 0) waiting.set(chosen, queue);
    return { organization: chosen, profileId };
  };

  const begin = (organization: string, profileId: string): void => {
    busy.set(organization, (busy.get(organization) ?? 0) + 1);
    const work = run(profileId, abort.signal)
      .catch((error: unknown) => log.warn({ profileId, error: describeError(error) }, 'sync run failed'))
      .finally(() => {
        running.delete(profileId);
        const left = (busy.get(organization) ?? 1) - 1;
        if (left === 0) busy.delete(organization);
        else busy.set(organization, left);
        admit();
      });
    running.set(profileId, work);
  };

  const admit = (): void => {
    while (!stopped && running.size < limit) {
      const found = next();
      if (found === undefined) return;
      begin(found.organization, found.profileId);
    }
  };

  return {
    async start(profileId) {
      const organization = await ownerOf(profileId);
      if (organization === undefined || stopped) return;
      if (running.has(profileId)) return run(profileId, abort.signal);
      const queue = waiting.get(organization) ?? new Set();
      waiting.set(organization, queue.add(profileId));
      admit();
    },
    async stop(graceMs) {
      stopped = true;
      waiting.clear();
      const ended = Promise.all(running.values()).then(() => true);
      if (await Promise.race([ended, delay(graceMs, false, { ref: false })])) return;
      abort.abort();
      await Promise.race([ended, delay(ABORT_GRACE_MS, false, { ref: false })]);
    },
  };
}
