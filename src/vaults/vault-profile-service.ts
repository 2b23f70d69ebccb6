import type { Actor } from '../access/actor.ts';
import { authorize, authorizeAnywhere } from '../access/permissions.ts';
import { pageById, sliceById } from '../access/prisma-db.ts';
import type { Page } from '../api/lists.ts';
import { findApprovalProfile } from '../approvals/approval-profile-store.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { type Db, type EditTransaction, isUniqueViolation } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import type {
  CreateVaultProfile,
  UpdateVaultProfile,
  VaultProfileQuery,
  VaultProfileView,
} from './vault-profile-schemas.ts';
import * as store from './vault-profile-store.ts';
import { findVault } from './vault-store.ts';

export interface VaultProfileServiceDeps {
  readonly db: Db;
  readonly keyring: Keyring;
}

/**
 * Ways to use a vault. Reading needs `vault.read`, all else `vault.administer`; deciding who must agree to changes (to
 * attach, replace or detach an approval profile) also needs `policy.administer`.
 */
export interface VaultProfileService {
  list(actor: Actor, query: VaultProfileQuery): Promise<Page<VaultProfileView>>;
  get(actor: Actor, id: string): Promise<VaultProfileView>;
  /** Throws `already_exists` when the name is taken, `not_found` for vault and approval profile alike. */
  create(actor: Actor, tx: EditTransaction, input: CreateVaultProfile): Promise<VaultProfileView>;
  /** Throws `revision_conflict` unless `expectedRevision` holds. A new revision voids grants that wait. */
  update(actor: Actor, tx: EditTransaction, id: string, input: UpdateVaultProfile): Promise<VaultProfileView>;
  /** Takes effect at the commit: from then on no call begins through a disabled profile. Ring for it once enabled. */
  setEnabled(actor: Actor, tx: EditTransaction, id: string, enabled: boolean): Promise<VaultProfileView>;
  /** Throws `in_use` while secrets, targets or their history name it. */
  remove(actor: Actor, tx: EditTransaction, id: string): Promise<void>;
}

export function createVaultProfileService(deps: VaultProfileServiceDeps): VaultProfileService {
  return { ...profileReads(deps), ...profileEdits(deps), ...profileEnds(deps) };
}

function profileReads({ db }: VaultProfileServiceDeps): Pick<VaultProfileService, 'list' | 'get'> {
  return {
    async list(actor, { cursor, limit, vaultId, enabled }) {
      authorizeAnywhere(actor, 'vault.read');
      const slice = sliceById(cursor, limit);
      const rows = await store.listVaultProfiles(await db.prisma(), actor.organizationId, { vaultId, enabled }, slice);
      return pageById(rows, limit, viewOf);
    },
    async get(actor, id) {
      authorizeAnywhere(actor, 'vault.read');
      const profile = await store.findVaultProfile(await db.prisma(), actor.organizationId, id);
      if (profile === null) throw notFound('vault profile');
      return viewOf(profile);
    },
  };
}

function profileEdits(deps: VaultProfileServiceDeps): Pick<VaultProfileService, 'create' | 'update'> {
  return {
    async create(actor, tx, input) {
      authorize(actor, 'vault.administer');
      const { organizationId } = actor;
      if (input.approvalProfileId !== null) await demandPolicy(actor, tx, input.approvalProfileId);
      if ((await findVault(tx.prisma, organizationId, input.vaultId)) === null) throw notFound('vault');
      const profile = { id: newId(), organizationId, ...input };
      const created = await store.insertVaultProfile(tx.prisma, profile).catch(refuseTakenName);
      await recordProfile(tx, deps, actor, 'vault_profile.created', created);
      return viewOf(created);
    },
    async update(actor, tx, id, { expectedRevision, ...changes }) {
      authorize(actor, 'vault.administer');
      const before = await locked(tx, actor, id);
      if (expectedRevision !== undefined && expectedRevision !== before.revision) {
        throw new AppError('revision_conflict', 'The vault profile was changed meanwhile.', {
          facts: { currentRevision: before.revision },
        });
      }
      const { approvalProfileId } = changes;
      if (approvalProfileId !== undefined && approvalProfileId !== before.approvalProfileId) {
        await demandPolicy(actor, tx, approvalProfileId);
      }
      const updated = await store.updateVaultProfile(tx.prisma, id, changes).catch(refuseTakenName);
      await recordProfile(tx, deps, actor, 'vault_profile.updated', updated);
      return viewOf(updated);
    },
  };
}

function profileEnds(deps: VaultProfileServiceDeps): Pick<VaultProfileService, 'setEnabled' | 'remove'> {
  return {
    async setEnabled(actor, tx, id, enabled) {
      authorize(actor, 'vault.administer');
      const before = await locked(tx, actor, id);
      if (before.enabled === enabled) return viewOf(before);
      const switched = await store.switchVaultProfile(tx.prisma, id, enabled);
      if (enabled) await store.wakeTargets(tx, id);
      await recordProfile(tx, deps, actor, enabled ? 'vault_profile.enabled' : 'vault_profile.disabled', switched);
      return viewOf(switched);
    },
    async remove(actor, tx, id) {
      authorize(actor, 'vault.administer');
      const profile = await locked(tx, actor, id);
      const uses = await store.countUses(tx, id);
      if (uses.secrets + uses.targets + uses.history > 0) {
        throw new AppError('in_use', 'Secrets use this vault profile, or their history names it.', {
          facts: { ...uses },
        });
      }
      await store.deleteVaultProfile(tx, id);
      await recordProfile(tx, deps, actor, 'vault_profile.deleted', profile);
    },
  };
}

async function demandPolicy(actor: Actor, tx: EditTransaction, approvalProfileId: string | null): Promise<void> {
  authorize(actor, 'policy.administer');
  if (approvalProfileId === null) return;
  const profile = await findApprovalProfile(tx, actor.organizationId, approvalProfileId);
  if (profile === undefined) throw notFound('approval profile');
}

async function locked(tx: EditTransaction, actor: Actor, id: string): Promise<store.VaultProfile> {
  if (!(await store.lockVaultProfile(tx, actor.organizationId, id))) throw notFound('vault profile');
  const profile = await store.findVaultProfile(tx.prisma, actor.organizationId, id);
  if (profile === null) throw notFound('vault profile');
  return profile;
}

function recordProfile(
  tx: EditTransaction,
  { keyring }: VaultProfileServiceDeps,
  actor: Actor,
  action: `vault_profile.${'created' | 'updated' | 'enabled' | 'disabled' | 'deleted'}`,
  profile: store.VaultProfile,
): Promise<void> {
  const { id, name, vaultId, naming, enabled, concurrency, approvalProfileId, revision } = profile;
  const details = { name, vaultId, naming, enabled, concurrency, approvalProfileId, revision };
  return appendAudit(tx, keyring, actor, [{ action, objectType: 'vault_profile', objectId: id, details }]);
}

function viewOf(profile: store.VaultProfile): VaultProfileView {
  const { id, name, vaultId, naming, enabled, concurrency, approvalProfileId, revision } = profile;
  return {
    id,
    name,
    vaultId,
    naming,
    enabled,
    concurrency,
    approvalProfileId,
    revision,
    createdAt: profile.createdAt.toISOString(),
    updatedAt: profile.updatedAt.toISOString(),
  };
}

function refuseTakenName(error: unknown): never {
  if (isUniqueViolation(error)) throw new AppError('already_exists', 'A vault profile with this name exists.');
  throw error;
}
