/** A JSON object of the API, kept whole so that what we do not know goes back as it came. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/: what we use of it. */
export interface SecretObject {
  readonly raw: Json;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly type: string;
  readonly immutable: boolean;
  /** Deleted, and held only by finalizers. */
  readonly terminating: boolean;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** Standard base64. */
  readonly data: ReadonlyMap<string, string>;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The Secret of that name in an answer, `undefined` when the answer is anything else. */
export function secretObject(body: unknown, name: string): SecretObject | undefined {
  if (!isJson(body) || body.kind !== 'Secret' || !isJson(body.metadata)) return undefined;
  const { metadata } = body;
  const { uid, resourceVersion } = metadata;
  const data = texts(body.data);
  const labels = texts(metadata.labels);
  const annotations = texts(metadata.annotations);
  if (metadata.name !== name || !isText(uid) || !isText(resourceVersion)) return undefined;
  if (!data || !labels || !annotations || ![...data.values()].every((value) => BASE64.test(value))) return undefined;
  return {
    raw: body,
    name,
    uid,
    resourceVersion,
    type: isText(body.type) ? body.type : 'Opaque',
    immutable: body.immutable === true,
    terminating: metadata.deletionTimestamp !== undefined && metadata.deletionTimestamp !== null,
    labels,
    annotations,
    data,
  };
}

/** A map of texts; `undefined` when it is none. Go leaves out an empty map and may write an empty value as null. */
export function texts(value: unknown): ReadonlyMap<string, string> | undefined {
  if (value === undefined || value === null) return new Map();
  if (!isJson(value)) return undefined;
  const pairs = Object.entries(value).map(([key, text]): [string, unknown] => [key, text ?? '']);
  return pairs.every((pair): pair is [string, string] => typeof pair[1] === 'string') ? new Map(pairs) : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export interface SecretChange {
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly data: ReadonlyMap<string, string>;
}

/** The object as it was read, with nothing but these replaced. Its `resourceVersion` makes the write conditional. */
export function changed({ raw }: SecretObject, change: SecretChange): Json {
  const metadata = isJson(raw.metadata) ? raw.metadata : {};
  return {
    ...raw,
    metadata: { ...metadata, ...field('labels', change.labels), ...field('annotations', change.annotations) },
    data: Object.fromEntries(change.data),
  };

  /** An empty map that was not there stays away. */
  function field(name: string, map: ReadonlyMap<string, string>): Json {
    return map.size === 0 && metadata[name] === undefined ? {} : { [name]: Object.fromEntries(map) };
  }
}

export interface NewSecret extends SecretChange {
  readonly name: string;
  readonly namespace: string;
  readonly type: string;
}

export function newSecret({ name, namespace, type, labels, annotations, data }: NewSecret): Json {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      labels: Object.fromEntries(labels),
      annotations: Object.fromEntries(annotations),
    },
    type,
    data: Object.fromEntries(data),
  };
}

/** https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size: over the decoded values. */
export const MAX_SECRET_BYTES = 1024 * 1024;
/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/: over keys and values. */
export const MAX_ANNOTATION_BYTES = 256 * 1024;

/** Would the API server refuse this for its size? */
export function isTooLarge({ data, annotations }: SecretChange): boolean {
  let bytes = 0;
  for (const value of data.values()) bytes += Buffer.byteLength(value, 'base64');
  let noted = 0;
  for (const [key, value] of annotations) noted += Buffer.byteLength(key) + Buffer.byteLength(value);
  return bytes > MAX_SECRET_BYTES || noted > MAX_ANNOTATION_BYTES;
}
