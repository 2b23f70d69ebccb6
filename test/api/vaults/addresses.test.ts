import { afterAll, beforeAll, expect, test } from 'vitest';
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

const settingsAt = (address: string) => ({ address, authMethod: 'token', token: 'hvs.canary-of-addresses' });
const add = (address: string) =>
  app.admin('POST', '/v1/vaults', { name: `vault ${++count}`, kind: 'hashicorp-vault', settings: settingsAt(address) });

test.each([
  'http://10.0.0.1',
  'http://169.254.169.254',
  'http://[fd00:ec2::254]:80',
  'http://[::1]:8200',
  'http://[::ffff:10.0.0.1]',
  'http://0xA9FEA9FE',
  'http://2851995902',
  'http://0251.0376.0251.0376',
  'http://192.168.1.1:8200',
  'http://0.0.0.0:8200',
  'https://internal.example.com',
  'https://mixed.example.com:8200',
  'http://metadata.google.internal',
  'http://metadata.google.internal.',
])('%s is refused when the vault is saved', async (address) => {
  const { status, json, text } = await add(address);
  expect(status).toBe(422);
  expect(json.errors).toEqual([
    { pointer: '/settings/address', expected: expect.stringContaining('KEYFERRY_VAULT_ALLOW') },
  ]);
  expect(text).not.toContain('canary');
});

test('what is public, what the operator lists and what does not resolve yet can be saved', async () => {
  for (const address of ['https://public.example.com', 'http://127.0.0.1:8200', 'https://later.example.com']) {
    expect((await add(address)).status, address).toBe(201);
  }
});

test('a saved vault does not move to a forbidden address either, and nothing is sent to a new host without the credential', async () => {
  const { json } = await add('https://public.example.com');
  const patch = (settings: Record<string, unknown>) => app.admin('PATCH', `/v1/vaults/${json.id}`, { settings });
  expect((await patch(settingsAt('http://10.0.0.1'))).status).toBe(422);
  const stolen = await patch({ address: trap.url });
  expect([stolen.status, stolen.json.errors]).toEqual([
    422,
    [{ pointer: '/settings/token', expected: expect.any(String) }],
  ]);
  expect(trap.connections()).toBe(0);
});

test('a name that leads to a forbidden address only later is refused at the connection', async () => {
  const { json } = await add('https://later.example.com');
  await app.db.query(
    `update vaults set settings = settings || '{"address":"http://internal.example.com"}' where id = $1::uuid`,
    [json.id],
  );
  const checked = await app.admin('POST', `/v1/vaults/${json.id}/check`);
  expect(checked.json).toEqual({ ok: false, code: 'permission_denied' });
});
