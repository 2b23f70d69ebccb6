import { onTestFinished } from 'vitest';
import type { AdapterPorts, VaultAdapter } from '../../../../adapters/adapter.ts';
import { awsSecretsManagerModule } from '../../../../adapters/aws-secrets-manager/adapter-module.ts';
import { type SecretFields, SecretValue } from '../../../../adapters/secret-value.ts';
import { VaultError } from '../../../../adapters/vault-error.ts';
import { adapterPorts } from '../../../support/adapter-ports.ts';
import {
  type AwsEmulator,
  type AwsEmulatorOptions,
  actionOf,
  startAwsEmulator,
} from '../../../support/emulators/aws-secrets-manager.ts';
import type { EmulatedRequest } from '../../../support/emulators/emulated-request.ts';

export const PATH = 'app/db';

export function soon(ms = 10_000): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(ms) };
}

export function value(content: string | Uint8Array): SecretFields {
  const held = typeof content === 'string' ? SecretValue.fromText(content) : SecretValue.fromBytes(content);
  return new Map([['value', held]]);
}

export async function startEmulator(options?: AwsEmulatorOptions): Promise<AwsEmulator> {
  const emulator = await startAwsEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

interface Opening {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly ports?: Partial<AdapterPorts>;
}

/** Opens the real adapter; by default with the key that may do everything. */
export async function openAdapter(emulator: AwsEmulator, opening: Opening = {}): Promise<VaultAdapter> {
  const { settings = { authMethod: 'keys', ...emulator.key }, attributes = {}, ports = {} } = opening;
  const parsed = awsSecretsManagerModule.settings.parse({
    region: emulator.region,
    endpoint: emulator.url,
    stsEndpoint: emulator.url,
    ...settings,
  });
  const shape = awsSecretsManagerModule.attributes.parse(attributes);
  const adapter = await awsSecretsManagerModule.open(parsed, shape, adapterPorts(ports));
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

export async function readText(adapter: VaultAdapter, version?: string): Promise<string | undefined> {
  const entry = await adapter.read(PATH, { ...soon(), ...(version !== undefined && { version }) });
  return entry.fields.get('value')?.revealText();
}

export function isAction(...actions: string[]): (request: EmulatedRequest) => boolean {
  return (request) => actions.includes(actionOf(request));
}

/** What was changed, in order. */
export function applied(emulator: AwsEmulator): string[] {
  return emulator.journal.map(({ kind }) => kind);
}
