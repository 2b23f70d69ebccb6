import type { Sql } from '../db.ts';

/**
 * Locks all targets of a secret, for whoever is going to update several. Everybody who takes several target rows takes them
 * in the order of their ids: two who took them in different orders would wait for each other, until PostgreSQL ended one of
 * them with an error.
 */
export async function lockTargets(tx: Sql, secretId: string): Promise<void> {
  await tx.query('select id from targets where secret_id = $1::uuid order by id for no key update', [secretId]);
}
