import { isDeepStrictEqual } from 'node:util';
import type { AdapterModule, VaultKind } from '../../adapters/adapter.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Actor } from '../access/actor.ts';
import { authorize, authorizeAnywhere } from '../access/permissions.ts';
import { pageById, sliceById } from '../access/prisma-db.ts';
import type { Page } from '../api/lists.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Json } from '../crypto/canonical-json.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { type Db, type EditTransaction, isUniqueViolation } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import { forgetRefusals } from './credential-state.ts';
import type { VaultEgress } from './egress.ts';
import { moveProfile } from './move-profile.ts';
import { parseAttributes } from './profile-attributes.ts';
import { assertPlaceOfItsOwn } from './profile-place.ts';
import type { VaultPool } from './vault.ts';
import { type CredentialOwner, sealCredentials } from './vault-credentials.ts';
import { settingNames, type VaultKinds } from './vault-kinds.ts';
import { placeIn } from './vault-place.ts';
import type {
  CreateVault,
  UpdateVault,
  VaultCheckView,
  VaultKindView,
  VaultQuery,
  VaultView,
} from './vault-schemas.ts';
import { changeSettings, parseSettings, type Settings, type SplitSettings } from './vault-settings.ts';
import * as store from './vault-store.ts';
import { readCredentials, viewVault } from './vault-view.ts';

export interface VaultServiceDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly pool: VaultPool;
  readonly kinds: VaultKinds;
  readonly egress: VaultEgress;
  /** The operator lets vaults use the surroundings of this process. */
  readonly allowAmbient: boolean;
}

/** Real stores with their addresses and credentials. Reading needs `vault.read`, all else `vault.administer`. */
export interface VaultService {
  kinds(actor: Actor): Promise<VaultKindView[]>;
  list(actor: Actor, query: VaultQuery): Promise<Page<VaultView>>;
  get(actor: Actor, id: string): Promise<VaultView>;
  /** Throws `already_exists` when the name is taken, `invalid_input` for what the kind does not accept. */
  create(actor: Actor, tx: EditTransaction, input: CreateVault): Promise<VaultView>;
  /**
   * Throws `revision_conflict` unless `expectedRevision` holds, `invalid_input` when a credential must be sent again, and
   * what `moveProfile` throws when the place of one of its profiles changes.
   */
  update(actor: Actor, tx: EditTransaction, id: string, input: UpdateVault): Promise<VaultView>;
  /** Throws `in_use` while profiles use it, or while a built-in vault holds entries. */
  remove(actor: Actor, tx: EditTransaction, id: string): Promise<void>;
  /** Asks the vault whether address, credential and place are right, and which rights are missing. */
  check(actor: Actor, id: string, attributes: Settings): Promise<VaultCheckView>;
}

const CHECKS_AT_ONCE = 2;

export function createVaultService(deps: VaultServiceDeps): VaultService {
  return { ...vaultReads(deps), ...vaultEdits(deps) };
}

function vaultReads(deps: VaultServiceDeps): Pick<VaultService, 'kinds' | 'list' | 'get' | 'check'> {
  return {
    async kinds(actor) {
      authorizeAnywhere(actor, 'vault.read');
      return deps.kinds.list();
    },
    async list(actor, { cursor, limit, kind }) {
      authorizeAnywhere(actor, 'vault.read');
      const prisma = await deps.db.prisma();
      const rows = await store.listVaults(prisma, actor.organizationId, { kind }, sliceById(cursor, limit));
      const page = pageById(rows, limit, (row) => row);
      return { ...page, items: await Promise.all(page.items.map((row) => viewVault(deps.keyring, row))) };
    },
    async get(actor, id) {
      authorizeAnywhere(actor, 'vault.read');
      const vault = await store.findVault(await deps.db.prisma(), actor.organizationId, id);
      if (vault === null) throw notFound('vault');
      return viewVault(deps.keyring, vault);
    },
    async check(actor, id, given) {
      authorize(actor, 'vault.administer');
      const vault = await store.findVault(await deps.db.prisma(), actor.organizationId, id);
      if (vault === null) throw notFound('vault');
      const attributes = parseAttributes(await deps.kinds.offered(vault.kind as VaultKind), given);
      const ref = {
        vaultId: id,
        vaultRevision: vault.revision,
        profileId: `check ${id}`,
        attributes,
        concurrency: CHECKS_AT_ONCE,
        ratePerSecond: null,
      };
      try {
        const missingRights = await (await deps.pool.open(ref)).check();
        return { ok: true, missingRights: [...missingRights] };
      } catch (error) {
        if (error instanceof VaultError) return { ok: false, code: error.code };
        throw error;
      }
    },
  };
}

