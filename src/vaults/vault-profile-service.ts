import { isDeepStrictEqual } from 'node:util';
import type { VaultKind } from '../../adapters/adapter.ts';
import type { Prisma } from '../../prisma/generated/client.ts';
import type { Actor } from '../access/actor.ts';
import { authorize, authorizeAnywhere } from '../access/permissions.ts';
import { pageById, sliceById } from '../access/prisma-db.ts';
import type { Page } from '../api/lists.ts';
import { keepApprovalProfile } from '../approvals/approval-profile-store.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { type Db, type EditTransaction, isUniqueViolation } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import type { RelocateSources } from '../secrets/relocate-sources.ts';
import { answerForDrift, demandDriftScan } from './drift-policy.ts';
import type { VaultEgress } from './egress.ts';
import { moveCopies } from './move-copies.ts';
import { moveProfile } from './move-profile.ts';
import { changeAttributes, parseAttributes } from './profile-attributes.ts';
import type { ProfileChecks } from './profile-checks.ts';
import { assertPlaceOfItsOwn } from './profile-place.ts';
import type { VaultKinds } from './vault-kinds.ts';
import { placeIn } from './vault-place.ts';
import type {
  CreateVaultProfile,
  DriftChange,
  ProfileCheckView,
  UpdateVaultProfile,
  VaultProfileQuery,
  VaultProfileView,
} from './vault-profile-schemas.ts';
import * as store from './vault-profile-store.ts';
import type { Settings } from './vault-settings.ts';
import { findVault, keepVault } from './vault-store.ts';

export interface VaultProfileServiceDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly kinds: VaultKinds;
  readonly egress: VaultEgress;
  readonly allowAmbient: boolean;
  readonly checks: ProfileChecks;
  readonly relocateSources: RelocateSources;
}

/**
 * Ways to use a vault. Reading needs `vault.read`, all else `vault.administer`; deciding who must agree to changes (to
 * attach, replace or detach an approval profile) also needs `policy.administer`.
 */
export interface VaultProfileService {
  list(actor: Actor, query: VaultProfileQuery): Promise<Page<VaultProfileView>>;
  get(actor: Actor, id: string): Promise<VaultProfileView>;
  /**
   * Throws `already_exists` when the name is taken, `not_found` for vault and approval profile alike, `invalid_input` for
   * attributes that the kind does not accept, and `remote_path_taken` when another profile writes to the same entries.
   */
  create(actor: Actor, tx: EditTransaction, input: CreateVaultProfile): Promise<VaultProfileView>;
  /**
   * Throws `revision_conflict` unless `expectedRevision` holds, and what `moveProfile` throws when entries would lie elsewhere.
   * A new revision voids grants that wait.
   */
  update(actor: Actor, tx: EditTransaction, id: string, input: UpdateVaultProfile): Promise<VaultProfileView>;
  /** Takes effect at the commit: from then on no call begins through a disabled profile. Ring for it once enabled. */
  setEnabled(actor: Actor, tx: EditTransaction, id: string, enabled: boolean): Promise<VaultProfileView>;
  /** Asks the vault now, and remembers what it said. */
  check(actor: Actor, id: string): Promise<ProfileCheckView>;
  /** Throws `in_use` while secrets, targets or their history name it. */
  remove(actor: Actor, tx: EditTransaction, id: string): Promise<void>;
}

export function createVaultProfileService(deps: VaultProfileServiceDeps): VaultProfileService {
  return { ...profileReads(deps), ...profileEdits(deps), ...profileEnds(deps) };
}

function profileReads({ db, checks }: VaultProfileServiceDeps): Pick<VaultProfileService, 'list' | 'get' | 'check'> {
  return {
    async list(actor, { cursor, limit, vaultId, enabled }) {
      authorizeAnywhere(actor, 'vault.read');
      const slice = sliceById(cursor, limit);
      const rows = await store.listVaultProfiles(await db.prisma(), actor.organizationId, { vaultId, enabled }, slice);
      const held = await store.countHeld(db, rows);
      return pageById(rows, limit, (row) => viewOf(row, held));
    },
    async get(actor, id) {
      authorizeAnywhere(actor, 'vault.read');
      const profile = await store.findVaultProfile(await db.prisma(), actor.organizationId, id);
      if (profile === null) throw notFound('vault profile');
      return viewOf(profile, await store.countHeld(db, [profile]));
    },
    async check(actor, id) {
      authorize(actor, 'vault.administer');
      const profile = await store.findVaultProfile(await db.prisma(), actor.organizationId, id);
      if (profile === null) throw notFound('vault profile');
      await checks.checkNow(id);
      const checked = await store.findVaultProfile(await db.prisma(), actor.organizationId, id);
      if (checked === null) throw notFound('vault profile');
      return viewOf(checked).check;
    },
  };
}

