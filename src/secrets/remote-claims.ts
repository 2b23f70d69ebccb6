import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';

/** A real place and path that one secret holds through one profile. */
export interface RemoteClaim {
  readonly place: string;
  readonly path: string;
  readonly profileId: string;
}

/**
 * Takes places for a secret, so that no two secrets or targets ever own one entry, across organizations too. Throws
 * `remote_path_taken`, after which the caller rolls back, when one of them is held already.
 */
export async function claimRemoteEntries(tx: Sql, secretId: string, claims: readonly RemoteClaim[]): Promise<void> {
  const taken = await tx.query(
    `insert into remote_entries (place, path, secret_id, profile_id)
     select c->>'place', c->>'path', $1::uuid, (c->>'profileId')::uuid from jsonb_array_elements($2::jsonb) c
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
  claims: readonly Pick<RemoteClaim, 'place' | 'path'>[],
): Promise<void> {
  await tx.query(
    `delete from remote_entries r using jsonb_array_elements($2::jsonb) c
     where r.secret_id = $1::uuid and r.place = c->>'place' and r.path = c->>'path'`,
    [secretId, JSON.stringify(claims)],
  );
}
