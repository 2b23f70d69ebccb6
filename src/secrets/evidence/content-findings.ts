import type { SecretType } from '../payload/secret-type.ts';
import type { FieldMaterial } from './field-material.ts';
import type { Strength } from './strength.ts';

/** What can be wrong with a content taken alone. */
export const CONTENT_FINDINGS = [
  'placeholder',
  'empty',
  'low_strength',
  'surrounding_whitespace',
  'surrounding_quotes',
  'double_base64',
  'same_value_in_fields',
  'key_does_not_match_certificate',
  'control_characters',
] as const;

export interface ContentFinding {
  readonly code: (typeof CONTENT_FINDINGS)[number];
  readonly fields: readonly string[];
}

/** A field in clear, with what was found out about it. Stays in memory. */
export interface LookedAtField {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Undefined when it is no UTF-8. */
  readonly text: string | undefined;
  readonly material: FieldMaterial | undefined;
  readonly strength: Strength;
  readonly secret: boolean;
}

/** The rules, each on its own. They look at the content alone, so they tell nobody anything about an older one. */
export function findInContent(type: SecretType, fields: readonly LookedAtField[]): ContentFinding[] {
  const named = (code: ContentFinding['code'], wrong: readonly LookedAtField[]): ContentFinding[] =>
    wrong.length === 0 ? [] : [{ code, fields: wrong.map((field) => field.name).sort() }];
  const placeholders = fields.filter((field) => isPlaceholder(field.text));
  const secrets = fields.filter((field) => field.secret);
  const weak = secrets.filter((field) => field.strength === 'low' && !placeholders.includes(field));
  return [
    ...named('placeholder', placeholders),
    ...named(
      'empty',
      fields.filter((field) => field.bytes.length === 0),
    ),
    ...named(
      'low_strength',
      weak.filter((field) => field.bytes.length > 0),
    ),
    ...named(
      'surrounding_whitespace',
      fields.filter((field) => hasSurroundingSpace(type, field)),
    ),
    ...named(
      'surrounding_quotes',
      fields.filter(({ text }) => /^(["'`])[^\n]*\1$/.test(text?.trim() ?? '')),
    ),
    ...named(
      'double_base64',
      fields.filter((field) => field.secret && isDoubleBase64(field.text)),
    ),
    ...named('same_value_in_fields', repeated(secrets)),
    ...named('key_does_not_match_certificate', mismatched(fields)),
    ...named(
      'control_characters',
      fields.filter((field) => /[^\P{Cc}\t\n\r]/u.test(field.text ?? '')),
    ),
  ];
}

/** What people put where a value is still to come. */
const PLACEHOLDER =
  /^(change[-_ ]?(me|it|this|now)?|changeme.*|to-?do.*|tbd|fix-?me.*|place-?holder.*|replace[-_ ]?(me|this|with.*)|insert[-_ ].*|enter[-_ ].*|your[-_ ].*|my-?secret|dummy|example|sample|redacted|secret|password|none|null|nil|undefined|n\/a|x{3,}|\*{3,}|\.{3,}|-{3,}|\?{2,}|<[^<>]*>|\[[A-Za-z _-]*\]|\$\{[^{}]*\}|\{\{[^{}]*\}\}|%[A-Z_]+%)$/i;

function isPlaceholder(text: string | undefined): boolean {
  return text !== undefined && text.length <= 200 && PLACEHOLDER.test(text.trim());
}

/** A line break at the end of a PEM file or of a whole document belongs there. */
function hasSurroundingSpace(type: SecretType, { text, material }: LookedAtField): boolean {
  if (text === undefined || text === '') return false;
  const isDocument =
    material?.facts.kind !== 'jwt' && (material !== undefined || /^\s*[[{]/.test(text) || text.trim().includes('\n'));
  if (isDocument || type === 'key_store') return /^\s/.test(text);
  return text !== text.trim();
}

/** Base64 of base64: somebody encoded what was encoded already. */
function isDoubleBase64(text: string | undefined): boolean {
  const once = base64Text(text?.trim());
  return once !== undefined && once.trim().length >= 12 && base64Bytes(once.trim()) !== undefined;
}

function base64Text(text: string | undefined): string | undefined {
  const bytes = text === undefined ? undefined : base64Bytes(text);
  const inner = bytes?.toString('latin1');
  return inner !== undefined && /^[\x20-\x7e\s]+$/.test(inner) ? inner : undefined;
}

function base64Bytes(text: string): Buffer | undefined {
  const flat = text.replaceAll(/\s/g, '');
  if (flat.length < 8 || flat.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(flat)) return undefined;
  const bytes = Buffer.from(flat, 'base64');
  return bytes.toString('base64') === flat ? bytes : undefined;
}

function repeated(fields: readonly LookedAtField[]): LookedAtField[] {
  const byContent = new Map<string, LookedAtField[]>();
  for (const field of fields) {
    if (field.bytes.length === 0) continue;
    const content = Buffer.from(field.bytes).toString('latin1');
    byContent.set(content, [...(byContent.get(content) ?? []), field]);
  }
  return [...byContent.values()].filter((same) => same.length > 1).flat();
}

/** Private keys to which no certificate of the content belongs, when there are certificates. */
function mismatched(fields: readonly LookedAtField[]): LookedAtField[] {
  const certificates = fields.flatMap((field) => field.material?.certificates ?? []);
  if (certificates.length === 0) return [];
  return fields.filter((field) =>
    (field.material?.privateKeys ?? []).some((key) => !certificates.some((certificate) => certificate.equals(key))),
  );
}
