/** How long a version lasts. */
export interface VersionLifetime {
  /** ISO 8601 in UTC. */
  readonly expiresAt?: string | undefined;
  /** Counted from the moment the version is made, however long its approval took. */
  readonly ttlSeconds?: number | undefined;
  /** One read, then it is over. */
  readonly singleAccess?: boolean | undefined;
  /** What becomes of it when it is over. */
  readonly action: 'disable' | 'destroy';
}

/** How long a secret lasts. */
export interface SecretLifetime {
  /** ISO 8601 in UTC. */
  readonly expiresAt?: string | undefined;
  /** Counted from the moment the change takes effect. */
  readonly ttlSeconds?: number | undefined;
  readonly action: 'disable' | 'delete';
}
