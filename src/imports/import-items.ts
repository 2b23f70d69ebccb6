import { recordAlone } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import { AppError } from '../errors.ts';
import { remoteEntryOf } from '../vaults/remote-entry.ts';
import type { DueItem } from './import.ts';
import { collision, type ImportEntry, type ItemOutcome } from './import-entry.ts';
import { dueItems, endItem, postponeItem } from './import-item-store.ts';
import { heldEntries } from './import-world-store.ts';
import type { ImportWork, LocatedItem } from './open-import-change.ts';

export interface ItemsDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly importEntry: ImportEntry;
}

/** Items of one stretch of work. */
const BATCH = 100;
/** Commits of one organization wait for each other, so more at once would only be in the way of others. */
const MOST_AT_ONCE = 6;

/** Works on the items that are due, at most a batch of them, and answers with how many it began. */
export async function runItems(deps: ItemsDeps, work: ImportWork, signal: AbortSignal): Promise<number> {
  const { db } = deps;
  const { job, place } = work;
  const due = await dueItems(db, job.id, BATCH);
  const readable = await sortOut(deps, work, due);
  if (readable.length === 0) return due.length;
  // Recorded before the vault is asked: no record, no value.
  await recordAlone(
    db,
    deps.keyring,
    readable.map((item) => readEvent(work, item)),
  );
  const waiting = [...readable];
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined && !signal.aborted; item = waiting.shift()) {
      await record(db, work, item, await deps.importEntry(work, item));
    }
  };
  const lanes = Math.min(place.profile.concurrency, MOST_AT_ONCE);
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return due.length;
}

/** Ends what needs no look at the vault: entries that somebody holds, and those that cannot be. */
async function sortOut({ db }: ItemsDeps, work: ImportWork, due: readonly DueItem[]): Promise<LocatedItem[]> {
  const { profile } = work.place;
  const located = await Promise.all(due.map(async (item) => ({ ...item, claim: await claimOf(profile, item.entry) })));
  const held = await heldEntries(
    db,
    profile.place,
    located.flatMap((item) => item.claim ?? []),
  );
  const readable: LocatedItem[] = [];
  for (const { claim, ...item } of located) {
    if (claim === null) await endItem(db, work.job.id, item.position, { state: 'failed', code: 'invalid_entry' });
    else if (!held.has(claim)) readable.push({ ...item, claim });
    else await endItem(db, work.job.id, item.position, collision(work, 'remote_path_taken'));
  }
  return readable;
}

/** The entry as its place knows it; null when the vault cannot hold it. */
async function claimOf(profile: ImportWork['place']['profile'], entry: string): Promise<string | null> {
  try {
    return await remoteEntryOf(profile, entry, '/entry');
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

async function record(db: Db, { job }: ImportWork, item: DueItem, outcome: ItemOutcome): Promise<void> {
  if (outcome.state === 'done') return;
  if (outcome.state === 'later') return postponeItem(db, job.id, item.position, outcome);
  await endItem(db, job.id, item.position, outcome);
}

function readEvent({ job, actor }: ImportWork, { entry }: DueItem) {
  const details = { importId: job.id, entry, preview: job.preview };
  return {
    subject: actor,
    event: { action: 'import.entry_read' as const, objectType: 'vault_profile', objectId: job.profileId, details },
  };
}
