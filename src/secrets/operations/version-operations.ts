import { planOf } from '../change-plan.ts';
import { setVersionLifetime } from '../lifetime-store.ts';
import { nothingToReach, type Operation } from './operation.ts';
import { TOUCH, touched } from './record-operations.ts';

/** `edit_version`: what is said of a version, and how long it lasts. */
export const editVersionOperation: Operation = {
  reach: nothingToReach,
  async apply(tx, run) {
    const { version, description, lifetime } = planOf(run.change, 'edit_version');
    await tx.query(
      `with v as (
         update secret_versions set description = coalesce($4, description) where secret_id = $1 and version = $3)
       update secrets set ${TOUCH} where id = $1`,
      [...touched(run), version, description ?? null],
    );
    if (lifetime !== undefined) await setVersionLifetime(tx, run.change.secretId, version, lifetime);
    return { wake: [] };
  },
};
