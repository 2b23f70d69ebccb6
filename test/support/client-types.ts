/** As much of JSON Schema as the document of the API uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
    readonly description?: string;
  }[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}

/** The OpenAPI document, as far as types are made of it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const HEAD = `// Made from the API's own document: \`npm run client-types\`. A test fails when it is not current.

type None = Readonly<Record<never, never>>;

`;

/** The text of \`src/client/api-types.ts\`: every schema, and every operation with what it takes and answers. */
export function clientTypes({ paths, components }: ApiDocument): string {
  const schemas = Object.entries(components.schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  const operations = Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
    )
    .sort((a, b) => (a.operationId < b.operationId ? -1 : 1));
  const types = schemas.map(([name, schema]) => `${comment(schema)}export type ${name} = ${typeOf(schema, '')};\n`);
  const rows = operations.map((operation) => operationType(operation));
  const table = operations.map(({ operationId, method, path }) => `  ${operationId}: ['${method}', '${path}'],`);
  return [
    HEAD,
    types.join('\n'),
    '\n/** What every operation takes and answers. */\nexport interface Operations {\n',
    rows.join('\n'),
    '\n}\n\n/** Where every operation is. */\nexport const OPERATIONS = {\n',
    table.join('\n'),
    '\n} as const satisfies Readonly<Record<keyof Operations, readonly [method: string, path: string]>>;\n',
  ].join('');
}

function operationType({ operationId, summary = '', parameters = [], requestBody, responses }: Operation): string {
  const inside = (place: string): string => {
    const here = parameters.filter((parameter) => parameter.in === place);
    const lines = here.map(({ name, required, schema, description }) => {
      const said = comment({ description: description ?? schema.description ?? '' }, '      ');
      return `${said}      readonly ${key(name)}${required ? '' : '?'}: ${queryType(schema)}${required ? '' : ' | undefined'};`;
    });
    return lines.length === 0 ? 'None' : `{\n${lines.join('\n')}\n    }`;
  };
  const body = requestBody?.content?.['application/json']?.schema;
  const bodyType =
    body === undefined ? 'undefined' : typeOf(body, '    ') + (requestBody?.required ? '' : ' | undefined');
  return [
    comment({ description: summary }, '  '),
    `  readonly ${operationId}: {\n`,
    `    readonly params: ${inside('path')};\n`,
    `    readonly query: ${inside('query')};\n`,
    `    readonly body: ${bodyType};\n`,
    `    readonly reply: ${replyType(responses)};\n`,
    '  };',
  ].join('');
}

function replyType(responses: Operation['responses']): string {
  const types = Object.entries(responses)
    .filter(([status]) => Number(status) < 400)
    .map(([, { content }]) => {
      const [first] = Object.entries(content ?? {});
      if (first === undefined) return 'undefined';
      const [contentType, { schema }] = first;
      return contentType !== 'application/json' || schema === undefined ? 'string' : typeOf(schema, '    ');
    });
  return [...new Set(types)].join(' | ');
}

/** In a URL everything is text; callers write what it means. */
function queryType(schema: Schema): string {
  const values = schema.enum?.map(String).sort().join();
  if (values === 'false,true') return 'boolean';
  const type = typeOf(schema, '      ');
  return type.split(' | ').some((part) => part === 'string' || part === 'number') ? 'string | number' : type;
}

function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref !== undefined) return schema.$ref.replace(/^.*\//, '');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return [...new Set(choices.map((choice) => typeOf(choice, indent)))].join(' | ');
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  if (typeof schema.type === 'object') {
    return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(' | ');
  }
  if (schema.type === 'array') return `readonly ${parenthesized(typeOf(schema.items ?? {}, indent))}[]`;
  if (schema.type === 'object') return objectType(schema, indent);
  if (schema.type === 'integer') return 'number';
  return schema.type ?? 'unknown';
}

function objectType({ properties, required = [], additionalProperties }: Schema, indent: string): string {
  const names = Object.keys(properties ?? {});
  if (properties === undefined || names.length === 0) {
    const values = typeof additionalProperties === 'object' ? typeOf(additionalProperties, indent) : 'unknown';
    return `Readonly<Record<string, ${values}>>`;
  }
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? '' : '?';
    const type = typeOf(schema, inner);
    return `${comment(schema, inner)}${inner}readonly ${key(name)}${optional}: ${type}${optional && ' | undefined'};`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

/** One object needs no parentheses, a union of them does. */
const parenthesized = (type: string): string =>
  /^\w+$/.test(type) || (type.startsWith('{') && !/^ *\} \| /m.test(type)) ? type : `(${type})`;
const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name));
const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : JSON.stringify(value);

function comment({ description = '' }: Schema, indent = ''): string {
  const text = description.replaceAll('*/', '* /').trim();
  if (text === '') return '';
  const lines = text.split('\n');
  if (lines.length === 1) return `${indent}/** ${text} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}
