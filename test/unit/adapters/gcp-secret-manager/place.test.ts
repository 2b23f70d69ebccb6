import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { gcpSecretManagerModule } from '../../../../adapters/gcp-secret-manager/adapter-module.ts';
import { adapterPorts } from '../../../support/adapter-ports.ts';

const VALID = { projectId: 'my-project-1', authMethod: 'accessToken', accessToken: 'ya29.canary-1' };
const { settings, attributes } = gcpSecretManagerModule;
const parse = (change: object) => settings.safeParse({ ...VALID, ...change });
const place = (change: object) =>
  gcpSecretManagerModule.place(settings.parse({ ...VALID, ...change }), attributes.parse({}), adapterPorts());

test('all addresses of the service are one place', () => {
  const names = [
    {},
    { transport: 'rest' },
    { endpoint: 'secretmanager.googleapis.com' },
    { endpoint: 'https://SecretManager.GoogleAPIs.com:443/' },
    { endpoint: 'secretmanager-keyferry.p.googleapis.com' },
    { authMethod: 'ambient', accessToken: undefined },
  ].map(place);
  expect(new Set(names)).toEqual(new Set(['gcp-secret-manager/googleapis.com/my-project-1/global']));
});

test('other places have other names', () => {
  const names = [
    {},
    { projectId: 'my-project-2' },
    { location: 'europe-west3' },
    { endpoint: 'http://127.0.0.1:9000' },
    { endpoint: 'http://localhost:9001' },
  ].map(place);
  expect(new Set(names).size).toBe(5);
  expect(place({ endpoint: 'http://LOCALHOST.:9000/' })).toBe(place({ endpoint: 'http://127.1:9000' }));
});

test.each([
  ['an unknown setting', { insecure: true }, ''],
  ["the project's number", { projectId: '481516234200' }, 'projectId'],
  ['a project with a path', { projectId: 'canary-1/secrets' }, 'projectId'],
  ['a location with a path', { location: 'a/../canary-1' }, 'location'],
  ['plain text to another machine', { endpoint: 'http://canary-1.example.com' }, 'endpoint'],
  ['plain text to a name that looks local', { endpoint: 'http://127.0.0.1.canary-1.example' }, 'endpoint'],
  ['an endpoint with a path', { endpoint: 'https://example.com/canary-1' }, 'endpoint'],
  ['an endpoint with a password', { endpoint: 'https://canary-1:b@example.com' }, 'endpoint'],
  ['another scheme', { endpoint: 'unix:///canary-1' }, 'endpoint'],
  ['a token with a line', { accessToken: 'canary-1\n' }, 'accessToken'],
  ['no token', { accessToken: undefined }, 'accessToken'],
  ['a key beside a token', { serviceAccountKey: '{"canary-1":1}' }, 'serviceAccountKey'],
  ['no key', { authMethod: 'serviceAccountKey', accessToken: undefined }, 'serviceAccountKey'],
  [
    'a key of another kind',
    {
      authMethod: 'serviceAccountKey',
      accessToken: undefined,
      serviceAccountKey: '{"type":"external_account","x":"canary-1"}',
    },
    'serviceAccountKey',
  ],
  ['a token with surroundings', { authMethod: 'ambient' }, 'accessToken'],
  ['an unknown method', { authMethod: 'canary-1' }, 'authMethod'],
  ['no certificate', { caCert: 'canary-1' }, 'caCert'],
])('refused without repeating it: %s', (_name, change, field) => {
  const { success, error } = parse(change);
  expect(success).toBe(false);
  expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(field);
  expect(inspect(error, { depth: 9 })).not.toContain('canary-1');
});

test.each([
  ['an unknown attribute', { mount: 'x' }],
  ['a prefix that leaves', { prefix: 'a/../b' }],
  ['a prefix with a space', { prefix: 'a b' }],
  ['no location at all', { replication: [] }],
  ['a location with a path', { replication: ['a/b'] }],
  ['a label with capitals', { labels: { Team: 'blue' } }],
  ['a label that is too long', { labels: { team: 'b'.repeat(64) } }],
])('attributes refused: %s', (_name, change) => {
  expect(attributes.safeParse(change).success).toBe(false);
});

test('a path that a secret cannot hold is refused where it is claimed', () => {
  expect(() => gcpSecretManagerModule.locate(attributes.parse({}), 'n'.repeat(300))).toThrow(
    'locate: invalid_argument',
  );
  expect(gcpSecretManagerModule.locate(attributes.parse({ prefix: '/team/' }), 'db')).toBe('team__db');
});

test('locations for a regional secret are refused when it is opened', async () => {
  const parsed = settings.parse({ ...VALID, location: 'europe-west3' });
  const opening = gcpSecretManagerModule.open(parsed, attributes.parse({ replication: ['us-east1'] }), adapterPorts());
  await expect(opening).rejects.toMatchObject({ code: 'invalid_argument' });
});

test('the surroundings are refused where the operator does not allow them', async () => {
  const parsed = settings.parse({ projectId: 'my-project-1', authMethod: 'ambient' });
  const opening = gcpSecretManagerModule.open(parsed, attributes.parse({}), adapterPorts());
  await expect(opening).rejects.toMatchObject({ code: 'permission_denied' });
});