function profileEdits(deps: VaultProfileServiceDeps): Pick<VaultProfileService, 'create' | 'update'> {
  return {
    async create(actor, tx, input) {
      authorize(actor, 'vault.administer');
      const { organizationId } = actor;
      if (input.approvalProfileId !== null) await demandPolicy(actor, tx, input.approvalProfileId);
      await keepVault(tx, organizationId, input.vaultId);
      const vault = await findVault(tx.prisma, organizationId, input.vaultId);
      if (vault === null) throw notFound('vault');
      const module = await deps.kinds.offered(vault.kind as VaultKind);
      const attributes = parseAttributes(module, input.attributes) as Prisma.InputJsonObject;
      const place = placeIn(deps, module, vault, attributes);
      const { drift, ...rest } = input;
      const columns = driftColumns(actor, drift);
      demandDriftScan(columns, module);
      const profile = { id: newId(), organizationId, ...rest, ...columns, attributes, place };
      await assertPlaceOfItsOwn(tx, module, profile);
      const created = await store.insertVaultProfile(tx.prisma, profile).catch(refuseTakenName);
      await recordProfile(tx, deps, actor, 'vault_profile.created', created);
      return viewOf(created);
    },
    async update(actor, tx, id, { expectedRevision, moveCopies, ...changes }) {
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
      const moved = await newPlace(deps, tx, before, changes);
      if (moveCopies) await moveToNaming(deps, tx, actor, before, { ...changes, ...moved });
      const { attributes: _parsed, drift, ...plain } = changes;
      const drifting = drift === undefined ? {} : await newDrift(deps, tx, actor, before, drift);
      const updated = await store
        .updateVaultProfile(tx.prisma, id, { ...plain, ...moved, ...drifting })
        .catch(refuseTakenName);
      await recordProfile(tx, deps, actor, 'vault_profile.updated', updated);
      return viewOf(updated, await store.countHeld(tx, [updated]));
    },
  };
}

interface DriftInput {
  readonly policy: string;
  readonly intervalMinutes: number | null;
  readonly looksPerMinute: number;
}

function driftColumns(actor: Actor, { policy, intervalMinutes, looksPerMinute }: DriftInput) {
  const setBy = answerForDrift(actor, policy);
  return {
    driftPolicy: policy,
    driftIntervalMinutes: intervalMinutes,
    driftPerMinute: looksPerMinute,
    ...(setBy === undefined ? {} : { driftSetBy: setBy }),
  };
}

/** What is to be done about drift from now on. Another interval holds at once, for the copies that are there as well. */
async function newDrift(
  deps: VaultProfileServiceDeps,
  tx: EditTransaction,
  actor: Actor,
  before: store.VaultProfile,
  change: DriftChange,
): Promise<Partial<ReturnType<typeof driftColumns>>> {
  const policy = change.policy ?? before.driftPolicy;
  const intervalMinutes = change.intervalMinutes === undefined ? before.driftIntervalMinutes : change.intervalMinutes;
  const columns = driftColumns(actor, {
    policy,
    intervalMinutes,
    looksPerMinute: change.looksPerMinute ?? before.driftPerMinute,
  });
  const vault = await findVault(tx.prisma, before.organizationId, before.vaultId);
  if (vault === null) throw notFound('vault');
  demandDriftScan(columns, await deps.kinds.offered(vault.kind as VaultKind));
  if (intervalMinutes !== before.driftIntervalMinutes) await store.respreadScans(tx, before.id, intervalMinutes);
  return columns;
}

/** Attributes and place as they will be. What the profile holds moves there with it. */
async function newPlace(
  deps: VaultProfileServiceDeps,
  tx: EditTransaction,
  before: store.VaultProfile,
  { naming = before.naming, attributes: change = {} }: Pick<UpdateVaultProfile, 'naming' | 'attributes'>,
): Promise<Pick<store.VaultProfileChanges, 'attributes' | 'place'>> {
  const { id, organizationId } = before;
  const vault = await findVault(tx.prisma, organizationId, before.vaultId);
  if (vault === null) throw notFound('vault');
  const module = await deps.kinds.offered(vault.kind as VaultKind);
  const attributes = changeAttributes(module, before.attributes as Settings, change) as Prisma.InputJsonObject;
  const place = placeIn(deps, module, vault, attributes);
  const same = isDeepStrictEqual(attributes, before.attributes);
  if (same && naming === before.naming) return {};
  await assertPlaceOfItsOwn(tx, module, { id, organizationId, naming, attributes, place });
  if (!same) await moveProfile(tx, id, module, { place, attributes });
  return { attributes, place };
}

