import type { Labels } from '../adapter.ts';

/**
 * What we keep on a secret, in two annotations ("Annotations exist to allow client tools to store their own state information
 * without requiring a database", resources.proto). All others, and all labels of Google Cloud, belong to somebody else.
 */
const LABELS_KEY = 'keyferry-labels';
const CLAIM_KEY = 'keyferry-write';

/** "The total size of annotation keys and values must be less than 16KiB": half of it for us. */
const MAX_LABELS_BYTES = 8 * 1024;

/** Who is about to add the next version; see `write-entry.ts`. */
export interface Claim {
  readonly operationId: string;
  /** Number of the newest version when it was made; 0 for none. */
  readonly base: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type Annotations = Readonly<Record<string, string>>;

/** Labels as one JSON text: their names and values may be anything, annotation keys may not. ASCII only. */
export function labelsOf(annotations: Annotations): Labels {
  const labels = parse(annotations[LABELS_KEY]);
  if (!labels || !Object.values(labels).every((value) => typeof value === 'string')) return {};
  return labels as Labels;
}

export function claimOf(annotations: Annotations): Claim | undefined {
  const claim = parse(annotations[CLAIM_KEY]);
  const { operationId, base, at } = claim ?? {};
  if (typeof operationId !== 'string' || !isCount(base) || !isCount(at)) return undefined;
  return { operationId, base, at };
}

/** The annotations with ours changed and all others as they are. `undefined` leaves ours as well. */
export function withOurs(annotations: Annotations, labels: Labels | undefined, claim: Claim | undefined): Annotations {
  const { [LABELS_KEY]: oldLabels, ...rest } = annotations;
  const text = labels === undefined ? oldLabels : Object.keys(labels).length === 0 ? undefined : asciiJson(labels);
  return {
    ...rest,
    ...(text !== undefined && { [LABELS_KEY]: text }),
    ...(claim && { [CLAIM_KEY]: asciiJson(claim) }),
  };
}

/** Is there room for these labels on a secret without many annotations of others? */
export function areStorable(labels: Labels): boolean {
  return asciiJson(labels).length <= MAX_LABELS_BYTES;
}

function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function parse(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
