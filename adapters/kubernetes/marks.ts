import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Labels, VaultVersion } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { isJson } from './secret-object.ts';

const PREFIX = 'keyferry.dev/';
const LABELS = `${PREFIX}labels`;
const REVISION = `${PREFIX}revision`;
const SHARED = `${PREFIX}shared`;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const MANAGER = 'keyferry';

const MAX_LABEL_BYTES = 16 * 1024;

type Texts = ReadonlyMap<string, string>;

/**
 * What we note of an entry beside its content. `revision` is random and new with every write of ours: two writes of one
 * content are told apart, and a version gives nothing of the content away (see {@link versionOf}).
 */
export interface Marks {
  readonly revision: string | undefined;
  readonly labels: Labels;
}

export function newRevision(): string {
  return randomBytes(16).toString('hex');
}

/**
 * A version is a keyed digest of the content. `resourceVersion` would not do: it moves with every label and annotation of
 * anybody. The key is the Secret's uid and the random revision, which stay in the cluster, so that a version that is
 * stored or shown elsewhere does not let anybody try out values.
 */
export function versionOf(uid: string, revision: string | undefined, content: readonly string[]): VaultVersion {
  const key = `${uid} ${revision ?? ''}`;
  return createHmac('sha256', key).update(JSON.stringify(content)).digest('base64url').slice(0, 27);
}

/** Marks of a Secret that is one entry: its labels are one JSON text, because annotation keys hold less than ours. */
export function secretMarks(annotations: Texts): Marks {
  return { revision: annotations.get(REVISION), labels: parseLabels(annotations.get(LABELS)) };
}

export function withSecretMarks(annotations: Texts, { revision, labels }: Marks, operation: string): Texts {
  const next = new Map(annotations);
  if (revision !== undefined) next.set(REVISION, revision);
  if (Object.keys(labels).length === 0) next.delete(LABELS);
  else next.set(LABELS, labelText(labels, operation));
  return next;
}

/** Is this Secret one entry of ours? */
export function isEntrySecret(annotations: Texts): boolean {
  return annotations.has(REVISION) || annotations.has(LABELS);
}

/** Does this Secret hold many entries of ours? */
export function isSharedSecret(annotations: Texts): boolean {
  return annotations.has(SHARED);
}

/** Marks of one data key of a shared Secret: an annotation each, so that entries do not touch each other's. */
export function keyMarks(annotations: Texts, dataKey: string): Marks {
  const noted = parseObject(annotations.get(annotationOf(dataKey)));
  if (noted?.key !== dataKey) return { revision: undefined, labels: {} };
  const revision = typeof noted.revision === 'string' ? noted.revision : undefined;
  return { revision, labels: textsOf(noted.labels) };
}

export function withKeyMarks(annotations: Texts, dataKey: string, marks: Marks, operation: string): Texts {
  const { revision, labels } = marks;
  labelText(labels, operation);
  const next = new Map(annotations).set(SHARED, 'true');
  return next.set(annotationOf(dataKey), JSON.stringify({ key: dataKey, revision, labels }));
}

export function withoutKeyMarks(annotations: Texts, dataKey: string): Texts {
  const next = new Map(annotations);
  next.delete(annotationOf(dataKey));
  return next;
}

/** A data key can be four times as long as the name of an annotation. */
function annotationOf(dataKey: string): string {
  return `${PREFIX}entry.${createHash('sha256').update(dataKey).digest('hex').slice(0, 32)}`;
}

function labelText(labels: Labels, operation: string): string {
  const text = JSON.stringify(labels);
  if (Buffer.byteLength(text) > MAX_LABEL_BYTES) throw new VaultError('invalid_argument', operation);
  return text;
}

/** What somebody else broke counts as no label: an entry that is not marked as ours is not touched. */
function parseLabels(text: string | undefined): Labels {
  return textsOf(parseObject(text));
}

function parseObject(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isJson(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function textsOf(value: unknown): Labels {
  if (!isJson(value)) return {};
  const pairs = Object.entries(value);
  const valid = pairs.every((pair): pair is [string, string] => typeof pair[1] === 'string');
  return valid ? Object.fromEntries(pairs) : {};
}
