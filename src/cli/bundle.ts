import { parse } from 'yaml';
import type { Body, SecretContent } from '../client/keyferry.ts';
import { parseEnvFile } from './env-file.ts';
import { CliError, EXIT } from './exit-codes.ts';

export type SecretType = Body<'createSecret'>['type'];
export type Payload = SecretContent['payload'];

/** Payloads by full name: what `export` writes and `import` reads. */
export type Bundle = ReadonlyMap<string, { readonly type: SecretType | undefined; readonly payload: Payload }>;

export type BundleFormat = 'json' | 'yaml' | 'env';

/** By the name of the file: `.env`, `shop.env`, `.env.local` hold variables; all else is YAML, which JSON is too. */
export function bundleFormatOf(file: string): BundleFormat {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return /^\.env(\.|$)|\.env$/.test(name) ? 'env' : 'yaml';
}

/**
 * Reads what an export holds, or plain values: `{name: text}`, `{name: {field: text}}`, or variables. The type is undefined where
 * the file does not say it. What is wrong is told without quoting it.
 */
export function parseBundle(text: string, format: BundleFormat): Bundle {
  const entries = format === 'env' ? [...parseEnvFile(text)] : entriesOf(text);
  const bundle = new Map<string, { type: SecretType | undefined; payload: Payload }>();
  for (const [name, given] of entries) bundle.set(name, secretOf(name, given));
  if (bundle.size > 0) return bundle;
  throw new CliError(EXIT.usage, 'The file holds no secret.', 'Is it the right one?');
}

function entriesOf(text: string): [string, unknown][] {
  let given: unknown;
  try {
    given = parse(text);
  } catch {
    given = undefined;
  }
  if (isObject(given)) return Object.entries(given);
  throw new CliError(
    EXIT.usage,
    'The file is neither an export nor names with values.',
    'Each secret: name: value, name: {field: value} or name: {type: …, payload: {…}}; for variables --format env.',
  );
}

function secretOf(name: string, given: unknown): { type: SecretType | undefined; payload: Payload } {
  if (typeof given === 'string') return { type: undefined, payload: { value: given } };
  if (isObject(given)) {
    const { type, payload } = given;
    if (typeof type === 'string' && isPayload(payload)) return { type: type as SecretType, payload };
    if (isPayload(given)) return { type: undefined, payload: given };
  }
  throw new CliError(
    EXIT.usage,
    `${name} is neither text nor fields of text.`,
    'Put numbers, dates and yes or no in quotes; bytes are {"base64": "…"}.',
  );
}

function isPayload(given: unknown): given is Payload {
  if (!isObject(given) || Object.keys(given).length === 0) return false;
  return Object.values(given).every((field) => typeof field === 'string' || isBytes(field));
}

function isBytes(field: unknown): boolean {
  return isObject(field) && typeof field.base64 === 'string' && Object.keys(field).length === 1;
}

function isObject(given: unknown): given is Record<string, unknown> {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}
