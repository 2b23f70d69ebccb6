import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { VaultError } from '../../../adapters/vault-error.ts';
import { isPermitted, parseAllowList } from '../../../src/vaults/address-rules.ts';
import { createEgress } from '../../../src/vaults/egress.ts';
import { resolveFrom } from '../../support/adapter-ports.ts';

const allowing = (text: string) => {
  const allow = parseAllowList(text);
  if (!allow) throw new Error('not a list');
  return allow;
};
const NOBODY = allowing('');

const FORBIDDEN = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::1',
  '2001:db8::1',
  '2001:0:1234::1',
  '2002:7f00:1::',
  '2002:c0a8:101::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'not an address',
];
const PUBLIC = ['1.1.1.1', '8.8.8.8', '100.63.255.255', '100.128.0.0', '172.15.0.1', '172.32.0.1', '2606:4700::1111'];

test.each(FORBIDDEN)('%s is refused', (address) => {
  expect(isPermitted(address, NOBODY)).toBe(false);
});

test.each([...PUBLIC, '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])('%s is public', (address) => {
  expect(isPermitted(address, NOBODY)).toBe(true);
});

test('the list permits exactly what it names, in every form of it', () => {
  const allow = allowing('127.0.0.0/8, 10.20.0.0/15,fd12:3456::/32 ,192.168.7.9');
  const permitted = ['127.9.9.9', '::ffff:127.0.0.1', '10.20.0.1', '10.21.255.255', 'fd12:3456::1', '192.168.7.9'];
  for (const address of permitted) expect(isPermitted(address, allow), address).toBe(true);
  for (const address of ['10.19.255.255', '10.22.0.0', 'fd12:3457::1', '192.168.7.8', '::127.0.0.1', '::1']) {
    expect(isPermitted(address, allow), address).toBe(false);
  }
});

test.each(['10.0.0.0/33', '10.0.0/8', '*', '*.internal', 'a b', '10.0.0.0/8/8', '1.2.3', 'x'.repeat(300), 'host:80'])(
  'is no list: %s',
  (text) => expect(parseAllowList(text)).toBeUndefined(),
);

/** As sockets get them: after the URL parser. */
const SPELLINGS = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f.1',
  '0177.0.0.1',
  '127.0.0.1.',
  '[::1]',
  '[::ffff:7f00:1]',
];

test.each(SPELLINGS)('the literal %s is refused before anything is looked up', async (host) => {
  const egress = createEgress(NOBODY, resolveFrom({}));
  expect(() => egress.assertHost(host)).toThrow(VaultError);
  expect(() => egress.assertHost(new URL(`http://${host}`).hostname)).toThrow(VaultError);
  expect(await egress.permits(host)).toBe(false);
});

const lookup = (egress: ReturnType<typeof createEgress>, host: string, all = false) =>
  promisify((done: (error: Error | null, found: unknown) => void) =>
    egress.lookup(host, { all }, (error, address) => done(error, address)),
  )();

test('a name is as good as the worst of its addresses', async () => {
  const egress = createEgress(
    NOBODY,
    resolveFrom({ good: ['1.1.1.1', '2606:4700::1111'], mixed: ['1.1.1.1', '10.0.0.1'], localhost: ['127.0.0.1'] }),
  );
  expect(await lookup(egress, 'good')).toBe('1.1.1.1');
  expect(await lookup(egress, 'good', true)).toEqual([
    { address: '1.1.1.1', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ]);
  for (const name of ['mixed', 'localhost']) {
    await expect(lookup(egress, name)).rejects.toMatchObject({
      code: 'permission_denied',
      message: 'connect: permission_denied',
    });
    expect(await egress.permits(name)).toBe(false);
  }
  await expect(lookup(egress, 'nowhere')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  expect(await egress.permits('good')).toBe(true);
  expect(await egress.permits('nowhere')).toBe(true);
});

test('a name that is listed may lead anywhere, and only that name', async () => {
  const names = { 'vault.internal': ['10.0.0.1'], 'other.internal': ['10.0.0.1'] };
  const egress = createEgress(allowing('Vault.Internal'), resolveFrom(names));
  expect(await lookup(egress, 'VAULT.internal.'.slice(0, -1))).toBe('10.0.0.1');
  await expect(lookup(egress, 'other.internal')).rejects.toMatchObject({ code: 'permission_denied' });
  expect(() => egress.assertHost('10.0.0.1')).toThrow(VaultError);
});
