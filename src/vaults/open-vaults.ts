import type { VaultAdapter } from '../../adapters/adapter.ts';
import { VaultError } from '../../adapters/vault-error.ts';

/** An adapter, of one revision of its vault, and who still uses it. */
export interface OpenVault {
  readonly revision: number;
  readonly adapter: VaultAdapter;
  /** Profiles that asked for it last. */
  readonly profiles: Set<string>;
  calls: number;
  retired: boolean;
}

/** The adapters that are open, one for each key. What is replaced, left by everybody or pushed out ends with its last call. */
export interface OpenVaults {
  /** One that is not older than the revision; opened when there is none, once for everybody who waits. */
  newest(key: string, revision: number, open: () => Promise<Opened>): Promise<OpenVault>;
  /** The profile uses it no more. What nobody uses any more is closed. */
  leave(key: string, profileId: string): void;
  /** Keeps it open until the returned function is called. */
  hold(vault: OpenVault): () => void;
  /** Closes everything, for good. */
  close(): Promise<void>;
}

export interface Opened {
  readonly revision: number;
  readonly adapter: VaultAdapter;
}

/** @param most of those that nobody is calling, the ones that were asked for longest ago go */
export function createOpenVaults(most: number): OpenVaults {
  /** Those that were asked for last stand last. */
  const open = new Map<string, OpenVault>();
  const opening = new Map<string, Promise<OpenVault>>();
  const retired = new Set<OpenVault>();
  let closed = false;

  const openNew = async (key: string, start: () => Promise<Opened>): Promise<OpenVault> => {
    const { revision, adapter } = await start();
    if (closed) {
      await adapter.close();
      throw new VaultError('closed', 'open');
    }
    retire(key);
    makeRoom();
    const vault: OpenVault = { revision, adapter, profiles: new Set(), calls: 0, retired: false };
    open.set(key, vault);
    return vault;
  };

  const makeRoom = (): void => {
    for (const [key, { calls }] of open) {
      if (open.size < most) return;
      if (calls === 0) retire(key);
    }
  };

  const retire = (key: string): void => {
    const vault = open.get(key);
    if (vault === undefined) return;
    open.delete(key);
    vault.retired = true;
    retired.add(vault);
    closeIfDone(vault);
  };

  const closeIfDone = (vault: OpenVault): void => {
    if (!vault.retired || vault.calls > 0) return;
    retired.delete(vault);
    vault.adapter.close().catch(() => undefined);
  };

  return {
    async newest(key, revision, start) {
      for (;;) {
        if (closed) throw new VaultError('closed', 'open');
        const known = open.get(key);
        if (known && known.revision >= revision) {
          open.delete(key);
          open.set(key, known);
          return known;
        }
        const underWay = opening.get(key);
        if (underWay) {
          await underWay;
          continue;
        }
        const started = openNew(key, start).finally(() => opening.delete(key));
        opening.set(key, started);
        return started;
      }
    },
    leave(key, profileId) {
      const profiles = open.get(key)?.profiles;
      profiles?.delete(profileId);
      if (profiles?.size === 0) retire(key);
    },
    hold(vault) {
      vault.calls++;
      return () => {
        vault.calls--;
        closeIfDone(vault);
      };
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
