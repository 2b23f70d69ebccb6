import type { AdapterModule, VaultAdapter, VaultKind } from '../../adapters/adapter.ts';
import { loadAdapterModule } from '../../adapters/registry.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import { createBuiltinRows } from './builtin-rows.ts';
import { createCallTurns } from './call-turns.ts';
import type { CredentialRefusal } from './credential-state.ts';
import type { VaultEgress } from './egress.ts';
import { createOpenVaults, type Opened, type OpenVault } from './open-vaults.ts';
import { portableVault, type VaultCall } from './portable-vault.ts';
import { type BreakerChange, createProfileLanes, type Lane } from './profile-lanes.ts';
import type { VaultPool, VaultRef } from './vault.ts';
import { openCredentials } from './vault-credentials.ts';
import { findGoneProfiles, findVaultToOpen, type VaultToOpen } from './vault-store.ts';

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
  /** How often profiles are looked for that are gone. */
  readonly forgetEveryMs?: number;
  readonly loadModule?: (kind: VaultKind) => Promise<AdapterModule>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const FORGET_EVERY_MS = 60_000;
/** Some 25 to 75 KB each. */
const MOST_OPEN = 5_000;

/**
 * Opens vaults on first use and keeps one adapter per vault and use of it, always of the newest settings it was asked for, until
 * no profile is left that uses it or too many others were used since.
 * Turns, rate and breaker belong to the profile.
 */
export function createVaultPool(parts: VaultPoolParts): VaultPool {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, forgetEveryMs = FORGET_EVERY_MS } = parts;
  const { onCall = () => {}, onBreaker = () => {}, onRefusal = () => {} } = parts;
  const turns = createCallTurns();
  const vaults = createOpenVaults(MOST_OPEN);
  const lanes = createProfileLanes(onBreaker, parts.longestPauseMs);

  const openNew = async ({ vaultId, attributes }: VaultRef): Promise<Opened> => {
    const row = await findVaultToOpen(parts.db, vaultId);
    if (row === undefined) throw new VaultError('invalid_argument', 'open');
    return { revision: row.revision, adapter: await openAdapter(row, attributes, parts) };
  };

  /** Notes what the profile uses now, and leaves what it used before. */
  const settle = (lane: Lane, key: string, vault: OpenVault, profileId: string): void => {
    if (lane.key !== key || lane.revision !== vault.revision) {
      // Somebody mended something: what was learned of the vault no longer counts.
      if (lane.revision !== 0) lane.breaker.reset();
      if (lane.key !== key) vaults.leave(lane.key, profileId);
      Object.assign(lane, { key, revision: vault.revision });
    }
    vault.profiles.add(profileId);
  };

  /** Whichever process took a profile away: here, too, its vault is left, and a login renewed no more. */
  const forgetGone = async (): Promise<void> => {
    for (const profileId of await findGoneProfiles(parts.db, [...lanes.states().keys()])) {
      const lane = lanes.forget(profileId);
      if (lane) vaults.leave(lane.key, profileId);
    }
  };
  const forgetting = setInterval(() => void forgetGone().catch(() => undefined), forgetEveryMs).unref();

  return {
    async open(ref) {
      const { profileId } = ref;
      const key = `${ref.vaultId} ${JSON.stringify(ref.attributes)}`;
      const vault = await vaults.newest(key, ref.vaultRevision, () => openNew(ref));
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
        hold: () => vaults.hold(vault),
      });
    },
    breakers: lanes.states,
    async close() {
      clearInterval(forgetting);
      await vaults.close();
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
