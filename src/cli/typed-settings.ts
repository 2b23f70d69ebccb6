import { CliError, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { readPairs } from './read-value.ts';

/** As much of a JSON Schema as it takes to tell text from numbers and flags. */
interface JsonSchema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** `name=value` pairs as the schema wants them: numbers and flags where it says so, text elsewhere. Never quotes a value. */
export async function typedSettings(
  io: Io,
  schema: JsonSchema,
  pairs: readonly string[],
): Promise<Record<string, unknown>> {
  const settings: Record<string, unknown> = {};
  for (const [name, value] of await readPairs(io, pairs)) {
    if (typeof value !== 'string')
      throw new CliError(EXIT.usage, `${name} is not text.`, 'See `keyferry vaults kinds`.');
    settings[name] = typed(name, value, typeOf(schema, name));
  }
  return settings;
}

function typed(name: string, value: string, type: unknown): unknown {
  const wrong = (expected: string): CliError =>
    new CliError(EXIT.usage, `${name} is not ${expected}.`, `Write ${name}=… with ${expected}.`);
  if (type === 'boolean') {
    if (value !== 'true' && value !== 'false') throw wrong('true or false');
    return value === 'true';
  }
  if (type !== 'integer' && type !== 'number') return value;
  if (value.trim() === '' || !Number.isFinite(Number(value))) throw wrong('a number');
  return Number(value);
}

function places(schema: JsonSchema): readonly JsonSchema[] {
  return [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
}

function typeOf(schema: JsonSchema, name: string): unknown {
  return places(schema)
    .map(({ properties }) => properties?.[name]?.type)
    .find((type) => type !== undefined);
}

/** What can be set. */
export function settingNames(schema: JsonSchema): string[] {
  return [...new Set(places(schema).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}
