import type { VaultAdapter } from '../../adapters/adapter.ts';
import { loadAdapterModule } from '../../adapters/registry.ts';
import { adapterPorts } from '../support/adapter-ports.ts';
import type { BenchVault } from './bench.ts';

/** The product's own adapter without the product: what a direct call costs. */
export async function openDirect(vault: BenchVault, mount = 'secret'): Promise<VaultAdapter> {
  const module = await loadAdapterModule('hashicorp-vault');
  const settings = module.settings.parse({ address: vault.url, authMethod: 'token', token: vault.token });
  return module.open(settings, module.attributes.parse({ mount }), adapterPorts());
}

/** A signal of its own for each call, as the product gives it. */
export function unhurried(): { signal: AbortSignal } {
  return { signal: new AbortController().signal };
}
