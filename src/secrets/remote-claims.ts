import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';

/** An entry of a real place that one secret holds through one profile. */
export interface RemoteClaim {
  readonly place: string;
  /** As the place knows it. */
  readonly entry: string;
  /** The same relative to the profile. */
  readonly path: string;
  readonly profileId: string;
}

/**
 * Takes places for a secret, so that no two secrets or targets ever own one entry, across organizations too. Throws
 * `remote_path_taken`, after which the caller rolls back, when one of them is held already.
 */
export async function claimRemoteEntries(tx: Sql, secretId: string, claims: readonly RemoteClaim[]): Promise<void> {
  const taken = await tx.query(
    `insert into remote_entries (place, entry, path, secret_id, profile_id)
     select c->>'place', c->>'entry', c->>'path', $1::uuid, (c->>'profileId')::uuid from jsonb_array_elements($2::jsonb) c
     on conflict do nothing returning path`,
    [secretId, JSON.stringify(claims)],
  );
  if (taken.length !== claims.length) {
    throw new AppError('remote_path_taken', 'Another secret or target already owns this place in the vault.');
  }
}

/** Gives places back. Only the holder can. */
export async function releaseRemoteEntries(
  tx: Sql,
  secretId: string,
  claims: readonly Pick<RemoteClaim, 'profileId' | 'path'>[],
): Promise<void> {
  await tx.query(
    `delete from remote_entries r using jsonb_array_elements($2::jsonb) c
     where r.secret_id = $1::uuid and r.profile_id = (c->>'profileId')::uuid and r.path = c->>'path'`,
    [secretId, JSON.stringify(claims)],
  );
}