/** Copies, and the entries of secrets whose source it is, go where the new template names them. */
async function moveToNaming(
  deps: VaultProfileServiceDeps,
  tx: EditTransaction,
  actor: Actor,
  before: store.VaultProfile,
  { naming = before.naming, place = before.place, attributes = before.attributes }: MovedTo,
): Promise<void> {
  if (naming === before.naming) return;
  if (place !== before.place || !isDeepStrictEqual(attributes, before.attributes)) {
    throw invalidField('/moveCopies', 'attributes that stay as they are while copies move to other names');
  }
  const vault = await findVault(tx.prisma, before.organizationId, before.vaultId);
  if (vault === null) throw notFound('vault');
  const module = await deps.kinds.offered(vault.kind as VaultKind);
  await moveCopies(tx, before.id, module, { naming, place, attributes });
  const { id, organizationId, revision } = before;
  const renamed = { id, organizationId, revision: revision + 1, naming, place, attributes };
  await deps.relocateSources(tx, actor, renamed, module);
}

interface MovedTo {
  readonly naming?: string | undefined;
  readonly place?: string | undefined;
  readonly attributes?: unknown;
}

function profileEnds(deps: VaultProfileServiceDeps): Pick<VaultProfileService, 'setEnabled' | 'remove'> {
  return {
    async setEnabled(actor, tx, id, enabled) {
      authorize(actor, 'vault.administer');
      const before = await locked(tx, actor, id);
      const held = await store.countHeld(tx, [before]);
      if (before.enabled === enabled) return viewOf(before, held);
      const switched = await store.switchVaultProfile(tx.prisma, id, enabled);
      if (enabled) await store.wakeTargets(tx, id);
      await recordProfile(tx, deps, actor, enabled ? 'vault_profile.enabled' : 'vault_profile.disabled', switched);
      return viewOf(switched, held);
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
  if (!(await keepApprovalProfile(tx, actor.organizationId, approvalProfileId))) throw notFound('approval profile');
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
  const { id, name, vaultId, naming, place, enabled, concurrency, ratePerSecond, approvalProfileId, revision } =
    profile;
  const { maxDeletes, maxDeletePercent } = profile;
  const limits = { concurrency, ratePerSecond, maxDeletes, maxDeletePercent, drift: driftView(profile) };
  const details = { name, vaultId, naming, place, enabled, ...limits, approvalProfileId, revision };
  return appendAudit(tx, keyring, actor, [{ action, objectType: 'vault_profile', objectId: id, details }]);
}

function viewOf(profile: store.VaultProfile, heldBy: ReadonlyMap<string, number> = new Map()): VaultProfileView {
  const { id, name, vaultId, naming, place, enabled, concurrency, ratePerSecond, approvalProfileId, revision } =
    profile;
  return {
    id,
    name,
    vaultId,
    naming,
    attributes: profile.attributes as VaultProfileView['attributes'],
    place,
    enabled,
    concurrency,
    ratePerSecond,
    freshnessSeconds: profile.freshnessSeconds,
    staleSince: profile.staleSince?.toISOString() ?? null,
    pausedAt: profile.pausedAt?.toISOString() ?? null,
    restoreSuspectedAt: profile.restoreSuspectedAt?.toISOString() ?? null,
    drift: driftView(profile),
    check: {
      state: profile.checkState as ProfileCheckView['state'],
      code: profile.checkCode as ProfileCheckView['code'],
      missingRights: profile.missingRights as ProfileCheckView['missingRights'],
      checkedAt: profile.checkedAt?.toISOString() ?? null,
    },
    breaker: {
      state: profile.breakerState as VaultProfileView['breaker']['state'],
      code: profile.breakerCode as VaultProfileView['breaker']['code'],
      since: profile.breakerSince?.toISOString() ?? null,
    },
    credential: {
      state: profile.credentialState as VaultProfileView['credential']['state'],
      since: profile.credentialSince?.toISOString() ?? null,
    },
    maxDeletes: profile.maxDeletes,
    maxDeletePercent: profile.maxDeletePercent,
    fuse: fuseView(profile, heldBy.get(profile.id) ?? 0),
    approvalProfileId,
    revision,
    createdAt: profile.createdAt.toISOString(),
    updatedAt: profile.updatedAt.toISOString(),
  };
}

function driftView(profile: store.VaultProfile): VaultProfileView['drift'] {
  return {
    policy: profile.driftPolicy as VaultProfileView['drift']['policy'],
    intervalMinutes: profile.driftIntervalMinutes,
    looksPerMinute: profile.driftPerMinute,
  };
}

/** What is held decides: a fuse whose removals are no longer wanted holds nothing. */
function fuseView(profile: store.VaultProfile, wanted: number): VaultProfileView['fuse'] {
  const { fuseTrippedAt, fuseOf, fuseReleased } = profile;
  if (fuseTrippedAt === null || wanted === 0) return { tripped: false, wanted: 0, of: 0, released: 0, since: null };
  return { tripped: true, wanted, of: fuseOf, released: fuseReleased, since: fuseTrippedAt.toISOString() };
}

function refuseTakenName(error: unknown): never {
  if (isUniqueViolation(error)) throw new AppError('already_exists', 'A vault profile with this name exists.');
  throw error;
}
