type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What clients rely on in an OpenAPI document: no prose and no examples. */
export interface ApiContract {
  readonly operations: Readonly<Record<string, OperationContract>>;
  readonly schemas: Readonly<Record<string, Json>>;
}

export interface OperationContract {
  /** `get /v1/secrets` */
  readonly at: string;
  /** By `in name`. */
  readonly parameters: Readonly<Record<string, { readonly required: boolean; readonly schema: Json }>>;
  readonly body: { readonly required: boolean; readonly schema: Json } | null;
  /** Answers that are no failures, by status and content type; null: without a body. */
  readonly answers: Readonly<Record<string, Json>>;
}

const PROSE = ['description', 'example', 'examples', 'title', 'summary', 'default'];

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}
interface DocumentedOperation {
  readonly operationId: string;
  readonly parameters?: readonly { in: string; name: string; required?: boolean; schema?: Json }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, { schema?: Json }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema?: Json }>> }>>;
}

/** The contract of a document as the API gives it, members in the order of their names. */
export function contractOf(document: unknown): ApiContract {
  const { paths, components } = document as Document;
  const operations: Record<string, OperationContract> = {};
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      operations[operation.operationId] = operationContract(`${method} ${path}`, operation);
    }
  }
  const schemas = Object.entries(components.schemas).map(([name, schema]) => [name, bare(schema)] as const);
  return { operations: sorted(operations), schemas: sorted(Object.fromEntries(schemas)) };
}

/** As it is kept in a file: one operation or schema in each line, so that differences are read easily. */
export function contractText({ operations, schemas }: ApiContract): string {
  const lines = (record: Readonly<Record<string, unknown>>) =>
    Object.entries(record)
      .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(',\n');
  return `{"operations": {\n${lines(operations)}\n},\n"schemas": {\n${lines(schemas)}\n}}\n`;
}

function operationContract(
  at: string,
  { parameters = [], requestBody, responses }: DocumentedOperation,
): OperationContract {
  const described = parameters.map(
    (each) =>
      [`${each.in} ${each.name}`, { required: each.required === true, schema: bare(each.schema ?? {}) }] as const,
  );
  const answers = Object.entries(responses)
    .filter(([status]) => Number(status) < 400)
    .flatMap(([status, { content }]): [string, Json][] => {
      if (content === undefined) return [[status, null]];
      return Object.entries(content).map(([type, { schema }]) => [`${status} ${type}`, bare(schema ?? {})]);
    });
  const [sent] = Object.values(requestBody?.content ?? {});
  const body =
    sent === undefined ? null : { required: requestBody?.required === true, schema: bare(sent.schema ?? {}) };
  return { at, parameters: sorted(Object.fromEntries(described)), body, answers: sorted(Object.fromEntries(answers)) };
}

/** Without prose. A property may be called like prose, so only schemas are looked into. */
function bare(schema: Json, isMap = false): Json {
  if (Array.isArray(schema)) return schema.map((each) => bare(each as Json));
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.entries(schema as Record<string, Json>)
    .filter(([name]) => isMap || !PROSE.includes(name))
    .map(([name, inner]) => [name, bare(inner, !isMap && name === 'properties')] as const);
  return sorted(Object.fromEntries(members));
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
