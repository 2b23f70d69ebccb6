import type { SettingSchema, SettingsSchema } from './setting-schema.ts';

/** What a form holds: text for every setting, whatever its type. */
export type Texts = Readonly<Record<string, string>>;

/** How one setting is asked for. */
export type Shape = 'choice' | 'flag' | 'number' | 'list' | 'map' | 'lines' | 'text';

/** Longer texts without a form of their own are files: certificates, keys, configurations. */
const FILE_LENGTH = 16_384;

export function shapeOf(schema: SettingSchema): Shape {
  if (schema.enum !== undefined) return 'choice';
  if (schema.anyOf?.some(({ type }) => type === 'array') || schema.type === 'array') return 'list';
  if (schema.type === 'boolean') return 'flag';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  if (schema.type === 'object') return 'map';
  return (schema.maxLength ?? 0) >= FILE_LENGTH && schema.pattern === undefined ? 'lines' : 'text';
}

/** The settings a login needs say so in their description: `for authMethod token`. Those of other logins are not asked for. */
export function isAskedFor(name: string, schema: SettingsSchema, texts: Texts): boolean {
  const { properties = {} } = schema;
  const login = /\bfor authMethod (\w+)/.exec(properties[name]?.description ?? '')?.[1];
  if (login === undefined || !properties.authMethod?.enum?.includes(login)) return true;
  return texts.authMethod === login;
}

export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.join('\n');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([key, each]) => `${key}=${String(each)}`)
    .join('\n');
}

export function textsOf(values: Readonly<Record<string, unknown>>): Texts {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOf(value)]));
}

/** What the API is sent for a new vault or profile: only what was filled in. */
export function valuesOf(schema: SettingsSchema, texts: Texts): Record<string, unknown> {
  const filled = Object.entries(schema.properties ?? {}).filter(
    ([name]) => (texts[name] ?? '') !== '' && isAskedFor(name, schema, texts),
  );
  return Object.fromEntries(filled.map(([name, property]) => [name, settingOf(property, texts[name] ?? '')]));
}

/**
 * What the API is sent for one that is there: what differs, and null for what was emptied. A credential that is not filled
 * in stays as it is.
 */
export function changesOf(
  schema: SettingsSchema,
  texts: Texts,
  before: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const known = textsOf(before);
  const changes: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const text = isAskedFor(name, schema, texts) ? (texts[name] ?? '') : '';
    if (text === (known[name] ?? '')) continue;
    if (text === '' && property.writeOnly) continue;
    changes[name] = text === '' ? null : settingOf(property, text);
  }
  return changes;
}

function settingOf(schema: SettingSchema, text: string): unknown {
  const shape = shapeOf(schema);
  if (shape === 'flag') return text === 'true';
  if (shape === 'number') return Number(text);
  if (shape === 'list') return listOf(schema, text);
  if (shape !== 'map') return text;
  return Object.fromEntries(
    linesOf(text).map((line) => {
      const at = line.indexOf('=');
      return at === -1 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

/** Some settings are a list or one word that stands for all, such as `automatic`. */
function listOf(schema: SettingSchema, text: string): unknown {
  const lines = linesOf(text);
  const [only] = lines;
  const isWord = lines.length === 1 && only === schema.default;
  return isWord ? only : lines;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
