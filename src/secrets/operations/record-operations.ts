import type { Json } from '../../crypto/canonical-json.ts';
import type { Sql } from '../../db.ts';
import { planOf } from '../change-plan.ts';
import { setSecretLifetime, setWriteOnly } from '../lifetime-store.ts';
import { nothingToReach, type Operation, type Run } from './operation.ts';

/*
 * Changes that touch no vault: metadata, flags and version states. Each is one statement that also takes the mark of the
 * waiting change away.
 */

/** Sets: nobody's change waits any more, and somebody changed the secret. */
export const TOUCH = `pending_change_id = null, revision = revision + 1, updated_by = $2::jsonb, updated_at = clock_timestamp()`;

async function setFlag(tx: Sql, run: Run, column: 'enabled' | 'protected', value: boolean): Promise<void> {
  await tx.query(`update secrets set ${column} = $3, ${TOUCH} where id = $1`, [...touched(run), value]);
}

function flagOperation(column: 'enabled' | 'protected', value: boolean): Operation {
  return {
    reach: nothingToReach,
    async apply(tx, run) {
      await setFlag(tx, run, column, value);
      return { wake: [] };
    },
  };
}

export const enableOperation = flagOperation('enabled', true);
export const disableOperation = flagOperation('enabled', false);
export const protectOperation = flagOperation('protected', true);
export const unprotectOperation = flagOperation('protected', false);

export const editMetadataOperation: Operation = {
  reach: nothingToReach,
  async apply(tx, run) {
    const { description, tags, attributes, writeOnly, lifetime } = planOf(run.change, 'edit_metadata');
    if (writeOnly !== undefined) await setWriteOnly(tx, run.change.secretId, writeOnly);
    if (lifetime !== undefined) await setSecretLifetime(tx, run.change.secretId, lifetime);
    await tx.query(
      `update secrets set description = coalesce($3, description), tags = coalesce($4::text[], tags),
         attributes = coalesce($5::jsonb, attributes), ${TOUCH} where id = $1`,
      [
        ...touched(run),
        description ?? null,
        tags ?? null,
        attributes === undefined ? null : JSON.stringify(attributes),
      ],
    );
    return { wake: [] };
  },
};

function versionStateOperation(
  operation: 'enable_version' | 'disable_version',
  state: 'enabled' | 'disabled',
): Operation {
  return {
    reach: nothingToReach,
    async apply(tx, run) {
      const { version } = planOf(run.change, operation);
      await tx.query(
        `with v as (
           update secret_versions set state = $4 where secret_id = $1 and version = $3 and state <> 'destroyed')
         update secrets set ${TOUCH}, latest_enabled = coalesce((select max(o.version) from secret_versions o
           where o.secret_id = $1 and (case when o.version = $3 then $4 else o.state end) = 'enabled'), 0)
         where id = $1`,
        [...touched(run), version, state],
      );
      return { wake: await wakeHead(tx, run, version) };
    },
  };
}

export const enableVersionOperation = versionStateOperation('enable_version', 'enabled');
export const disableVersionOperation = versionStateOperation('disable_version', 'disabled');

/** Targets wait while the newest version is disabled and go on when it is enabled again. */
async function wakeHead(tx: Sql, run: Run, version: number): Promise<string[]> {
  if (version !== run.context.secret.headVersion) return [];
  const rows = await tx.query<{ profileId: string }>(
    `update targets set generation = generation + 1, next_attempt_at = clock_timestamp(),
       due_since = coalesce(due_since, clock_timestamp())
     where secret_id = $1 and state in ('pending', 'syncing', 'parked', 'failed') and desired_version = $2
     returning profile_id as "profileId"`,
    [run.change.secretId, version],
  );
  return rows.map((row) => row.profileId);
}

/** The first two parameters of a statement with {@link TOUCH}. */
export function touched(run: Run): [string, Json] {
  return [run.change.secretId, JSON.stringify(run.change.requester)];
}
