import type { Event } from './outer-steps.ts';
import { type Entry, FORGOTTEN, idleWorker, type Model, SETTLE, type World } from './world.ts';

/* The database is restored from a backup while the vault stays what it is, as in `src/sync/restore-watch.ts`. */

export function restoreEvents(world: World, model: Model): Event[] {
  const { left, backup, flights, restored } = world;
  const events: Event[] = [];
  if (left.restores > 0 && backup === null) events.push(() => backUp(world));
  // It takes longer than any request of before is under way.
  if (left.restores > 0 && backup !== null && flights.length === 0) events.push(() => restore(world, model, backup));
  if (restored !== null && !restored.settled) events.push(() => settle(world, restored));
  return events;
}

function backUp(world: World): void {
  const { row, secret, head } = world;
  world.backup = { row: { ...row }, secret, head };
}

function restore(world: World, { has }: Model, backup: NonNullable<World['backup']>): void {
  world.left.restores -= 1;
  world.restored = { gone: world.row.state === 'removed', settled: false };
  world.now += SETTLE;
  world.workers = world.workers.map(idleWorker);
  world.before = forgotten(world.before, backup.head);
  world.entry = forgotten(world.entry, backup.head);
  world.secret = backup.secret;
  world.head = backup.head;
  world.row = { ...backup.row, wary: true, generation: backup.row.generation + FORGOTTEN };
  const looks = world.row.state !== 'removed' && (world.row.desired !== null || world.row.state === 'removing');
  if (looks && has('restoreLook')) world.row.next = Math.min(world.now, world.row.next ?? world.now);
}

function forgotten(entry: Entry | null, head: number): Entry | null {
  return entry !== null && entry.content > head ? { ...entry, content: entry.content + FORGOTTEN } : entry;
}

/** What was held back because nobody knew whether it should be there is due. */
function settle({ row, now }: World, restored: NonNullable<World['restored']>): void {
  restored.settled = true;
  row.wary = false;
  if (row.code === 'missing_since_restore') Object.assign(row, { state: 'pending', code: null, next: now });
}
