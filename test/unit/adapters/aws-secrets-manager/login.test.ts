import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { AdapterPorts } from '../../../../adapters/adapter.ts';
import { awsSecretsManagerModule } from '../../../../adapters/aws-secrets-manager/adapter-module.ts';
import { scriptedEgress } from '../../../support/adapter-ports.ts';
import type { AwsEmulator } from '../../../support/emulators/aws-secrets-manager.ts';
import type { EmulatedRequest } from '../../../support/emulators/emulated-request.ts';
import { type KeyAndCert, makeCertificate } from '../../../support/test-certificates.ts';
import { openAdapter, PATH, soon, startEmulator, value, vaultError } from './support.ts';

const ROLE = 'arn:aws:iam::123456789012:role/keyferry';
const isLogin = ({ body }: { readonly body: Buffer }) => body.includes('Action=AssumeRole');

let tls: KeyAndCert;
beforeAll(() => {
  tls = makeCertificate({ commonName: 'aws', hosts: ['127.0.0.1'] });
});

/** With a login that may do nothing but assume the role. */
function openRole(emulator: AwsEmulator, settings: object = {}, ports: Partial<AdapterPorts> = {}) {
  const key = emulator.identities.createKey({ actions: [] });
  return openAdapter(emulator, { settings: { authMethod: 'keys', ...key, roleArn: ROLE, ...settings }, ports });
}

test('a role is assumed once for everybody who waits', async () => {
  const emulator = await startEmulator();
  emulator.identities.addRole({ arn: ROLE });
  const logins = emulator.script({ when: isLogin, steps: 'ok' });
  const adapter = await openRole(emulator);
  await Promise.all(
    ['a', 'b', 'c', 'd'].map((path) => adapter.write(path, value('x'), { ...soon(), operationId: path })),
  );
  expect(await adapter.check(soon())).toEqual([]);
  expect(logins.hits).toBe(1);
});

test('a role that demands an external id is assumed with it only', async () => {
  const emulator = await startEmulator();
  emulator.identities.addRole({ arn: ROLE, externalId: 'tenant-7' });
  const right = await openRole(emulator, { externalId: 'tenant-7' });
  expect((await vaultError(right.head(PATH, soon()))).code).toBe('not_found');
  for (const externalId of ['tenant-8', undefined]) {
    const wrong = await openRole(emulator, { externalId });
    const error = await vaultError(wrong.write(PATH, value('x'), { ...soon(), operationId: 'a' }));
    expect(error).toMatchObject({ code: 'unauthenticated', maybeApplied: false, message: 'write: unauthenticated' });
  }
});

