import type { VaultKind } from '../../adapters/adapter.ts';
import { loadAdapterModule } from '../../adapters/registry.ts';
import { type GovernedAction, plainJson, type Seen } from '../approvals/governed-action.ts';
import { askedOf } from '../approvals/guarding-policies.ts';
import { policiesBehind } from '../approvals/policy-store.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { EditTransaction } from '../db.ts';
import type { UpdateVault } from './vault-schemas.ts';
import type { VaultService } from './vault-service.ts';
import { findVault, lockVault, profilesOfVault } from './vault-store.ts';
import { viewVault } from './vault-view.ts';

export type EditVault = UpdateVault & { readonly vaultId: string };

export interface VaultActions {
  readonly editVault: GovernedAction<EditVault>;
  readonly deleteVault: GovernedAction<{ readonly vaultId: string }>;
}

/** Changes of a vault concern every secret that is read from it or copied there: where it lies and as whom we come in. */
export function createVaultActions(deps: { readonly keyring: Keyring; readonly vaults: VaultService }): VaultActions {
  const { vaults } = deps;
  const look = (tx: EditTransaction, organizationId: string, { vaultId }: { readonly vaultId: string }) =>
    seeVault(deps.keyring, tx, organizationId, vaultId);
  return {
    editVault: {
      operation: 'edit_vault',
      subjectType: 'vault',
      look,
      asked: async (db, { organizationId, subjectId }) =>
        askedOf('edit_vault', await policiesBehind(db, organizationId, { vaultId: subjectId }), []),
      run: async (actor, tx, { vaultId, ...input }) => ({
        status: 200,
        body: await vaults.update(actor, tx, vaultId, input),
      }),
      async credentialsIn({ settings }, before) {
        const { sensitive } = await loadAdapterModule((before as { kind: VaultKind }).kind);
        return Object.keys(settings ?? {}).filter((name) => sensitive.includes(name));
      },
    },
    deleteVault: {
      operation: 'delete_vault',
      subjectType: 'vault',
      look,
      asked: async (db, { organizationId, subjectId }) =>
        askedOf('delete_vault', await policiesBehind(db, organizationId, { vaultId: subjectId }), []),
      async run(actor, tx, { vaultId }) {
        await vaults.remove(actor, tx, vaultId);
        return { status: 204 };
      },
    },
  };
}

async function seeVault(keyring: Keyring, tx: EditTransaction, organizationId: string, vaultId: string): Promise<Seen> {
  await lockVault(tx, organizationId, vaultId);
  const vault = await findVault(tx.prisma, organizationId, vaultId);
  if (vault === null) return { subjectId: vaultId, revision: 0, state: null };
  const { name, kind, settings, credentials, revision } = await viewVault(keyring, vault);
  const usedBy = await profilesOfVault(tx, vaultId);
  return { subjectId: vaultId, revision, state: plainJson({ name, kind, settings, credentials, usedBy }) };
}
