import { onTestFinished } from 'vitest';
import type { VaultAdapter } from '../../../../adapters/adapter.ts';
import { hashicorpVaultModule } from '../../../../adapters/hashicorp-vault/adapter-module.ts';
import { type SecretFields, SecretValue } from '../../../../adapters/secret-value.ts';
import { VaultError } from '../../../../adapters/vault-error.ts';
import { adapterPorts } from '../../../support/adapter-ports.ts';
import {
  startVaultEmulator,
  type VaultEmulator,
  type VaultEmulatorOptions,
} from '../../../support/emulators/hashicorp-vault.ts';

export const PATH = 'app/db';

export function soon(ms = 5_000): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(ms) };
}

export function value(text: string): SecretFields {
  return new Map([['value', SecretValue.fromText(text)]]);
}

export async function startEmulator(options?: VaultEmulatorOptions): Promise<VaultEmulator> {
  const emulator = await startVaultEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

/** Opens the real adapter with these settings; by default with the emulator's root token. */
export async function openAdapter(
  emulator: VaultEmulator,
  settings: Readonly<Record<string, unknown>> = { authMethod: 'token', token: emulator.token },
  attributes: Readonly<Record<string, unknown>> = {},
): Promise<VaultAdapter> {
  const parsed = hashicorpVaultModule.settings.parse({ address: emulator.url, ...settings });
  const adapter = await hashicorpVaultModule.open(
    parsed,
    hashicorpVaultModule.attributes.parse(attributes),
    adapterPorts(),
  );
  onTestFinished(() => adapter.close());
  return adapter;
}

export async function vaultError(work: Promise<unknown> | undefined): Promise<VaultError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof VaultError) return error;
    throw error;
  }
  throw new Error('expected a VaultError');
}

/** What was written, in order, for entries: kind and version. */
export function applied(emulator: VaultEmulator): string[] {
  return emulator.journal.map(({ kind, version }) => (version === undefined ? kind : `${kind} ${version}`));
}

/** Requests for entries, without those for tokens. */
export function entryRequests(emulator: VaultEmulator): string[] {
  return emulator.requests
    .filter(({ path }) => !path.startsWith('/v1/auth/'))
    .map(({ method, path }) => `${method} ${path.split('/')[3]}`);
}
