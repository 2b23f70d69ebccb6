import { crc32c } from '../lib/crc32c.ts';
import { numericVersion } from '../lib/numeric-version.ts';
import type { Annotations } from './annotations.ts';

/** google/cloud/secretmanager/v1/resources.proto: only what we use, everything checked. `undefined`: not such an answer. */
export interface SecretFacts {
  /** The last part of its name. */
  readonly id: string;
  readonly etag: string;
  readonly annotations: Annotations;
}

export interface VersionFacts {
  readonly number: number;
  readonly state: 'ENABLED' | 'DISABLED' | 'DESTROYED';
  readonly etag: string;
  /** The service got our checksum and compared it. */
  readonly checked: boolean;
}

const STATES = ['ENABLED', 'DISABLED', 'DESTROYED'] as const;

/** Names come with the project's number, whatever it was asked for by: only what follows tells something. */
const SECRET_NAME = /\/secrets\/([A-Za-z0-9_-]{1,255})$/;
const VERSION_NAME = /\/secrets\/[A-Za-z0-9_-]{1,255}\/versions\/([0-9]+)$/;

export function secretFacts(answer: unknown): SecretFacts | undefined {
  const { name, etag, annotations } = record(answer);
  const id = SECRET_NAME.exec(String(name))?.[1];
  if (id === undefined || typeof etag !== 'string') return undefined;
  const pairs = Object.entries(record(annotations)).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return { id, etag, annotations: Object.fromEntries(pairs) };
}

export function versionFacts(answer: unknown): VersionFacts | undefined {
  const { name, etag, state, clientSpecifiedPayloadChecksum: checked } = record(answer);
  const number = numberOf(name);
  const known = STATES.find((one) => one === state);
  if (number === undefined || known === undefined || typeof etag !== 'string') return undefined;
  return { number, state: known, etag, checked: checked === true };
}

/** A version's payload, compared with its checksum. */
export function payloadFacts(answer: unknown): { readonly number: number; readonly data: Uint8Array } | undefined {
  const { name, payload } = record(answer);
  const { data, dataCrc32c } = record(payload);
  const number = numberOf(name);
  if (number === undefined || !(data instanceof Uint8Array)) return undefined;
  const sum = dataCrc32c === undefined || dataCrc32c === null ? undefined : String(dataCrc32c);
  return sum === undefined || sum === String(crc32c(data)) ? { number, data } : undefined;
}

export function pageFacts(answer: unknown): { readonly ids: readonly string[]; readonly next: string } | undefined {
  const { secrets = [], nextPageToken: next = '' } = record(answer);
  if (!Array.isArray(secrets) || typeof next !== 'string') return undefined;
  const ids = secrets.map((secret) => secretFacts(secret)?.id);
  return ids.every((id) => id !== undefined) ? { ids, next } : undefined;
}

function numberOf(name: unknown): number | undefined {
  return numericVersion(VERSION_NAME.exec(String(name))?.[1] ?? '');
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
