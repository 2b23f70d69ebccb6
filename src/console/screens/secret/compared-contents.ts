import type { SecretVersion } from '../../../client/api-types.ts';

/** What is known of two contents without their values. */
export type Contents = 'equal' | 'different' | 'untold';

type Known = Pick<SecretVersion, 'fingerprint' | 'fieldNames'>;

/** As the fingerprints say. Those of two keys cannot be compared: the key's id stands before the first colon. */
export function contentsOf(before: Known, after: Known): Contents {
  const differentFields = sortedNames(before) !== sortedNames(after);
  if (differentFields) return 'different';
  if (before.fingerprint === null || after.fingerprint === null) return 'untold';
  if (before.fingerprint === after.fingerprint) return 'equal';
  return keyOf(before.fingerprint) === keyOf(after.fingerprint) ? 'different' : 'untold';
}

/** What is known of one field. */
export type FieldVerdict = 'equal' | 'different' | 'added' | 'removed' | 'untold';

/** Every field of either, in the order of their names. A whole that is equal, or that is one field, tells of its fields. */
export function fieldsOf(
  before: Known,
  after: Known,
): readonly { readonly name: string; readonly verdict: FieldVerdict }[] {
  const whole = contentsOf(before, after);
  const names = [...new Set([...before.fieldNames, ...after.fieldNames])].sort();
  return names.map((name) => {
    if (!before.fieldNames.includes(name)) return { name, verdict: 'added' };
    if (!after.fieldNames.includes(name)) return { name, verdict: 'removed' };
    return { name, verdict: whole === 'equal' || names.length === 1 ? whole : 'untold' };
  });
}

/** Whether a version may be read only to be compared. One that may be read once is left for whoever it is meant for. */
export function mayBeRead({
  state,
  singleAccess,
  writeOnly,
}: Pick<SecretVersion, 'state' | 'singleAccess' | 'writeOnly'>): boolean {
  return state === 'enabled' && !singleAccess && !writeOnly;
}

function sortedNames({ fieldNames }: Known): string {
  return [...fieldNames].sort().join('\0');
}

function keyOf(fingerprint: string): string {
  return fingerprint.slice(0, fingerprint.indexOf(':'));
}
