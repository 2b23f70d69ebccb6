import { expect, test } from 'vitest';
import { realAddress } from '../../../../adapters/lib/real-address.ts';

test.each([
  ['https://vault.example.com', 'https://vault.example.com:443'],
  ['https://vault.example.com/', 'https://vault.example.com:443'],
  ['HTTPS://Vault.Example.COM.:443//', 'https://vault.example.com:443'],
  ['http://vault.example.com', 'http://vault.example.com:80'],
  ['https://vault.example.com:8200', 'https://vault.example.com:8200'],
  ['http://127.1:8200', 'http://127.0.0.1:8200'],
  ['http://2130706433:8200', 'http://127.0.0.1:8200'],
  ['http://0x7f000001:8200', 'http://127.0.0.1:8200'],
  ['http://0177.0.0.1:8200', 'http://127.0.0.1:8200'],
  ['http://[::ffff:127.0.0.1]:8200', 'http://127.0.0.1:8200'],
  ['http://[::ffff:a9fe:a9fe]', 'http://169.254.169.254:80'],
  ['http://[0:0:0:0:0:0:0:1]:8200', 'http://127.0.0.1:8200'],
  ['http://localhost.:8200', 'http://127.0.0.1:8200'],
  ['http://vault.localhost:8200', 'http://127.0.0.1:8200'],
  ['http://[2001:DB8::0:1]:8200', 'http://[2001:db8::1]:8200'],
  ['https://bücher.example', 'https://xn--bcher-kva.example:443'],
])('%s is %s', (text, address) => {
  expect(realAddress(text)).toBe(address);
});

test.each([
  '',
  'vault.example.com',
  'ftp://vault.example.com',
  'file:///etc/passwd',
  'https://user@vault.example.com',
  'https://user:password@vault.example.com',
  'https://vault.example.com/v1',
  'https://vault.example.com?x=1',
  'https://vault.example.com?',
  'https://vault.example.com/#',
  'https://vault.example.com\\@other',
  ' https://vault.example.com',
  'https://vault.exa\tmple.com',
  'https://',
  'https://.',
])('%j is no server', (text) => {
  expect(realAddress(text)).toBeUndefined();
});
