/** A JSON schema as far as examples are made from it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

const ID = '01936f74-9d30-7c08-b2e4-6f5a4d3c2b1a';
const TIME = '2026-11-02T09:36:00.000Z';

/** What texts look like, tried in this order where a schema has a pattern. */
const TEXTS = [
  'shop',
  'db-login',
  'payments/production',
  'payments/db-login@3',
  'db-login@latest',
  'latest',
  '1',
  '30',
  `k1:${'0'.repeat(64)}`,
  `crc32c:e3069283`,
  ID,
  TIME,
  'ann@example.com',
  'https://hooks.example.com/keyferry',
  'text',
];

const FORMATS: Readonly<Record<string, string>> = {
  uuid: ID,
  'date-time': TIME,
  email: 'ann@example.com',
  uri: 'https://hooks.example.com/keyferry',
};

/** What stands in fields of these names, so that an example reads like an answer. */
const NAMED: Readonly<Record<string, unknown>> = {
  name: 'db-login',
  path: 'payments',
  slug: 'shop',
  description: '',
  comment: '',
  code: null,
  cursor: null,
  nextCursor: null,
  email: 'ann@example.com',
};

/**
 * An example of a schema, always the same for the same schema: what it says itself, or something small that it accepts. Members
 * that may be missing are left out of what is sent and shown in what is answered.
 */
export function exampleOf(
  schema: JsonSchema,
  on: { readonly components: Readonly<Record<string, JsonSchema>>; readonly io: 'input' | 'output' },
  name = '',
  depth = 0,
): unknown {
  const at = (inner: JsonSchema, key = name) => exampleOf(inner, on, key, depth + 1);
  if (schema.example !== undefined) return schema.example;
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.$ref !== undefined) {
    const target = on.components[schema.$ref.split('/').at(-1) ?? ''];
    return target === undefined || depth > MOST_DEPTH ? null : at(target);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) {
    const nullable = choices.some(({ type }) => type === 'null');
    if (nullable && (name in NAMED ? NAMED[name] === null : depth > SHOWN_DEPTH)) return null;
    return at(choices.find(({ type }) => type !== 'null') ?? {});
  }
  if (schema.allOf !== undefined) {
    return Object.assign({}, ...schema.allOf.map((part) => at(part) as object));
  }
  return ofType(schema, on.io, name, at);
}

const MOST_DEPTH = 24;
const SHOWN_DEPTH = 8;

function ofType(
  schema: JsonSchema,
  io: 'input' | 'output',
  name: string,
  at: (inner: JsonSchema, key?: string) => unknown,
): unknown {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (types.includes('null') && NAMED[name] === null) return null;
  switch (types.find((type) => type !== 'null')) {
    case 'object':
      return objectOf(schema, io, at);
    case 'array':
      return schema.items === undefined
        ? []
        : Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () => at(schema.items ?? {}));
    case 'string':
      return textOf(schema, name);
    case 'integer':
    case 'number':
      return schema.minimum !== undefined && schema.minimum > 1 ? schema.minimum : 1;
    case 'boolean':
      return false;
    default:
      return types.includes('null') ? null : {};
  }
}

function objectOf(
  { properties = {}, required = [], additionalProperties, propertyNames }: JsonSchema,
  io: 'input' | 'output',
  at: (inner: JsonSchema, key?: string) => unknown,
): unknown {
  const shown = Object.entries(properties).filter(([key]) => io === 'output' || required.includes(key));
  const members = Object.fromEntries(shown.map(([key, inner]) => [key, at(inner, key)]));
  if (Object.keys(properties).length > 0 || typeof additionalProperties !== 'object') return members;
  const key = String(propertyNames?.enum?.[0] ?? 'team');
  return io === 'output' ? { [key]: at(additionalProperties, key) } : members;
}

function textOf({ format, pattern, minLength = 0 }: JsonSchema, name: string): string {
  const known = NAMED[name];
  const candidates = [
    ...(format !== undefined && FORMATS[format] !== undefined ? [FORMATS[format]] : []),
    ...(typeof known === 'string' ? [known] : []),
    ...(name.endsWith('Id') || name === 'id' ? [ID] : []),
    ...(name.endsWith('At') || name === 'at' ? [TIME] : []),
    ...TEXTS,
  ];
  const allowed = pattern === undefined ? undefined : new RegExp(pattern, 'u');
  return candidates.find((text) => text.length >= minLength && (allowed?.test(text) ?? true)) ?? 'x'.repeat(minLength);
}
