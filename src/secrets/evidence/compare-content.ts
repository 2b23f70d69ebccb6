import { samePrint } from '../../crypto/field-print.ts';
import type { PayloadFacts } from '../payload/payload-facts.ts';
import type { ContentTraits, FieldTraits } from './content-traits.ts';
import type { Strength } from './strength.ts';

/** One content as far as it is known without it. */
export interface KnownContent {
  /** Of the type: see `PayloadFacts`. */
  readonly facts: PayloadFacts;
  readonly traits: ContentTraits;
}

export interface OlderContent {
  readonly version: number;
  readonly traits: ContentTraits;
}

/** What may be said about one field. Times are ISO 8601 in UTC. */
export interface FieldEvidence {
  readonly name: string;
  readonly presence: 'added' | 'removed' | 'kept';
  /** Null for a field that is not on both sides. `withheld`: one of the two is easy to guess, or the viewer is no reviewer. */
  readonly value: 'changed' | 'unchanged' | 'withheld' | null;
  /** Older versions in which it had this very value; null when that is withheld. */
  readonly equalsVersions: readonly number[] | null;
  readonly strength: { readonly before: Strength | null; readonly after: Strength | null };
  readonly facts: { readonly before: PayloadFacts | null; readonly after: PayloadFacts | null };
}

export interface ContentEvidence {
  readonly fields: readonly FieldEvidence[];
  /** The whole content: equal to the current version, to an older one, to none; or withheld. */
  readonly equals: 'current' | 'older' | 'none' | 'withheld';
  /** The newest older version it equals. */
  readonly equalsVersion: number | null;
  readonly facts: { readonly before: PayloadFacts | null; readonly after: PayloadFacts };
}

/**
 * Compares a pending content with the current one and older ones.
 *
 * Whether values are equal comes from prints only, and there are none of a value of low strength: for such a value no answer
 * here depends on what it is compared with, whoever asks. `mayCompare` false withholds the rest as well, and how strong the
 * current values are.
 */
export function compareContent(
  before: KnownContent | undefined,
  after: KnownContent,
  older: readonly OlderContent[],
  mayCompare: boolean,
): ContentEvidence {
  const names = [...new Set([...Object.keys(before?.traits.fields ?? {}), ...Object.keys(after.traits.fields)])].sort();
  const fields = names.map((name) => {
    const [old, next] = [before?.traits.fields[name], after.traits.fields[name]];
    return fieldEvidence(name, old, next, mayCompare ? older : undefined);
  });
  const facts = { before: before?.facts ?? null, after: after.facts };
  return { fields, ...wholeOf(fields, before, after, older, mayCompare), facts };
}

function fieldEvidence(
  name: string,
  old: FieldTraits | undefined,
  next: FieldTraits | undefined,
  older: readonly OlderContent[] | undefined,
): FieldEvidence {
  const comparable = older !== undefined;
  return {
    name,
    presence: old === undefined ? 'added' : next === undefined ? 'removed' : 'kept',
    value: old === undefined || next === undefined ? null : comparable ? sameness(old, next) : 'withheld',
    equalsVersions: next?.prints === undefined || older === undefined ? null : versionsWith(name, next, older),
    strength: { before: comparable ? (old?.strength ?? null) : null, after: next?.strength ?? null },
    facts: { before: old?.facts ?? null, after: next?.facts ?? null },
  };
}

function sameness(a: FieldTraits, b: FieldTraits): 'changed' | 'unchanged' | 'withheld' {
  const same = a.prints === undefined || b.prints === undefined ? undefined : samePrint(a.prints, b.prints);
  return same === undefined ? 'withheld' : same ? 'unchanged' : 'changed';
}

function versionsWith(name: string, next: FieldTraits, older: readonly OlderContent[]): number[] {
  return older
    .filter(({ traits }) => {
      const old = traits.fields[name];
      return old !== undefined && sameness(old, next) === 'unchanged';
    })
    .map(({ version }) => version);
}

/** The whole follows from the fields and says nothing that they do not say. */
function wholeOf(
  fields: readonly FieldEvidence[],
  before: KnownContent | undefined,
  after: KnownContent,
  older: readonly OlderContent[],
  mayCompare: boolean,
): Pick<ContentEvidence, 'equals' | 'equalsVersion'> {
  if (!mayCompare) return { equals: 'withheld', equalsVersion: null };
  const current = before === undefined ? 'differs' : allSame(before.traits, after.traits);
  if (current === 'same') return { equals: 'current', equalsVersion: null };
  const found = older.map(({ version, traits }) => ({ version, is: allSame(traits, after.traits) }));
  const equal = found.find(({ is }) => is === 'same');
  if (current === 'differs' && equal !== undefined) return { equals: 'older', equalsVersion: equal.version };
  const unknown = current === 'unknown' || found.some(({ is }) => is === 'unknown') || fields.length === 0;
  return { equals: unknown ? 'withheld' : 'none', equalsVersion: null };
}

function allSame(a: ContentTraits, b: ContentTraits): 'same' | 'differs' | 'unknown' {
  const names = Object.keys(b.fields);
  if (names.length !== Object.keys(a.fields).length || names.some((name) => a.fields[name] === undefined))
    return 'differs';
  const each = names.map((name) => sameness(a.fields[name] as FieldTraits, b.fields[name] as FieldTraits));
  if (each.includes('changed')) return 'differs';
  return each.includes('withheld') ? 'unknown' : 'same';
}
