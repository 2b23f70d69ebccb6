import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import forge from 'node-forge';
import { beforeAll, expect, test, vi } from 'vitest';
import { openAdapter, PATH, soon, startEmulator, value, vaultError } from './support.ts';

/** A certificate for 127.0.0.1, signed by itself. */
function selfSigned(): { readonly key: string; readonly cert: string } {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' });
  const privateKey = forge.pki.privateKeyFromPem(key.toString());
  const cert = forge.pki.createCertificate();
  cert.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
  cert.serialNumber = '01';
  cert.validity.notBefore = new Date(Date.now() - 3_600_000);
  cert.validity.notAfter = new Date(Date.now() + 3_600_000);
  const name = [{ name: 'commonName', value: 'vault' }];
  cert.setSubject(name);
  cert.setIssuer(name);
  cert.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
  ]);
  cert.sign(privateKey, forge.md.sha256.create());
  return { key: key.toString(), cert: forge.pki.certificateToPem(cert) };
}

let tls: { readonly key: string; readonly cert: string };
beforeAll(() => {
  tls = selfSigned();
});

test('an unknown certificate is refused before anything is sent, whatever the environment says', async () => {
  vi.stubEnv('VAULT_SKIP_VERIFY', 'true');
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const emulator = await startEmulator({ tls });
  const adapter = await openAdapter(emulator);
  const write = adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  expect(await vaultError(write)).toMatchObject({ code: 'unavailable', maybeApplied: false });
  expect(emulator.requests).toEqual([]);
  vi.unstubAllEnvs();
});

test('an own authority is trusted when it is named', async () => {
  const emulator = await startEmulator({ tls });
  const settings = { authMethod: 'token', token: emulator.token, caCert: tls.cert };
  const adapter = await openAdapter(emulator, settings);
  expect((await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' })).version).toBe('1');
});

test('nothing is taken from the environment', async () => {
  const elsewhere = await startEmulator();
  vi.stubEnv('VAULT_ADDR', elsewhere.url);
  vi.stubEnv('VAULT_TOKEN', elsewhere.token);
  vi.stubEnv('VAULT_NAMESPACE', 'other');
  vi.stubEnv('VAULT_PREFIX', '/other');
  for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']) vi.stubEnv(name, elsewhere.url);
  const emulator = await startEmulator();
  emulator.tokens.addAppRole({ roleId: 'role', secretId: 'secret-id', policy: 'root' });
  const adapter = await openAdapter(emulator, { authMethod: 'approle', roleId: 'role', secretId: 'secret-id' });
  let loginToken: unknown = 'not seen';
  emulator.script({
    path: '/login',
    when: ({ headers }) => {
      loginToken = headers['x-vault-token'];
      return false;
    },
    steps: 'ok',
  });
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  expect(emulator.journal).toMatchObject([{ namespace: '', path: `secret/${PATH}` }]);
  expect(loginToken).toBeUndefined();
  expect(elsewhere.requests).toEqual([]);
  vi.unstubAllEnvs();
});

/** The `debug` package as node-vault sees it, which a DEBUG variable switches on. */
function vendorDebug(): { enable(names: string): void; disable(): void } {
  const require = createRequire(createRequire(import.meta.url).resolve('node-vault'));
  return require('debug');
}

test('nothing is printed, with the debug output of the vendor on either', async () => {
  const printed: string[] = [];
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => printed.push(String(text)) > 0),
  );
  const debug = vendorDebug();
  debug.enable('*');
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('canary-2'), { ...soon(), operationId: 'a' });
  await adapter.read(PATH, soon());
  debug.disable();
  for (const stream of streams) stream.mockRestore();
  expect(printed.join('')).not.toMatch(/canary-2|hvs\./);
});
