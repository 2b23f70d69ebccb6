import { randomBytes } from 'node:crypto';

export interface StoredVersion {
  readonly number: number;
  readonly state: 'ENABLED' | 'DISABLED' | 'DESTROYED';
  /** Base64; empty when destroyed. */
  readonly data: string;
  readonly crc32c: string;
  readonly checked: boolean;
  readonly etag: string;
  readonly createTime: string;
  readonly destroyTime?: string;
  readonly scheduledDestroyTime?: string;
}

/** What a caller may set on a secret, as it came. */
export type SecretFields = Readonly<Record<string, unknown>>;

export interface StoredSecret {
  readonly fields: SecretFields;
  readonly etag: string;
  readonly createTime: string;
  readonly versions: readonly StoredVersion[];
}

/** Secrets by their parent and id. They are replaced whole, so that an answer can be made without keeping its effect. */
export interface SecretState {
  readonly secrets: Map<string, StoredSecret>;
  /** Each as it was before its newest change, for stale reads. */
  readonly before: Map<string, StoredSecret | undefined>;
}

export function createSecretState(): SecretState {
  return { secrets: new Map(), before: new Map() };
}

export function storeSecret(state: SecretState, key: string, secret: StoredSecret | undefined): void {
  state.before.set(key, state.secrets.get(key));
  if (secret) state.secrets.set(key, secret);
  else state.secrets.delete(key);
}

export function findSecret(state: SecretState, key: string, stale: boolean): StoredSecret | undefined {
  return stale && state.before.has(key) ? state.before.get(key) : state.secrets.get(key);
}

/** Opaque, and in quotes as in RFC 7232. */
export function newEtag(): string {
  return `"${randomBytes(7).toString('hex')}"`;
}
