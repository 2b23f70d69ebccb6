import { eventually, must } from '../../../support/answers.ts';
import type { ApiAnswer } from '../../../support/api-client.ts';
import type { Barrier } from '../../../support/emulators/barriers.ts';
import { lockWaiters } from '../../../support/lock-waiters.ts';
import type { PairOperation } from './operations.ts';
import type { PairWorld, Place, Subject } from './world.ts';

/**
 * Where the first operation stands while the second one comes: it has planned and not opened its change; it has opened it; it holds
 * its locks and waits for the audit chain; its request is on the way to the source; the source has done it and not said so; it is
 * answered and its copy is on the way.
 */
export const HOLDS = ['planned', 'opened', 'locked', 'asking', 'done', 'carrying'] as const;
export type Hold = (typeof HOLDS)[number];

interface Held {
  readonly arrived: Promise<unknown>;
  release(): void | Promise<void>;
}

/** Longest that the second operation is waited for while the first one stands: it may wait for just that. */
const SECOND_MS = 1_500;
/** Longest that its copy takes to be on its way. */
const CARRY_MS = 400;

/** What both answered. */
export async function meet(
  world: PairWorld,
  subject: Subject,
  first: PairOperation,
  second: PairOperation,
  hold: Hold,
): Promise<readonly [ApiAnswer, ApiAnswer]> {
  const held = await holdAt(world, subject, hold);
  const one = first.run(world, subject);
  const stands = await Promise.race([
    held.arrived.then(() => true),
    one.then(() => (hold === 'carrying' ? pause(CARRY_MS) : undefined)).then(() => false),
  ]);
  // Where it does not come by, the second one follows it, and must not be the one that is stopped.
  if (!stands) await held.release();
  const other = second.run(world, subject);
  await Promise.race([other, waits(world, hold), pause(SECOND_MS)]);
  // What the second one brings about goes as far as it gets beside a copy that is on its way.
  if (stands && hold === 'carrying') await goOn(world, subject);
  await held.release();
  return Promise.all([one, other]);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function waits({ broker }: PairWorld, hold: Hold): Promise<void> {
  if (hold === 'locked')
    await eventually(async () => (await lockWaiters(broker.db)) > 1, 'both wait', SECOND_MS).catch(() => {});
  else await pause(SECOND_MS);
}

async function goOn(world: PairWorld, subject: Subject): Promise<void> {
  const { desk, broker } = world;
  const quiet = async () => {
    await desk.hurry(subject.id);
    await broker.db.query(
      'update left_entries set next_attempt_at = least(next_attempt_at, clock_timestamp()) where secret_id = $1::uuid and attempts = 0 and target_id is null',
      [subject.id],
    );
    const [row] = await broker.db.query<{ open: number }>(
      `select (select count(*) from left_entries where secret_id = $1::uuid)::int
         + (select count(*) from targets where secret_id = $1::uuid and state in ('pending', 'syncing', 'removing'))::int as open`,
      [subject.id],
    );
    return row?.open === 0;
  };
  await eventually(quiet, 'all but the held one', SECOND_MS).catch(() => {});
}

async function holdAt(world: PairWorld, subject: Subject, hold: Hold): Promise<Held> {
  if (hold === 'planned') return world.stopAt('write.before-open');
  if (hold === 'opened') return world.stopAt('write.after-open');
  if (hold === 'locked') return holdAudit(world);
  if (hold === 'carrying')
    return holdRequest(
      subject,
      (['copy', 'spare', 'taken'] as const).flatMap((role) => subject.places[role] ?? []),
      'arrival',
    );
  return holdRequest(
    subject,
    (['source', 'spare'] as const).flatMap((role) => subject.places[role] ?? []),
    hold === 'asking' ? 'arrival' : 'answer',
  );
}

/** Everybody who has something to record waits at the head of the chain, with all else that they hold. */
async function holdAudit({ broker }: PairWorld): Promise<Held> {
  let release = () => {};
  const opened = new Promise<void>((resolve) => {
    release = resolve;
  });
  let got = () => {};
  const locked = new Promise<void>((resolve) => {
    got = resolve;
  });
  const holding = broker.db.transaction(async (tx) => {
    await tx.query('select 1 from audit_heads for update');
    got();
    await opened;
  });
  await locked;
  const arrived = eventually(async () => (await lockWaiters(broker.db)) > 0, 'somebody waits', 5_000).catch(() => {});
  return {
    arrived,
    async release() {
      release();
      await holding;
    },
  };
}

/** The first request that changes something below one of these places. */
function holdRequest({ name }: Subject, places: readonly Place[], at: 'arrival' | 'answer'): Held {
  let first: unknown;
  const vaults = [...new Set(places.map(({ vault }) => vault))];
  const roots = places.map(({ prefix }) => prefix);
  const barriers: Barrier[] = vaults.map(({ world }) =>
    world.barrier({
      at,
      when(request) {
        if (first !== undefined) return first === request;
        const purpose = world.classify(request);
        if (purpose !== 'write' && purpose !== 'remove') return false;
        const about = `${request.path} ${request.body.toString('utf8')}`;
        // Where the path is an id the name is not said; nothing else is under way then.
        const ours = about.includes(name) ? roots.some((root) => about.includes(root)) : world.kind === 'scaleway';
        if (ours) first = request;
        return ours;
      },
    }),
  );
  return {
    arrived: Promise.race(barriers.map((barrier) => barrier.waitFor(1))),
    release() {
      for (const barrier of barriers) barrier.release();
    },
  };
}

/** Brings the secret where both operations find what they are about. */
export async function prepare(
  world: PairWorld,
  subject: Subject,
  needs: ReadonlySet<PairOperation['needs']>,
): Promise<void> {
  const { desk, drift } = world;
  const at = `/v1/secrets/${subject.id}`;
  const write = async (role: 'source' | 'copy', text: string) => {
    const place = subject.places[role] as Place;
    await place.vault.foreign.write(`${place.prefix}/${(await desk.call('GET', at)).sourcePath}`, 'value', text);
  };
  if (needs.has('read once')) {
    const body = { payload: { value: 'once' }, versionLifetime: { singleAccess: true } };
    await desk.call('POST', `${at}/versions`, body);
    subject.values.set(3, 'once');
    await desk.inState(subject.id, subject.places.copy as Place, 'synced');
  }
  if (needs.has('drifted')) {
    await write('copy', 'drifted');
    await drift.scan((subject.places.copy as Place).profileId);
    await desk.inState(subject.id, subject.places.copy as Place, 'drifted');
  }
  if (needs.has('source changed')) {
    await write('source', 'at the source');
    subject.values.set(-1, 'at the source');
  }
  if (needs.has('version disabled')) await desk.call('POST', `${at}/versions/2/disable`);
  if (needs.has('protected')) must(await world.admin('POST', `${at}/protect`, {}), 200);
  if (needs.has('disabled')) await desk.call('POST', `${at}/disable`);
  if (needs.has('deleted')) await desk.call('DELETE', at);
}
