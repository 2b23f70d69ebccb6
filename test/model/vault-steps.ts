import { type Entry, FORGOTTEN, type Model, type Mutation, STALE, type Traits, type World } from './world.ts';

/** What a vault does with a request when it arrives, and what is wrong with that. True: applied. */
export function land(world: World, model: Model, mutation: Mutation): boolean {
  const { entry } = world;
  if (!holds(model, entry, mutation)) return false;
  const after = afterwards(world, model, mutation);
  if (after === undefined) return true;
  world.violation ??= harm(world, model, mutation);
  world.before = entry;
  world.staleUntil = world.now + STALE;
  world.entry = after;
  world.changed += 1;
  return true;
}

function holds({ traits, has }: Model, entry: Entry | null, { kind, ifVersion }: Mutation): boolean {
  if (!traits.compareAndSet || !has('compareAndSet') || ifVersion === null) return true;
  // Of a vault with numbers only writes know a condition; see the adapter.
  if (traits.numbered && kind !== 'write') return true;
  if (ifVersion === 'absent') return entry === null;
  if (kind === 'remove' && entry === null) return true;
  return entry !== null && entry.version === ifVersion;
}

/** The entry as the request leaves it; undefined when it changes nothing. */
function afterwards(world: World, { traits }: Model, mutation: Mutation): Entry | null | undefined {
  const { entry } = world;
  switch (mutation.kind) {
    case 'write': {
      world.counter += 1;
      const labelled = mutation.labels && !traits.numbered;
      const marker = labelled ? 'ours' : (entry?.marker ?? 'none');
      const marked = labelled ? mutation.content : (entry?.marked ?? 0);
      const version = traits.numbered ? (entry?.version ?? 0) + 1 : world.counter;
      return { version, content: mutation.content, marker, marked, removed: false };
    }
    case 'label':
      return entry === null || (entry.removed && !traits.numbered)
        ? undefined
        : { ...entry, marker: 'ours', marked: mutation.content };
    case 'remove':
      if (entry === null) return undefined;
      if (!mutation.soft) return null;
      return entry.version === mutation.ifVersion && !entry.removed ? { ...entry, removed: true } : undefined;
    case 'purge':
      return entry === null ? undefined : null;
  }
}

/** What this request destroys that it must not. */
function harm({ entry, restored, policy }: World, { traits }: Model, mutation: Mutation): string | null {
  const forgetful = restored !== null && !restored.settled;
  if (entry === null || entry.removed) {
    const anew = mutation.kind === 'write' && forgetful && restored.gone;
    return anew && traits.compareAndSet ? 'what was removed since the backup was made anew' : null;
  }
  if (forgetful && isHarmAfterRestore(entry, traits, mutation)) return 'what the database has forgotten was undone';
  if (mutation.kind === 'write') {
    const ownPlace = policy === 'repair' && entry.marker === 'ours';
    if (entry.content < 0 && traits.compareAndSet && !ownPlace) return 'foreign content was overwritten';
    const back = entry.content > mutation.content && entry.content < FORGOTTEN;
    if (back && traits.compareAndSet) return 'the destination went back';
  } else if (mutation.kind !== 'label' && entry.content < 0 && entry.marker !== 'ours' && !traits.numbered) {
    return traits.compareAndSet ? 'a foreign entry was deleted' : null;
  }
  return null;
}

/** Until somebody settles it, only what was approved after the restore may take the place of what is forgotten. */
function isHarmAfterRestore(entry: Entry, { compareAndSet }: Traits, { kind, content }: Mutation): boolean {
  if (!compareAndSet || entry.content < FORGOTTEN || kind === 'label') return false;
  return kind !== 'write' || content < entry.content - FORGOTTEN;
}

/** The live entry, as a read shows it. */
export function liveEntry(entry: Entry | null): Entry | null {
  return entry === null || entry.removed ? null : entry;
}
