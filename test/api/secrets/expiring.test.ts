import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, startScene } from '../../support/scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ targets: 0, workers: false });
});
afterAll(() => scene.close());

const DAY = 86_400;
const now = Math.floor(Date.now() / 1000);

function token(exp?: number): string {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part(exp === undefined ? {} : { exp })}.${'s'.repeat(43)}`;
}

async function create(name: string, exp?: number): Promise<string> {
  const body = {
    project: 'shop',
    name,
    type: 'jwt_token',
    sourceProfileId: scene.source.profileId,
    payload: { value: token(exp) },
  };
  return String(must(await scene.admin('POST', '/v1/secrets', body), 201).secretId);
}

const names = async (query = '', api = scene.admin) =>
  (must(await api('GET', `/v1/expiring-secrets${query}`), 200).items as { name: string }[]).map(({ name }) => name);

test('what has ended or ends soon stands there, by the version in use, and only for who may see it', async () => {
  const over = await create('over', now - DAY);
  await create('late', now + 20 * DAY);
  await create('soon', now + 2 * DAY);
  await create('far', now + 300 * DAY);
  await create('never');
  expect(await names()).toEqual(['over', 'soon', 'late']);
  expect(await names('?days=3')).toEqual(['over', 'soon']);
  expect(await names('?days=400')).toEqual(['over', 'soon', 'late', 'far']);
  const renewed = { payload: { value: token(now + 200 * DAY) } };
  must(await scene.admin('POST', `/v1/secrets/${over}/versions`, renewed), 201);
  expect(await names()).toEqual(['soon', 'late']);

  const apart = must(await scene.admin('POST', '/v1/projects', { slug: 'apart', name: 'Apart' }), 201);
  const person = must(await scene.admin('POST', '/v1/users', { name: 'Pat', email: 'pat@example.com' }), 201);
  const grant = { subjectType: 'person', subjectId: person.id, role: 'viewer', projectId: apart.id };
  must(await scene.admin('POST', '/v1/role-grants', grant), 201);
  const made = must(await scene.admin('POST', '/v1/tokens', { name: 'looks', userId: person.id }), 201);
  expect(await names('', scene.admin.as(String(made.token)))).toEqual([]);
});

test('a lifetime counts as well, of the secret or of the version in use, and the first end of several', async () => {
  const at = (days: number) => new Date((now + days * DAY) * 1000).toISOString();
  const make = (name: string, more: object) =>
    scene.admin('POST', '/v1/secrets', {
      project: 'shop',
      name,
      type: 'jwt_token',
      sourceProfileId: scene.source.profileId,
      payload: { value: token() },
      ...more,
    });
  must(await make('short', { lifetime: { expiresAt: at(7) } }), 201);
  must(await make('brief', { versionLifetime: { expiresAt: at(6) } }), 201);
  must(await make('long', { lifetime: { expiresAt: at(90) } }), 201);
  const content = { payload: { value: token(now + 5 * DAY) }, lifetime: { expiresAt: at(9) } };
  const several = String(must(await make('several', content), 201).secretId);
  expect(await names('?days=10')).toEqual(['soon', 'several', 'brief', 'short']);
  const { items } = must(await scene.admin('GET', '/v1/expiring-secrets'), 200) as { items: { secretId: string }[] };
  expect(items.find(({ secretId }) => secretId === several)).toMatchObject({ version: 1, expiresAt: at(5) });
});
