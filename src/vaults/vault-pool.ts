import type { AdapterModule, VaultAdapter, VaultKind } from '../../adapters/adapter.ts';
import { loadAdapterModule } from '../../adapters/registry.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import { createBuiltinRows } from './builtin-rows.ts';
import { createCallTurns } from './call-turns.ts';
import type { CredentialRefusal } from './credential-state.ts';
import type { VaultEgress } from './egress.ts';
import { portableVault, type VaultCall } from './portable-vault.ts';
import { type BreakerChange, createProfileLanes, type Lane } from './profile-lanes.ts';
import type { VaultPool, VaultRef } from './vault.ts';
import { openCredentials } from './vault-credentials.ts';
import { findVaultToOpen, type VaultToOpen } from './vault-store.ts';

/** One finished call through a profile. */
export interface ProfileCall extends VaultCall {
  readonly profileId: string;
}

export interface VaultPoolParts {
  readonly db: Pick<Db, 'query' | 'transaction'>;
  readonly keyring: Keyring;
  /** The way out for every adapter. */
  readonly egress: VaultEgress;
  /** The operator lets vaults use the surroundings of this process. */
  readonly allowAmbient: boolean;
  /** Deadline of each call. */
  readonly timeoutMs?: number;
  readonly onCall?: (call: ProfileCall) => void;
  /** See {@link BreakerOptions.longestPauseMs}. */
  readonly longestPauseMs?: number | undefined;
  /** A breaker of this process changed its mind about the vault behind a profile. */
  readonly onBreaker?: (change: BreakerChange) => void;
  /** A call ended because the vault refused our credential. */
  readonly onRefusal?: (refusal: CredentialRefusal) => void;
  readonly loadModule?: (kind: VaultKind) => Promise<AdapterModule>;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** An adapter and who still uses it. */
interface OpenVault {
  readonly revision: number;
  readonly adapter: VaultAdapter;
  /** Profiles that asked for it last. */
  readonly profiles: Set<string>;
  calls: number;
  retired: boolean;
}

/**
 * Opens vaults on first use and keeps one adapter per vault and use of it, always of the newest settings it was asked for.
 * Turns, rate and breaker belong to the profile.
 */
export function createVaultPool(parts: VaultPoolParts): VaultPool {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, onCall = () => {}, onBreaker = () => {}, onRefusal = () => {} } = parts;
  const turns = createCallTurns();
  const open = new Map<string, OpenVault>();
  const opening = new Map<string, Promise<OpenVault>>();
  const retired = new Set<OpenVault>();
  const lanes = createProfileLanes(onBreaker, parts.longestPauseMs);
  let closed = false;

  const openNew = async (key: string, ref: VaultRef): Promise<OpenVault> => {
    const row = await findVaultToOpen(parts.db, ref.vaultId);
    if (row === undefined) throw new VaultError('invalid_argument', 'open');
    const adapter = await openAdapter(row, ref.attributes, parts);
    const vault: OpenVault = { revision: row.revision, adapter, profiles: new Set(), calls: 0, retired: false };
    if (closed) {
      await adapter.close();
      throw new VaultError('closed', 'open');
    }
    const previous = open.get(key);
    open.set(key, vault);
    if (previous) retire(previous);
    return vault;
  };

  const retire = (vault: OpenVault): void => {
    vault.retired = true;
    retired.add(vault);
    closeIfDone(vault);
  };

  const closeIfDone = (vault: OpenVault): void => {
    if (!vault.retired || vault.calls > 0) return;
    retired.delete(vault);
    vault.adapter.close().catch(() => undefined);
  };

  const hold = (vault: OpenVault) => () => {
    vault.calls++;
    return () => {
      vault.calls--;
      closeIfDone(vault);
    };
  };

  const newest = async (key: string, ref: VaultRef): Promise<OpenVault> => {
    for (;;) {
      if (closed) throw new VaultError('closed', 'open');
      const known = open.get(key);
      if (known && known.revision >= ref.vaultRevision) return known;
      const underWay = opening.get(key);
      if (underWay) {
        await underWay;
        continue;
      }
      const started = openNew(key, ref).finally(() => opening.delete(key));
      opening.set(key, started);
      return started;
    }
  };

  /** Notes what the profile uses now. Nobody is left for what it used before: that is closed. */
  const settle = (lane: Lane, key: string, vault: OpenVault, profileId: string): void => {
    if (lane.key !== key || lane.revision !== vault.revision) {
      // Somebody mended something: what was learned of the vault no longer counts.
      if (lane.revision !== 0) lane.breaker.reset();
      const left = lane.key === key ? undefined : open.get(lane.key);
      left?.profiles.delete(profileId);
      if (left && left.profiles.size === 0) {
        open.delete(lane.key);
        retire(left);
      }
      Object.assign(lane, { key, revision: vault.revision });
    }
    vault.profiles.add(profileId);
  };

  return {
    async open(ref) {
      const { profileId } = ref;
      const key = `${ref.vaultId} ${JSON.stringify(ref.attributes)}`;
      const vault = await newest(key, ref);
      const lane = lanes.of(profileId);
      settle(lane, key, vault, profileId);
      return portableVault(vault.adapter, {
        timeoutMs,
        onCall: (call) => onCall({ ...call, profileId }),
        breaker: lane.breaker,
        onRefused: () => onRefusal({ profileId, vaultRevision: vault.revision }),
        rate: lane.rate,
        perSecond: ref.ratePerSecond,
        takeTurn: () => turns.take(profileId, ref.concurrency),
        hold: hold(vault),
      });
    },
    breakers: lanes.states,
    async close() {
      closed = true;
      await Promise.allSettled(opening.values());
      const adapters = [...open.values(), ...retired].map((vault) => vault.adapter);
      open.clear();
      retired.clear();
      await Promise.allSettled(adapters.map((adapter) => adapter.close()));
    },
  };
}

async function openAdapter(
  row: VaultToOpen,
  attributes: VaultRef['attributes'],
  parts: VaultPoolParts,
): Promise<VaultAdapter> {
  const { db, keyring, egress, allowAmbient, loadModule = loadAdapterModule } = parts;
  const { vaultId, organizationId } = row;
  try {
    const module = await loadModule(row.kind);
    const credentials = openCredentials(keyring, row, row.sealedCredentials);
    const settings = module.settings.safeParse({ ...row.settings, ...credentials });
    const use = module.attributes.safeParse(attributes);
    if (!settings.success || !use.success) throw new VaultError('invalid_argument', 'open');
    const builtinRows = createBuiltinRows(db, keyring, () => organizationId);
    return await module.open(settings.data, use.data, { vaultId, builtinRows, egress, allowAmbient });
  } catch (error) {
    throw error instanceof VaultError ? error : new VaultError('unknown', 'open');
  }
}