test('credentials of a role are replaced before they expire', async () => {
  const emulator = await startEmulator();
  emulator.identities.addRole({ arn: ROLE, ttl: 1 });
  const logins = emulator.script({ when: isLogin, steps: 'ok' });
  const adapter = await openRole(emulator);
  const until = performance.now() + 2_200;
  while (performance.now() < until) {
    expect((await vaultError(adapter.head(PATH, soon()))).code).toBe('not_found');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(logins.hits).toBeGreaterThanOrEqual(3);
  expect(logins.hits).toBeLessThanOrEqual(6);
  expect(emulator.requests.filter(({ status }) => status === 400)).toHaveLength(emulator.requests.length - logins.hits);
});

test('credentials of a role that AWS refuses are replaced once, and the call goes on', async () => {
  const emulator = await startEmulator();
  emulator.identities.addRole({ arn: ROLE });
  const seen: string[] = [];
  emulator.script({
    when: ({ headers }) => {
      seen.push(/Credential=(ASIA[A-Z0-9]+)/.exec(String(headers.authorization))?.[1] ?? '');
      return false;
    },
    steps: 'ok',
  });
  const adapter = await openRole(emulator);
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  emulator.identities.revoke(seen.find((id) => id !== '') ?? '');
  await adapter.write(PATH, value('y'), { ...soon(), operationId: 'b' });
  expect(new Set(seen.filter((id) => id !== '')).size).toBe(2);
});

test('a refusal that comes late does not end the session that was made meanwhile', async () => {
  const emulator = await startEmulator();
  emulator.identities.addRole({ arn: ROLE });
  const logins = emulator.script({ when: isLogin, steps: 'ok' });
  const adapter = await openRole(emulator);
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  emulator.identities.revokeSessions();
  let first = true;
  const barrier = emulator.barrier({
    when(request) {
      const held = first && !isLogin(request);
      if (held) first = false;
      return held;
    },
    at: 'answer',
  });
  const heads = [adapter.head(PATH, soon()), adapter.head(PATH, soon())];
  await Promise.race(heads);
  await barrier.waitFor(1);
  barrier.release();
  await Promise.all(heads);
  expect(logins.hits).toBe(2);
});

test.each([
  [{ status: 503 }, 'unavailable'],
  [{ status: 200, body: {} }, 'unknown'],
  ['wrong-body', 'unknown'],
  ['reset', 'unavailable'],
  [{ status: 307, headers: { location: 'http://127.0.0.1:9/' } }, 'unavailable'],
] as const)('a login that is answered with %j is %s, and nothing was applied', async (steps, code) => {
  const emulator = await startEmulator();
  emulator.identities.addRole({ arn: ROLE });
  emulator.script({ when: isLogin, steps });
  const adapter = await openRole(emulator);
  const error = await vaultError(adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' }));
  expect(error).toMatchObject({ code, maybeApplied: false });
  expect(emulator.journal).toEqual([]);
});

test('the login goes through the egress as well', async () => {
  const [emulator, sts] = [await startEmulator(), await startEmulator()];
  const egress = scriptedEgress({ hosts: { 'api.test': '127.0.0.1' }, forbidden: ['127.0.0.1'] });
  const endpoint = `http://api.test:${emulator.port}`;
  const adapter = await openRole(emulator, { endpoint, stsEndpoint: sts.url }, { egress });
  expect((await vaultError(adapter.head(PATH, soon()))).code).toBe('permission_denied');
  expect([emulator.connections, sts.connections]).toEqual([0, 0]);
});

test('surroundings are refused unless the operator allows them', async () => {
  const { settings, attributes, open } = awsSecretsManagerModule;
  const ambient = settings.parse({ region: 'eu-central-1', authMethod: 'ambient' });
  const egress = scriptedEgress({ hosts: {}, forbidden: [] });
  const opening = open(ambient, attributes.parse({}), { vaultId: 'v', egress, allowAmbient: false });
  expect(await vaultError(opening)).toMatchObject({ code: 'permission_denied' });
});

test('surroundings are the credentials of the process where the operator allows them', async () => {
  const emulator = await startEmulator();
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('AWS_ACCESS_KEY_ID', emulator.key.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', emulator.key.secretAccessKey);
  const adapter = await openAdapter(emulator, { settings: { authMethod: 'ambient' }, ports: { allowAmbient: true } });
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  emulator.identities.addRole({ arn: ROLE });
  const settings = { authMethod: 'ambient', roleArn: ROLE };
  const role = await openAdapter(emulator, { settings, ports: { allowAmbient: true } });
  expect((await role.head(PATH, soon())).path).toBe(PATH);
});

test('surroundings without credentials are unauthenticated', async () => {
  const emulator = await startEmulator();
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
  const adapter = await openAdapter(emulator, { settings: { authMethod: 'ambient' }, ports: { allowAmbient: true } });
  const error = await vaultError(adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' }));
  expect(error).toMatchObject({ code: 'unauthenticated', maybeApplied: false });
  expect(emulator.requests).toEqual([]);
});

test('nothing is taken from the environment with keys', async () => {
  const [emulator, elsewhere] = [await startEmulator(), await startEmulator()];
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL_STS'])
    vi.stubEnv(name, elsewhere.url);
  for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']) vi.stubEnv(name, elsewhere.url);
  for (const name of ['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT']) vi.stubEnv(name, 'true');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_PROFILE', 'nobody');
  vi.stubEnv('AWS_MAX_ATTEMPTS', '5');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIANOBODY');
  vi.stubEnv('AWS_SDK_UA_APP_ID', 'canary');
  vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=canary');
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'canary');
  vi.stubEnv('AWS_EXECUTION_ENV', 'canary');
  let headers = '';
  const when = (request: EmulatedRequest) => {
    headers += JSON.stringify(request.headers);
    return false;
  };
  emulator.script({ when, steps: 'ok' });
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a', ifVersion: 'absent' });
  expect(emulator.requests).toHaveLength(1);
  expect(elsewhere.connections).toBe(0);
  expect(headers).not.toContain('canary');
  emulator.script({ steps: { status: 503 } });
  expect((await vaultError(adapter.head(PATH, soon()))).code).toBe('unavailable');
  expect(emulator.requests).toHaveLength(2);
});

test('an unknown certificate is refused before anything is sent, whatever the environment says', async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const emulator = await startEmulator({ tls });
  const adapter = await openAdapter(emulator);
  const error = await vaultError(adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' }));
  expect(error).toMatchObject({ code: 'unavailable', maybeApplied: false });
  expect(emulator.requests).toEqual([]);
  const trusting = await openAdapter(emulator, { settings: { authMethod: 'keys', ...emulator.key, caCert: tls.cert } });
  await trusting.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  expect(emulator.secret(PATH)).toBeDefined();
});
