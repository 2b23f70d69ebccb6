import { liveEntry } from './vault-steps.ts';
import type { Model, World } from './world.ts';

/** Nothing is under way, nothing is due and everything that may happen by itself has happened. */
export function isQuiet(
  { flights, workers, row, enabled, seen, changed, now, staleUntil }: World,
  { has }: Model,
): boolean {
  const scanned =
    seen === changed || row.scan === null || !has('driftScan') || (row.state !== 'synced' && row.state !== 'removed');
  const idle = workers.every(({ step }) => step === 'idle');
  return enabled && flights.length === 0 && idle && row.next === null && scanned && now >= staleUntil;
}

/** What must be true when everything is quiet. Undefined: it is. */
export function problemOf(world: World, { traits, has }: Model): string | undefined {
  const { row } = world;
  /** What is at the destination need not be what we know of. */
  const foreignActed = world.foreignActed || world.restored !== null;
  const entry = liveEntry(world.entry);
  const ours = entry !== null && entry.content > 0;
  if (row.state === 'synced') {
    if (row.desired === null) return 'synced although it must be absent';
    if (entry === null) return world.foreignActed && !has('driftScan') ? undefined : 'synced but gone';
    if (ours && entry.content !== row.desired) return 'synced but stale';
    if (!ours && !world.foreignActed) return 'synced but foreign';
    if (ours && entry.marker !== 'ours' && !world.foreignActed) return 'synced without our marker';
  }
  if (row.state === 'removed' && ours && world.restored === null && (entry.marker === 'ours' || !foreignActed))
    return 'removed but still there';
  if ((row.state === 'conflict' || row.state === 'drifted') && !foreignActed && traits.compareAndSet) {
    return `ours, and taken for ${row.state}`;
  }
  if (!['synced', 'removed', 'conflict', 'drifted'].includes(row.state)) return `rests as ${row.state}`;
  return undefined;
}
