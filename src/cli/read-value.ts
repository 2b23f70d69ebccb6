import { readFile } from 'node:fs/promises';
import type { FieldValue, ValueInput } from '../client/keyferry.ts';
import { askHidden } from './ask.ts';
import { CliError, EXIT } from './exit-codes.ts';
import { type Io, readStdin } from './io.ts';

/** Where a command was told to take a value from. */
export interface ValueSources {
  readonly value: string | undefined;
  readonly file?: string;
  /** `name=value`, `name=@file` or `name=-`. */
  readonly field?: readonly string[];
  readonly json?: boolean;
}

const FIELDS_OF: Readonly<Record<string, readonly string[]>> = {
  basic_auth: ['username', 'password'],
  key_store: ['value', 'password', 'format'],
};

/**
 * The value to write: of fields, a file, standard input (without one newline at its end), the argument (with a warning), or a
 * hidden prompt, in this order.
 */
export async function readValue(io: Io, sources: ValueSources, type: string | undefined): Promise<ValueInput> {
  const { value, file, field = [], json = false } = sources;
  if ([value !== undefined && value !== '-', file !== undefined, field.length > 0].filter(Boolean).length > 1) {
    throw new CliError(EXIT.usage, 'Say the value in one way only.', 'An argument, --file or --field.');
  }
  if (field.length > 0) return readFields(io, field);
  if (file !== undefined)
    return json ? parseFields(await bytesOf(file)) : textOrBytes(withoutNewline(await bytesOf(file)));
  if (value !== undefined && value !== '-') {
    io.stderr.write('Warning: a value on the command line shows in the list of processes and in your history.\n');
    return json ? parseFields(Buffer.from(value)) : value;
  }
  if (value === '-' || io.stdin.isTTY !== true) {
    const input = await readStdin(io);
    return json ? parseFields(input) : textOrBytes(withoutNewline(input));
  }
  const names = FIELDS_OF[type ?? ''];
  if (names === undefined) return askHidden(io, 'Value (one line; --file takes more)');
  const asked: Record<string, string> = {};
  for (const name of names) asked[name] = await askHidden(io, name);
  return asked;
}

/** `name=value` pairs, as settings of vaults and fields of secrets are given. */
export async function readPairs(io: Io, pairs: readonly string[]): Promise<Map<string, FieldValue>> {
  const read = new Map<string, FieldValue>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    if (at < 1) throw new CliError(EXIT.usage, 'Expected name=value, name=@file, name=- or name=? .', 'A name first.');
    if (read.has(name)) throw new CliError(EXIT.usage, `${name} is given twice.`, 'Say it once.');
    read.set(name, await fieldValue(io, name, pair.slice(at + 1)));
  }
  return read;
}

/** The same where only text will do, such as attributes. */
export async function textPairs(io: Io, pairs: readonly string[]): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of await readPairs(io, pairs)) {
    if (typeof value !== 'string') throw new CliError(EXIT.usage, `${name} is not text.`, 'Only text will do here.');
    texts[name] = value;
  }
  return texts;
}

async function readFields(io: Io, pairs: readonly string[]): Promise<ValueInput> {
  if (pairs.some((pair) => !/^[^=]*=(@|-$|\?$)/.test(pair))) {
    io.stderr.write('Warning: a value on the command line shows in the list of processes and in your history.\n');
  }
  return Object.fromEntries(await readPairs(io, pairs));
}

async function fieldValue(io: Io, name: string, given: string): Promise<FieldValue> {
  if (given === '-') return textOrBytes(withoutNewline(await readStdin(io)));
  if (given === '?') return askHidden(io, name);
  if (given.startsWith('@')) return textOrBytes(withoutNewline(await bytesOf(given.slice(1))));
  return given;
}

/** A text file that is no secret, such as a template. */
export async function readText(file: string): Promise<string> {
  return (await bytesOf(file)).toString('utf8');
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(EXIT.usage, `${file} cannot be read (${code}).`, 'Look at its name and mode.');
  }
}

/** Editors and `echo` end with one. */
function withoutNewline(input: Buffer): Buffer {
  if (input.at(-1) !== 0x0a) return input;
  return input.subarray(0, input.at(-2) === 0x0d ? -2 : -1);
}

function textOrBytes(input: Buffer): FieldValue {
  const text = input.toString('utf8');
  return Buffer.from(text).equals(input) ? text : new Uint8Array(input);
}

/** Fields as JSON: an object of texts. What is wrong is told without quoting it. */
function parseFields(input: Buffer): ValueInput {
  const expected = new CliError(
    EXIT.usage,
    'The value is not a JSON object of texts.',
    '{"username": "…", "password": "…"}',
  );
  let fields: unknown;
  try {
    fields = JSON.parse(input.toString('utf8'));
  } catch {
    throw expected;
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) throw expected;
  if (Object.values(fields).some((field) => typeof field !== 'string')) throw expected;
  return fields as Record<string, string>;
}
