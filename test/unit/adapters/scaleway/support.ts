import { randomUUID } from 'node:crypto';
import { afterEach, expect } from 'vitest';
import type { VaultAdapter } from '../../../../adapters/adapter.ts';
import { scalewayModule } from '../../../../adapters/scaleway/adapter-module.ts';
import { type SecretFields, SecretValue } from '../../../../adapters/secret-value.ts';
import { VaultError } from '../../../../adapters/vault-error.ts';
import { adapterPorts } from '../../../support/adapter-ports.ts';
import {
  type ScalewayEmulator,
  type ScalewayEmulatorOptions,
  startScalewayEmulator,
} from '../../../support/emulators/scaleway.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

export async function startScaleway(options: ScalewayEmulatorOptions = {}): Promise<ScalewayEmulator> {
  const emulator = await startScalewayEmulator(options);
  closing.push(() => emulator.close());
  return emulator;
}

const projectId = randomUUID();

export async function openScaleway(emulator: ScalewayEmulator, attributes: object = {}): Promise<VaultAdapter> {
  const { url: endpoint, region, secretKey } = emulator;
  const adapter = await scalewayModule.open(
    scalewayModule.settings.parse({ endpoint, region, projectId, secretKey }),
    scalewayModule.attributes.parse(attributes),
    adapterPorts(),
  );
  closing.push(() => adapter.close());
  return adapter;
}

/** Somebody with curl, on one secret. */
export async function curl(emulator: ScalewayEmulator, method: string, path: string, json?: object): Promise<unknown> {
  const root = `${emulator.url}/secret-manager/v1beta1/regions/${emulator.region}/secrets`;
  const headers = { 'x-auth-token': emulator.secretKey, connection: 'close' };
  const body = json && JSON.stringify({ project_id: projectId, ...json });
  const answer = await fetch(root + path, { method, headers, ...(body && { body }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`curl got ${answer.status}`);
  return text === '' ? undefined : JSON.parse(text);
}

export function idOf(emulator: ScalewayEmulator, name: string): string {
  return emulator.stored().findLast((secret) => secret.name === name)?.id ?? '';
}

export function soon(): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(5_000) };
}

/** Options of a write; each use has a deadline of its own. */
export const write = {
  operationId: 'op',
  get signal() {
    return AbortSignal.timeout(5_000);
  },
};

export function fields(record: Readonly<Record<string, string>>): SecretFields {
  return new Map(Object.entries(record).map(([name, text]) => [name, SecretValue.fromText(text)]));
}

export async function readText(adapter: VaultAdapter, path: string, version?: string): Promise<string | undefined> {
  const options = { ...soon(), ...(version !== undefined && { version }) };
  return (await adapter.read(path, options)).fields.get('value')?.revealText();
}

export async function listed(adapter: VaultAdapter): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of adapter.list('', soon())) paths.push(path);
  return paths;
}

export async function vaultError(work: Promise<unknown>): Promise<VaultError> {
  const error = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(VaultError);
  return error as VaultError;
}
