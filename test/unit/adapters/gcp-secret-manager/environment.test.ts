import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { makeCertificate } from '../../../support/test-certificates.ts';
import { openAdapter, PATH, soon, startEmulator, TRANSPORTS, type Transport, value, vaultError } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

function endpointOf(
  emulator: { readonly port: number; readonly grpc: { readonly port: number } },
  transport: Transport,
) {
  return `https://localhost:${transport === 'grpc' ? emulator.grpc.port : emulator.port}`;
}

test.each(TRANSPORTS)(
  'an unknown certificate is refused before anything is sent, whatever the environment says: %s',
  async (transport) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const tls = makeCertificate({ commonName: 'emulator', hosts: ['localhost'] });
    const emulator = await startEmulator({ tls });
    const settings = {
      authMethod: 'accessToken',
      accessToken: emulator.token,
      endpoint: endpointOf(emulator, transport),
    };
    const adapter = await openAdapter(emulator, { transport, settings });
    const write = adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
    expect(await vaultError(write)).toMatchObject({ code: 'unavailable', maybeApplied: false });
    expect(emulator.requests).toEqual([]);
  },
);

test.each(TRANSPORTS)(
  'an own authority is trusted when it is named, for the name it is good for: %s',
  async (transport) => {
    const tls = makeCertificate({ commonName: 'emulator', hosts: ['localhost'] });
    const emulator = await startEmulator({ tls });
    const settings = { authMethod: 'accessToken', accessToken: emulator.token, caCert: tls.cert };
    const endpoint = endpointOf(emulator, transport);
    const adapter = await openAdapter(emulator, { transport, settings: { ...settings, endpoint } });
    expect((await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' })).version).toBe('1');
    const byAddress = { ...settings, endpoint: endpoint.replace('localhost', '127.0.0.1') };
    const other = await openAdapter(emulator, { transport, settings: byAddress });
    expect((await vaultError(other.head(PATH, soon()))).code).toBe('unavailable');
  },
);

test.each(TRANSPORTS)('nothing is taken from the environment: %s', async (transport) => {
  const elsewhere = await startEmulator();
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'grpc_proxy', 'https_proxy', 'http_proxy']) {
    vi.stubEnv(name, elsewhere.url);
  }
  vi.stubEnv('GOOGLE_CLOUD_UNIVERSE_DOMAIN', 'elsewhere.test');
  vi.stubEnv('GOOGLE_API_USE_CLIENT_CERTIFICATE', 'true');
  vi.stubEnv('GOOGLE_API_USE_MTLS_ENDPOINT', 'always');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '/nowhere/key.json');
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator, { transport });
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  expect(emulator.journal).toHaveLength(2);
  expect(elsewhere.requests).toEqual([]);
});

test('unless the operator allows it: a key file that the environment names', async () => {
  const emulator = await startEmulator();
  const account = emulator.accounts.createServiceAccount({ permissions: 'all' });
  const folder = mkdtempSync(path.join(tmpdir(), 'keyferry-gcp-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'key.json');
  writeFileSync(file, account.key);
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', file);
  const adapter = await openAdapter(emulator, { settings: { authMethod: 'ambient' }, ports: { allowAmbient: true } });
  expect(await adapter.check(soon())).toEqual([]);
});

test('a file that is no key is told without quoting it', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keyferry-gcp-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'key.json');
  writeFileSync(file, '{"canary-9": broken');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', file);
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator, { settings: { authMethod: 'ambient' }, ports: { allowAmbient: true } });
  const error = await vaultError(adapter.head(PATH, soon()));
  expect(error).toMatchObject({ code: 'unauthenticated', message: 'head: unauthenticated' });
  expect(error.cause).toBeUndefined();
});

test.each(TRANSPORTS)('nothing is printed, with the log of the vendor on either: %s', async (transport) => {
  const printed: string[] = [];
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => printed.push(String(text)) > 0),
  );
  vi.stubEnv('GOOGLE_SDK_NODE_LOGGING', 'all');
  vi.stubEnv('NODE_DEBUG', '*');
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator, { transport });
  await adapter.write(PATH, value('canary-2'), { ...soon(), operationId: 'a' });
  await adapter.read(PATH, soon());
  for (const stream of streams) stream.mockRestore();
  expect(printed.join('')).not.toMatch(/canary-2|ya29|Y2FuYXJ5/);
});
