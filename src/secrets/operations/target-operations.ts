import { planOf } from '../change-plan.ts';
import { nothingToReach, type Operation } from './operation.ts';
import { insertTargets } from './write-operation.ts';

const UNMARK = `unmark as (update secrets set pending_change_id = null, updated_at = clock_timestamp() where id = $1)`;

/** `add_target`: the copy becomes a desired state; workers carry the current version there. */
export const addTargetOperation: Operation = {
  reach: nothingToReach,
  async apply(tx, run) {
    const { target } = planOf(run.change, 'add_target');
    const [earlier] = await tx.query<{ writtenAt: Date | null; settleUntil: Date | null }>(
      `with ${UNMARK} delete from targets where secret_id = $1 and profile_id = $2 and state = 'removed'
       returning written_at as "writtenAt", settle_until as "settleUntil"`,
      [run.change.secretId, target.profileId],
    );
    await insertTargets(tx, run, [target], run.context.secret.headVersion);
    // A read may still show the entry that was removed there.
    if (earlier !== undefined) {
      await tx.query('update targets set written_at = $2, settle_until = $3 where id = $1', [
        target.targetId,
        earlier.writtenAt,
        earlier.settleUntil,
      ]);
    }
    return { wake: [target.profileId] };
  },
};

/** `remove_target`: the copy must be absent, or is left alone and forgotten. */
export const removeTargetOperation: Operation = {
  reach: nothingToReach,
  async apply(tx, run) {
    const { targetId, profileId, copy } = planOf(run.change, 'remove_target');
    if (copy === 'keep') {
      await tx.query(
        `with ${UNMARK}, gone as (delete from targets where id = $2 and secret_id = $1 returning profile_id, remote_path)
         delete from remote_entries r using gone g
         where r.secret_id = $1 and r.profile_id = g.profile_id and r.path = g.remote_path`,
        [run.change.secretId, targetId],
      );
      return { wake: [] };
    }
    await tx.query(
      `with ${UNMARK}
       update targets set desired_version = null, generation = generation + 1, state = 'removing', on_remove = 'delete',
         code = null, attempts = 0, next_attempt_at = clock_timestamp(), due_since = clock_timestamp(),
         updated_at = clock_timestamp()
       where id = $2 and secret_id = $1`,
      [run.change.secretId, targetId],
    );
    return { wake: [profileId] };
  },
};

/** `resolve_target`: what to do about the foreign entry that stands in a target's place. */
export const resolveTargetOperation: Operation = {
  reach: nothingToReach,
  async apply(tx, run) {
    const { targetId, profileId, way } = planOf(run.change, 'resolve_target');
    await tx.query(
      `with ${UNMARK}
       update targets set on_conflict = $3, generation = generation + 1, state = 'pending', code = null, attempts = 0,
         next_attempt_at = clock_timestamp(), due_since = clock_timestamp(), updated_at = clock_timestamp()
       where id = $2 and secret_id = $1`,
      [run.change.secretId, targetId, way],
    );
    return { wake: [profileId] };
  },
};
