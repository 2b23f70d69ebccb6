import { onTestFinished } from 'vitest';
import type { AdapterPorts, VaultAdapter } from '../../../../adapters/adapter.ts';
import { gcpSecretManagerModule } from '../../../../adapters/gcp-secret-manager/adapter-module.ts';
import { type SecretFields, SecretValue } from '../../../../adapters/secret-value.ts';
import { VaultError } from '../../../../adapters/vault-error.ts';
import { adapterPorts } from '../../../support/adapter-ports.ts';
import {
  type GcpEmulator,
  type GcpEmulatorOptions,
  startGcpEmulator,
} from '../../../support/emulators/gcp-secret-manager.ts';

export const PATH = 'app/db';
export const TRANSPORTS = ['grpc', 'rest'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export function soon(ms = 5_000): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(ms) };
}

export function value(text: string): SecretFields {
  return new Map([['value', SecretValue.fromText(text)]]);
}

export async function startEmulator(options?: GcpEmulatorOptions): Promise<GcpEmulator> {
  const emulator = await startGcpEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

interface Opened {
  readonly transport?: Transport;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly ports?: Partial<AdapterPorts>;
}

/** Opens the real adapter; by default over gRPC and with a token that may do everything. */
export async function openAdapter(emulator: GcpEmulator, opened: Opened = {}): Promise<VaultAdapter> {
  const { transport = 'grpc', settings = { authMethod: 'accessToken', accessToken: emulator.token } } = opened;
  const endpoint = transport === 'grpc' ? `http://127.0.0.1:${emulator.grpc.port}` : emulator.url;
  const parsed = gcpSecretManagerModule.settings.parse({
    projectId: emulator.projectId,
    endpoint,
    transport,
    ...settings,
  });
  const attributes = gcpSecretManagerModule.attributes.parse(opened.attributes ?? {});
  const adapter = await gcpSecretManagerModule.open(parsed, attributes, adapterPorts(opened.ports));
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

/** What was changed, in order: kind and version. */
export function applied(emulator: GcpEmulator): string[] {
  return emulator.journal.map(({ kind, version }) => (version === undefined ? kind : `${kind} ${version}`));
}

/** A request as somebody with curl sends it; the answer's JSON. */
export async function asForeigner(
  emulator: GcpEmulator,
  method: string,
  name: string,
  body?: object,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${emulator.url}/v1/projects/${emulator.projectId}/secrets${name}`, {
    method,
    headers: { authorization: `Bearer ${emulator.token}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`the foreigner got ${response.status}`);
  return (await response.json()) as Readonly<Record<string, unknown>>;
}

export function payload(text: string): object {
  return { payload: { data: Buffer.from(text).toString('base64') } };
}