function vaultEdits(deps: VaultServiceDeps): Pick<VaultService, 'create' | 'update' | 'remove'> {
  const { keyring } = deps;
  return {
    async create(actor, tx, { name, kind, settings: given }) {
      authorize(actor, 'vault.administer');
      const module = await deps.kinds.offered(kind);
      const settings = parseSettings(module, given);
      await assertReachable(deps, module, settings);
      const owner = { vaultId: newId(), organizationId: actor.organizationId, revision: 1 };
      const { vaultId: id, organizationId } = owner;
      const fields = { name, kind, ...storedSettings(keyring, owner, settings) };
      const created = await store.insertVault(tx.prisma, { id, organizationId, ...fields }).catch(refuseTakenName);
      await recordVault(tx, deps, actor, 'vault.created', created);
      return viewVault(keyring, created);
    },
    async update(actor, tx, id, input) {
      authorize(actor, 'vault.administer');
      const before = await locked(tx, actor, id);
      if (input.expectedRevision !== undefined && input.expectedRevision !== before.revision) {
        throw new AppError('revision_conflict', 'The vault was changed meanwhile.', {
          facts: { currentRevision: before.revision },
        });
      }
      const module = await deps.kinds.offered(before.kind as VaultKind);
      const change = input.settings ?? {};
      const settings = Object.keys(change).length > 0 ? newSettings(keyring, module, before, change) : undefined;
      if (settings) await assertReachable(deps, module, settings);
      const fields = {
        ...(input.name !== undefined && { name: input.name }),
        ...(settings && storedSettings(keyring, ownerOf(before, before.revision + 1), settings)),
      };
      const updated = await store.updateVault(tx.prisma, id, fields).catch(refuseTakenName);
      if (!isDeepStrictEqual(updated.settings, before.settings)) {
        await moveProfiles(deps, tx, module, updated);
      }
      if (settings) await forgetRefusals(tx, id);
      const settingsChanged = settingNames(module).filter((setting) => setting in change);
      await recordVault(tx, deps, actor, 'vault.updated', updated, { settingsChanged });
      return viewVault(keyring, updated);
    },
    async remove(actor, tx, id) {
      authorize(actor, 'vault.administer');
      const vault = await locked(tx, actor, id);
      const profiles = await store.profilesOfVault(tx, id);
      if (profiles.length > 0) {
        throw new AppError('in_use', 'Vault profiles use this vault.', { facts: { vaultProfiles: profiles } });
      }
      const entries = await store.countBuiltinEntries(tx, id);
      if (entries > 0) throw new AppError('in_use', 'The vault still holds entries.', { facts: { entries } });
      await store.deleteVault(tx, id);
      await recordVault(tx, deps, actor, 'vault.deleted', vault);
    },
  };
}

type StoredSettings = Omit<store.VaultFields, 'name'>;

function storedSettings(
  keyring: Keyring,
  owner: CredentialOwner,
  { plain, credentials }: SplitSettings,
): StoredSettings {
  const sealed = sealCredentials(keyring, owner, credentials);
  return {
    settings: plain as StoredSettings['settings'],
    sealedCredentials: sealed && Uint8Array.from(sealed),
    revision: owner.revision,
  };
}

/** Credentials are bound to the revision, so every change of settings seals them anew. */
function ownerOf({ id, organizationId }: store.Vault, revision: number): CredentialOwner {
  return { vaultId: id, organizationId, revision };
}

function newSettings(keyring: Keyring, module: AdapterModule, before: store.Vault, change: Settings): SplitSettings {
  const stored = { plain: before.settings as Settings, credentials: readCredentials(keyring, before) ?? {} };
  return changeSettings(module, stored, change);
}

/** Throws `invalid_input` for an address or a login that the operator does not allow. */
async function assertReachable(
  { egress, allowAmbient }: VaultServiceDeps,
  module: AdapterModule,
  { plain, credentials }: SplitSettings,
): Promise<void> {
  if (plain.authMethod === 'ambient' && !allowAmbient) {
    throw invalidField('/settings/authMethod', 'another login, unless the operator sets KEYFERRY_VAULT_AMBIENT');
  }
  const named = { ...hostsIn(plain), ...module.hosts?.(module.settings.parse({ ...plain, ...credentials })) };
  for (const [name, host] of Object.entries(named)) {
    if (await egress.permits(host)) continue;
    throw invalidField(`/settings/${name}`, 'a public address, or one that the operator lists in KEYFERRY_VAULT_ALLOW');
  }
}

/** The hosts of settings that are URLs. */
function hostsIn(plain: Settings): Readonly<Record<string, string>> {
  const urls = Object.entries(plain).flatMap(([name, value]): [string, string][] => {
    const isUrl = typeof value === 'string' && /^[a-z][a-z0-9+.-]*:\/\//i.test(value) && URL.canParse(value);
    return isUrl ? [[name, new URL(value).hostname]] : [];
  });
  return Object.fromEntries(urls);
}

/** The vault is elsewhere, or we come in as somebody else: grants name the old revision of its profiles. */
async function moveProfiles(
  deps: VaultServiceDeps,
  tx: EditTransaction,
  module: AdapterModule,
  vault: store.Vault,
): Promise<void> {
  for (const profile of await store.lockProfilesOfVault(tx, vault.id)) {
    const place = placeIn(deps, module, vault, profile.attributes);
    await store.renewProfile(tx, profile.id, place);
    if (place === profile.place) continue;
    await assertPlaceOfItsOwn(tx, module, { ...profile, organizationId: vault.organizationId, place });
    await moveProfile(tx, profile.id, module, { place, attributes: profile.attributes });
  }
}

async function locked(tx: EditTransaction, actor: Actor, id: string): Promise<store.Vault> {
  if (!(await store.lockVault(tx, actor.organizationId, id))) throw notFound('vault');
  const vault = await store.findVault(tx.prisma, actor.organizationId, id);
  if (vault === null) throw notFound('vault');
  return vault;
}

function recordVault(
  tx: EditTransaction,
  { keyring }: VaultServiceDeps,
  actor: Actor,
  action: 'vault.created' | 'vault.updated' | 'vault.deleted',
  { id, name, kind, revision }: store.Vault,
  details: Readonly<Record<string, Json>> = {},
): Promise<void> {
  const event = { action, objectType: 'vault', objectId: id, details: { name, kind, revision, ...details } };
  return appendAudit(tx, keyring, actor, [event]);
}

function refuseTakenName(error: unknown): never {
  if (isUniqueViolation(error)) throw new AppError('already_exists', 'A vault with this name exists.');
  throw error;
}
