import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AwsEmulator, actionOf, startAwsEmulator } from '../../support/emulators/aws-secrets-manager.ts';
import { must, type Scene, startScene } from '../../support/scene.ts';
import { syncDesk } from '../../support/sync-desk.ts';

/*
 * AWS keeps 100 versions of a secret and drops none that is younger than a day
 * (https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html): the next one is refused for hours. Nobody
 * waits for that long, and nothing else may.
 */
const DAY_MS = 86_400_000;
const MOST = 100;
let scene: Scene;
let aws: AwsEmulator;
let place: { readonly vaultId: string; readonly profileId: string };

beforeAll(async () => {
  scene = await startScene({ targets: 0, settings: { vaultTimeoutMs: 2_000 } });
  aws = await startAwsEmulator();
  const settings = { region: aws.region, endpoint: aws.url, authMethod: 'keys', ...aws.key };
  const body = { name: 'aws', kind: 'aws-secrets-manager', settings };
  const vaultId = must(await scene.admin('POST', '/v1/vaults', body), 201).id as string;
  const profile = must(await scene.admin('POST', '/v1/vault-profiles', { name: 'aws', vaultId }), 201);
  place = { vaultId, profileId: profile.id as string };
});
afterAll(async () => {
  await scene?.close();
  await aws?.close();
});

const put = { when: (request: Parameters<typeof actionOf>[0]) => actionOf(request) === 'PutSecretValue' };
const desk = () => syncDesk(scene);
const write = (id: string, value: string) => scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value } });
const versionsIn = (path: string) => [...aws.stored()].find(([name]) => name.endsWith(path))?.[1].versions.size;

/** As many versions as AWS takes, all of them today. */
async function full(name: string): Promise<{ id: string; path: string }> {
  const made = await desk().made(name, [], place);
  for (let version = 2; version <= MOST; version++) await desk().write(made.id, version);
  expect(versionsIn(made.path)).toBe(MOST);
  return made;
}

test('the version too many fails at once, says why, and the secret stays usable', async () => {
  const { id, path } = await full('too-many');
  const refused = await write(id, 'too many');
  expect([refused.status, refused.json.code, refused.json.vaultCode]).toEqual([
    422,
    'vault_rejected',
    'limit_exceeded',
  ]);
  expect(refused.json.detail).toContain('try again hours later');
  const change = must(await scene.admin('GET', `/v1/change-requests/${refused.json.changeRequestId}`), 200);
  expect(change).toMatchObject({ state: 'failed', code: 'limit_exceeded' });

  // The answer to the first request is lost, so somebody looks, finds nothing, and repeats it.
  aws.script({ ...put, steps: 'reset', count: 1 });
  const unclear = await write(id, 'too many');
  expect([unclear.status, unclear.json.vaultCode]).toEqual([422, 'limit_exceeded']);
  expect(await desk().call('GET', `/v1/secrets/${id}`)).toMatchObject({ state: 'active', latestVersion: MOST });
  const content = await desk().call('GET', `/v1/secrets/${id}/versions/latest/content`);
  expect(content.payload).toEqual({ value: `v${MOST}` });
  expect(versionsIn(path)).toBe(MOST);
  const open = await scene.broker.db.query('select 1 from change_requests where ended_at is null');
  expect(open).toEqual([]);

  // Nobody else at that vault is held up: it is not the pace.
  await desk().made('beside', [], place);
  aws.pass(DAY_MS);
  expect(must(await write(id, 'the next day'), 201)).toMatchObject({ version: { version: MOST + 1 } });
  expect(versionsIn(path)).toBe(MOST);
});

test('a copy that is refused for it says so, is tried again seldom, and arrives in the end', async () => {
  const { id, path } = await desk().made('copied', [place]);
  await desk().inState(id, place, 'synced');
  aws.script({ ...put, steps: { status: 400, body: { __type: 'LimitExceededException' } }, count: 1 });
  await desk().write(id, 2);
  const failed = await desk().inState(id, place, 'failed');
  expect(failed).toMatchObject({ code: 'limit_exceeded', observedVersion: 1 });
  expect(Date.parse(failed.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(240_000);
  expect(versionsIn(path)).toBe(1);
  await desk().hurry(id);
  await desk().call('POST', `/v1/secrets/${id}/sync`);
  expect(await desk().inState(id, place, 'synced')).toMatchObject({ observedVersion: 2 });
});
