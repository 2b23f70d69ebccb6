import type { VaultVersion } from '../../../adapters/adapter.ts';
import { VaultError } from '../../../adapters/vault-error.ts';
import type { Sql } from '../../db.ts';
import { newId } from '../../ports.ts';
import { turnCopies } from '../../vaults/turn-copies.ts';
import { planOf } from '../change-plan.ts';
import { copyEntry } from './copy-entry.ts';
import type { Operation, Run } from './operation.ts';

/** Reads that began before the entry moved may still look at the old one. */
const READERS_GRACE_MS = 2_000;

/** `rename`: the value is copied to the new name and proved there before anything is recorded; copies follow by themselves. */
export const renameOperation: Operation<VaultVersion | undefined> = {
  async reach(tools, run) {
    const { secret, head, profile } = run.context;
    const { sourcePath, fingerprint } = planOf(run.change, 'rename');
    if (head === null || sourcePath === secret.sourcePath) return undefined;
    if (fingerprint !== head.fingerprint) throw new VaultError('version_conflict', 'read');
    return copyEntry(tools, run, { profile, path: sourcePath, fingerprint });
  },

  async apply(tx, run, vaultVersion) {
    const { name, path, sourcePath, targets } = planOf(run.change, 'rename');
    const { secret, head } = run.context;
    const moved = sourcePath !== secret.sourcePath;
    await tx.query(
      `update secrets set name = $2, path = $3, source_path = $4, marked = marked or $5::boolean, pending_change_id = null,
         revision = revision + 1, updated_by = $6::jsonb, updated_at = clock_timestamp() where id = $1`,
      [secret.id, name, path, sourcePath, vaultVersion !== undefined, JSON.stringify(run.change.requester)],
    );
    if (moved && vaultVersion === undefined) await leaveNothing(tx, run);
    if (moved && vaultVersion !== undefined) {
      await tx.query(
        `update secret_versions set left_behind = version <> $2,
           vault_version = case when version = $2 then $3 else vault_version end where secret_id = $1`,
        [secret.id, secret.headVersion, vaultVersion],
      );
      await leaveEntry(tx, run, secret.sourcePath, head?.vaultVersion ?? null);
    }
    await turnCopies(
      tx,
      targets.map(({ targetId, remotePath: to }) => ({ targetId, leftId: newId(), to })),
    );
    const [row] = await tx.query<{ profileIds: string[] }>(
      `select array_agg(profile_id) as "profileIds" from targets
       where id = any($1::uuid[]) and next_attempt_at is not null`,
      [targets.map(({ targetId }) => targetId)],
    );
    return { wake: row?.profileIds ?? [] };
  },
};

/** An empty container has no entry: its old place is free at once. */
async function leaveNothing(tx: Sql, { context: { secret, profile } }: Run): Promise<void> {
  await tx.query('delete from remote_entries where secret_id = $1 and profile_id = $2 and path = $3', [
    secret.id,
    profile.id,
    secret.sourcePath,
  ]);
}

/** The old entry stays claimed until it is removed. */
async function leaveEntry(tx: Sql, run: Run, path: string, vaultVersion: string | null): Promise<void> {
  const { secret, profile } = run.context;
  await tx.query(
    `insert into left_entries (id, organization_id, secret_id, profile_id, path, remote_version, next_attempt_at)
     values ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7::int * interval '1 millisecond')`,
    [newId(), secret.organizationId, secret.id, profile.id, path, vaultVersion, READERS_GRACE_MS],
  );
}
