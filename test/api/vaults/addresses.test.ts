import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VaultKind } from '../../../adapters/adapter.ts';
import { startTrap, type Trap } from '../../support/trap-server.ts';
import { startVaultApp, type VaultApp } from '../../support/vault-app.ts';

let app: VaultApp;
let trap: Trap;
let count = 0;

beforeAll(async () => {
  trap = await startTrap();
  app = await startVaultApp({
    names: {
      'public.example.com': ['1.1.1.1'],
      'internal.example.com': ['10.0.0.1'],
      'mixed.example.com': ['1.1.1.1', '169.254.169.254'],
      'metadata.google.internal': ['169.254.169.254'],
    },
  });
});
afterAll(async () => {
  await app.close();
  await trap.close();
});

/** One setting of a kind that says where its vault is. */
interface Address {
  readonly title: string;
  readonly kind: VaultKind;
  /** The setting that is named when its address is refused. */
  readonly setting: string;
  /** The setting that must be sent again with another address. */
  readonly credential: string;
  /** Of the setting in the vault's row; absent where the address lies in the credential. */
  readonly plain?: true;
  settings(address: string): Readonly<Record<string, unknown>>;
}

const CANARY = 'canary-of-addresses';
const AWS_KEY = { accessKeyId: 'AKIAQYLPMN5HHHFPZAM2', secretAccessKey: CANARY };
const gcp = (endpoint: string) => ({
  projectId: 'test-project',
  authMethod: 'accessToken',
  accessToken: CANARY,
  endpoint,
});
const kubeconfig = (server: string) => `
current-context: one
contexts: [{ name: one, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: '${server}' } }]
users: [{ name: u, user: { token: '${CANARY}' } }]
`;

const ADDRESSES: readonly Address[] = [
  {
    title: 'hashicorp-vault',
    kind: 'hashicorp-vault',
    setting: 'address',
    credential: 'token',
    plain: true,
    settings: (address) => ({ address, authMethod: 'token', token: CANARY }),
  },
  {
    title: 'aws-secrets-manager',
    kind: 'aws-secrets-manager',
    setting: 'endpoint',
    credential: 'secretAccessKey',
    plain: true,
    settings: (endpoint) => ({ region: 'eu-central-1', authMethod: 'keys', ...AWS_KEY, endpoint }),
  },
  {
    title: 'aws-secrets-manager, where roles are taken',
    kind: 'aws-secrets-manager',
    setting: 'stsEndpoint',
    credential: 'secretAccessKey',
    plain: true,
    settings: (stsEndpoint) => ({
      region: 'eu-central-1',
      authMethod: 'keys',
      ...AWS_KEY,
      endpoint: 'https://public.example.com',
      roleArn: 'arn:aws:iam::123456789012:role/keyferry',
      stsEndpoint,
    }),
  },
  {
    title: 'gcp-secret-manager',
    kind: 'gcp-secret-manager',
    setting: 'endpoint',
    credential: 'accessToken',
    plain: true,
    settings: gcp,
  },
  {
    title: 'gcp-secret-manager, without a scheme',
    kind: 'gcp-secret-manager',
    setting: 'endpoint',
    credential: 'accessToken',
    plain: true,
    settings: (endpoint) => gcp(endpoint.replace('https://', '')),
  },
  {
    title: 'kubernetes',
    kind: 'kubernetes',
    setting: 'address',
    credential: 'token',
    plain: true,
    settings: (address) => ({ address, authMethod: 'token', token: CANARY }),
  },
  {
    title: 'kubernetes, in a kubeconfig',
    kind: 'kubernetes',
    setting: 'kubeconfig',
    credential: 'kubeconfig',
    settings: (server) => ({ authMethod: 'kubeconfig', kubeconfig: kubeconfig(server) }),
  },
  {
    title: 'scaleway',
    kind: 'scaleway',
    setting: 'endpoint',
    credential: 'secretKey',
    plain: true,
    settings: (endpoint) => ({
      region: 'fr-par',
      projectId: 'c3b6a1f0-6a3e-4b8e-9d2f-0a1b2c3d4e5f',
      secretKey: CANARY,
      endpoint,
    }),
  },
];

describe.each(ADDRESSES)('$title', ({ kind, setting, credential, plain, settings }) => {
  const add = (address: string) =>
    app.admin('POST', '/v1/vaults', { name: `vault ${++count}`, kind, settings: settings(address) });

  test.each([
    'https://10.0.0.1',
    'https://169.254.169.254',
    'https://[fd00:ec2::254]:80',
    'https://[::1]:8200',
    'https://[::ffff:10.0.0.1]',
    'https://0xA9FEA9FE',
    'https://2851995902',
    'https://0251.0376.0251.0376',
    'https://192.168.1.1:8200',
    'https://0.0.0.0:8200',
    'https://internal.example.com',
    'https://mixed.example.com:8200',
    'https://metadata.google.internal',
    'https://metadata.google.internal.',
  ])('%s is refused when the vault is saved (F2)', async (address) => {
    const { status, json, text } = await add(address);
    expect(status).toBe(422);
    expect(json.errors).toEqual([
      { pointer: `/settings/${setting}`, expected: expect.stringContaining('KEYFERRY_VAULT_ALLOW') },
    ]);
    expect(text).not.toContain('canary');
  });

  test('what is public, what the operator lists and what does not resolve yet can be saved', async () => {
    for (const address of ['https://public.example.com', 'https://127.0.0.1:8200', 'https://later.example.com']) {
      expect((await add(address)).status, address).toBe(201);
    }
  });

  test('a saved vault does not move to a forbidden address, and to another one only with its credential (F3)', async () => {
    const { json } = await add('https://public.example.com');
    const patch = (change: Readonly<Record<string, unknown>>) =>
      app.admin('PATCH', `/v1/vaults/${json.id}`, { settings: change });
    const forbidden = await patch(settings('https://10.0.0.1'));
    expect([forbidden.status, forbidden.json.errors]).toMatchObject([422, [{ pointer: `/settings/${setting}` }]]);
    if (plain === undefined) return;
    const elsewhere = trap.url.replace('http:', 'https:');
    const { [setting]: moved } = settings(elsewhere);
    const stolen = await patch({ [setting]: moved });
    expect(stolen.status).toBe(422);
    expect((stolen.json.errors as { pointer: string }[]).map(({ pointer }) => pointer)).toContain(
      `/settings/${credential}`,
    );
    expect(trap.connections()).toBe(0);
  });

  test('a name that leads to a forbidden address only later is refused at the connection (F2)', async () => {
    if (plain === undefined) return;
    const { json } = await add('https://later.example.com');
    const { [setting]: moved } = settings('https://internal.example.com');
    await app.db.query(
      `update vaults set settings = settings || jsonb_build_object($2::text, $3::text) where id = $1::uuid`,
      [json.id, setting, moved],
    );
    const checked = await app.admin('POST', `/v1/vaults/${json.id}/check`);
    expect(checked.json).toEqual({ ok: false, code: 'permission_denied' });
  });
});

test('plain text is refused for forbidden addresses just as well (F2)', async () => {
  const settings = { address: 'http://169.254.169.254', authMethod: 'token', token: CANARY };
  const refused = await app.admin('POST', '/v1/vaults', { name: 'plain', kind: 'hashicorp-vault', settings });
  expect([refused.status, refused.json.errors]).toMatchObject([422, [{ pointer: '/settings/address' }]]);
});
