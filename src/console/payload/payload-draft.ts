import type { WireField } from '../../client/payload.ts';
import { toBase64 } from './generate.ts';
import type { SecretType } from './payload-fields.ts';
import { FIELDS } from './payload-fields.ts';

/** A field as it is being written. Lives in the state of a form and nowhere else. */
export interface FieldDraft {
  /** Stays the same while its name is typed. */
  readonly key: number;
  readonly name: string;
  readonly text: string;
  /** Text that cannot be shown: `text` is base64. */
  readonly bytes?: true;
  /** The file it came from. */
  readonly file?: string;
}
export type PayloadDraft = readonly FieldDraft[];

/** Most bytes of a content. */
export const MOST_BYTES = 65_536;

/** @param names fields that are there already, for contents with any names */
export function startDraft(type: SecretType, names: readonly string[] = []): PayloadDraft {
  const fields = type === 'key_value' ? (names.length > 0 ? names : ['']) : FIELDS[type].map(({ name }) => name);
  return fields.map((name, key) => ({ key, name, text: name === 'format' ? 'pkcs12' : '' }));
}

/** What a content is now, to be changed. */
export function draftOf(payload: Readonly<Record<string, WireField>>, type: SecretType): PayloadDraft {
  const names = [...new Set([...FIELDS[type].map(({ name }) => name), ...Object.keys(payload)])];
  return names.map((name, key) => {
    const value = payload[name] ?? '';
    return typeof value === 'string' ? { key, name, text: value } : { key, name, text: value.base64, bytes: true };
  });
}

/** The content as the API takes it. Optional fields that were left empty are left out. */
export function payloadOf(draft: PayloadDraft, type: SecretType): Record<string, WireField> {
  const optional = FIELDS[type].filter(({ required }) => !required).map(({ name }) => name);
  const given = draft.filter(({ name, text }) => text !== '' || !optional.includes(name));
  return Object.fromEntries(given.map(({ name, text, bytes }) => [name, bytes ? { base64: text } : text]));
}

/** The name that two fields share. */
export function repeatedName(draft: PayloadDraft): string | undefined {
  const names = draft.map(({ name }) => name);
  return names.find((name, at) => names.indexOf(name) !== at);
}

/** What a file holds: text where it is text, else bytes. `asBytes`: the base64 itself is the text, as for key stores. */
export async function readFile(file: File, asBytes: boolean): Promise<Pick<FieldDraft, 'text' | 'bytes' | 'file'>> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (asBytes) return { text: toBase64(bytes), file: file.name };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), file: file.name };
  } catch {
    return { text: toBase64(bytes), bytes: true, file: file.name };
  }
}

/** JKS files begin with these four bytes; what else opens with a password is PKCS#12. */
export function formatOf(base64: string): 'jks' | 'pkcs12' {
  return atob(base64.slice(0, 8)).startsWith('\xfe\xed\xfe\xed') ? 'jks' : 'pkcs12';
}
