import type { VaultVersion } from '../../../adapters/adapter.ts';
import { VaultError } from '../../../adapters/vault-error.ts';
import { newId } from '../../ports.ts';
import { planOf } from '../change-plan.ts';
import { findProfileFacts, type ProfileFacts } from '../secret-store.ts';
import { copyEntry } from './copy-entry.ts';
import type { Operation, OperationTools, Run } from './operation.ts';

/** `change_source`: the value is copied to the new source and proved there before anything is recorded. */
export const changeSourceOperation: Operation<VaultVersion> = {
  async reach(tools, run) {
    const plan = planOf(run.change, 'change_source');
    return copyEntry(tools, run, {
      profile: await newProfile(tools, run),
      path: plan.sourcePath,
      fingerprint: plan.fingerprint,
    });
  },

  async apply(tx, run, vaultVersion) {
    const plan = planOf(run.change, 'change_source');
    const { secret, profile, head, sourceMarked } = run.context;
    const stays = plan.oldSourceTargetId !== null;
    // An entry that was imported as it lay lacks the marker that a copy has.
    const due = !stays || !sourceMarked;
    await tx.query(`delete from targets where secret_id = $1 and profile_id = $2 and state = 'removed'`, [
      secret.id,
      profile.id,
    ]);
    await tx.query(
      `with moved as (
         update secrets set source_profile_id = $2, source_path = $3, marked = true, pending_change_id = null, revision = revision + 1,
           updated_by = $4::jsonb, updated_at = clock_timestamp() where id = $1),
       version as (
         update secret_versions set profile_id = $2, vault_version = $5 where secret_id = $1 and version = $6)
       insert into targets (id, organization_id, secret_id, profile_id, remote_path, state, desired_version, observed_version,
         remote_version, owned, next_attempt_at, due_since, synced_at, next_scan_at)
       values ($7, $8, $1, $9, $10, $11, $12, $6, $13, true,
         case when $14 then clock_timestamp() end, case when $11 = 'removing' then clock_timestamp() end,
         case when $11 = 'synced' then clock_timestamp() end, case when $11 = 'synced' then clock_timestamp() end)`,
      [
        secret.id,
        plan.profileId,
        plan.sourcePath,
        JSON.stringify(run.change.requester),
        vaultVersion,
        secret.headVersion,
        plan.oldSourceTargetId ?? newId(),
        secret.organizationId,
        profile.id,
        secret.sourcePath,
        stays ? 'synced' : 'removing',
        stays ? secret.headVersion : null,
        head?.vaultVersion ?? null,
        due,
      ],
    );
    return { wake: due ? [profile.id] : [] };
  },
};

async function newProfile(tools: OperationTools, run: Run): Promise<ProfileFacts> {
  const { profileId } = planOf(run.change, 'change_source');
  const profile = await findProfileFacts(tools.db, run.change.organizationId, profileId);
  if (profile === undefined) throw new VaultError('invalid_argument', 'change_source');
  return profile;
}
