import type { Json } from '../../crypto/canonical-json.ts';
import type { PayloadFacts } from '../payload/payload-facts.ts';
import type { ContentEvidence, FieldEvidence, KnownContent } from './compare-content.ts';
import { CONTENT_FINDINGS } from './content-findings.ts';
import { keyRank, LEAST_KEY_BITS } from './key-rank.ts';
import { STRENGTHS } from './strength.ts';

/** Everything a reviewer can be warned of. */
export const WARNING_CODES = [
  ...CONTENT_FINDINGS,
  'field_removed',
  'nothing_changes',
  'value_reused',
  'weaker_value',
  'expired',
  'not_yet_valid',
  'expires_sooner',
  'weak_key',
  'weaker_key',
  'form_changed',
  'destination_conflict',
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

export interface Warning {
  readonly code: WarningCode;
  /** The fields it is about; empty when it is about the whole. */
  readonly fields: readonly string[];
  /** What was and what would be, of facts that are safe to show. */
  readonly before?: Json;
  readonly after?: Json;
}

/**
 * What should make a reviewer look twice. Pure: from what the evidence shows anyway and the findings about the new content
 * alone, so a warning never says more than the evidence does.
 */
export function warningsOf(after: KnownContent, evidence: ContentEvidence, now: Date): Warning[] {
  const about = (code: WarningCode, fields: readonly FieldEvidence[]): Warning[] =>
    fields.length === 0 ? [] : [{ code, fields: fields.map((field) => field.name) }];
  const { fields } = evidence;
  const secret = (field: FieldEvidence) => after.traits.fields[field.name]?.secret === true;
  return [
    ...after.traits.findings.map(({ code, fields: wrong }) => ({ code, fields: wrong })),
    ...(after.facts.keyMatchesCertificate === false
      ? [{ code: 'key_does_not_match_certificate', fields: ['value'] } as const]
      : []),
    ...about(
      'field_removed',
      fields.filter((field) => field.presence === 'removed'),
    ),
    ...about(
      'value_reused',
      fields.filter((field) => secret(field) && isReused(field)),
    ),
    ...about(
      'weaker_value',
      fields.filter((field) => secret(field) && isWeaker(field)),
    ),
    ...(evidence.equals === 'current' ? [{ code: 'nothing_changes', fields: [] } as const] : []),
    ...factsBySide(evidence).flatMap((sides) => factWarnings(sides, now)),
  ];
}

function isReused(field: FieldEvidence): boolean {
  return field.value !== 'unchanged' && (field.equalsVersions?.length ?? 0) > 0;
}

function isWeaker({ strength: { before, after } }: FieldEvidence): boolean {
  return before !== null && after !== null && STRENGTHS.indexOf(after) < STRENGTHS.indexOf(before);
}

interface Sides {
  readonly field: string;
  readonly before: PayloadFacts | null;
  readonly after: PayloadFacts;
}

/** Facts of the type where it has some, else those recognised in each field. */
function factsBySide({ facts, fields }: ContentEvidence): Sides[] {
  if (Object.keys(facts.after).length > 0) return [{ field: 'value', before: facts.before, after: facts.after }];
  return fields.flatMap(({ name, facts: { before, after } }) =>
    after === null ? [] : [{ field: name, before, after }],
  );
}

function factWarnings({ field, before, after }: Sides, now: Date): Warning[] {
  const fields = [field];
  const warnings: Warning[] = [];
  const ends = after.expiresAt;
  const ended = before?.expiresAt;
  if (typeof ends === 'string' && Date.parse(ends) <= now.getTime())
    warnings.push({ code: 'expired', fields, after: ends });
  if (typeof after.notBefore === 'string' && Date.parse(after.notBefore) > now.getTime()) {
    warnings.push({ code: 'not_yet_valid', fields, after: after.notBefore });
  }
  if (typeof ends === 'string' && typeof ended === 'string' && Date.parse(ends) < Date.parse(ended)) {
    warnings.push({ code: 'expires_sooner', fields, before: ended, after: ends });
  }
  const [old, next] = [before === null ? undefined : keyRank(before), keyRank(after)];
  if (next !== undefined && next < LEAST_KEY_BITS) warnings.push({ code: 'weak_key', fields, after: keyText(after) });
  if (before !== null && old !== undefined && next !== undefined && next < old) {
    warnings.push({ code: 'weaker_key', fields, before: keyText(before), after: keyText(after) });
  }
  if (before?.kind !== undefined && before.kind !== after.kind) {
    warnings.push({ code: 'form_changed', fields, before: before.kind, after: after.kind ?? null });
  }
  return warnings;
}

function keyText({ algorithm, bits, curve }: PayloadFacts): string {
  return [algorithm, bits, curve].filter((part) => part !== undefined).join(' ');
}
