import type { AdapterModule, VaultAdapter, VaultKind } from '../../adapters/adapter.ts';
import { loadAdapterModule } from '../../adapters/registry.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import { createBuiltinRows } from './builtin-rows.ts';
import { createCallTurns } from './call-turns.ts';
import { portableVault, type VaultCall } from './portable-vault.ts';
import type { VaultPool, VaultRef } from './vault.ts';
import { openCredentials } from './vault-credentials.ts';
import { findVaultToOpen, type VaultToOpen } from './vault-store.ts';

export interface VaultPoolParts {
  readonly db: Pick<Db, 'query' | 'transaction'>;
  readonly keyring: Keyring;
  /** Deadline of each call. */
  readonly timeoutMs?: number;
  readonly onCall?: (call: VaultCall) => void;
  readonly loadModule?: (kind: VaultKind) => Promise<AdapterModule>;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** An adapter and who still uses it. */
interface OpenVault {
  readonly revision: number;
  readonly adapter: VaultAdapter;
  calls: number;
  retired: boolean;
}

/** Opens vaults on first use and keeps one adapter per vault, always of the newest settings it was asked for. */
export function createVaultPool(parts: VaultPoolParts): VaultPool {
  const { db, keyring, timeoutMs = DEFAULT_TIMEOUT_MS, onCall = () => {}, loadModule = loadAdapterModule } = parts;
  const turns = createCallTurns();
  const open = new Map<string, OpenVault>();
  const opening = new Map<string, Promise<OpenVault>>();
  const retired = new Set<OpenVault>();
  let closed = false;

  const openNew = async (vaultId: string): Promise<OpenVault> => {
    const row = await findVaultToOpen(db, vaultId);
    if (row === undefined) throw new VaultError('invalid_argument', 'open');
    const adapter = await openAdapter(row, { db, keyring, loadModule });
    const vault: OpenVault = { revision: row.revision, adapter, calls: 0, retired: false };
    if (closed) {
      await adapter.close();
      throw new VaultError('closed', 'open');
    }
    const previous = open.get(vaultId);
    open.set(vaultId, vault);
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

  const newest = async (ref: VaultRef): Promise<OpenVault> => {
    for (;;) {
      if (closed) throw new VaultError('closed', 'open');
      const known = open.get(ref.vaultId);
      if (known && known.revision >= ref.vaultRevision) return known;
      const underWay = opening.get(ref.vaultId);
      if (underWay) {
        await underWay;
        continue;
      }
      const started = openNew(ref.vaultId).finally(() => opening.delete(ref.vaultId));
      opening.set(ref.vaultId, started);
      return started;
    }
  };

  return {
    async open(ref) {
      const vault = await newest(ref);
      return portableVault(vault.adapter, {
        timeoutMs,
        onCall,
        takeTurn: () => turns.take(ref.profileId, ref.concurrency),
        hold: hold(vault),
      });
    },
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

type AdapterParts = Pick<VaultPoolParts, 'keyring'> & Required<Pick<VaultPoolParts, 'db' | 'loadModule'>>;

async function openAdapter(row: VaultToOpen, { db, keyring, loadModule }: AdapterParts): Promise<VaultAdapter> {
  const { vaultId, organizationId } = row;
  try {
    const module = await loadModule(row.kind);
    const credentials = openCredentials(keyring, row, row.sealedCredentials);
    const settings = module.settings.safeParse({ ...row.settings, ...credentials });
    if (!settings.success) throw new VaultError('invalid_argument', 'open');
    const builtinRows = createBuiltinRows(db, keyring, () => organizationId);
    return await module.open(settings.data, { vaultId, builtinRows });
  } catch (error) {
    throw error instanceof VaultError ? error : new VaultError('unknown', 'open');
  }
}
