import { expect, test } from 'vitest';
import { createKeyring, parseMasterKeys } from '../../../src/crypto/keyring.ts';
import { SealError } from '../../../src/crypto/seal.ts';
import { openWebhook, rotated, sealWebhook, validSecrets } from '../../../src/notifications/webhook-secrets.ts';
import { isSigningSecret, newSigningSecret, signatureHeaders } from '../../../src/notifications/webhook-signature.ts';

/* The example of the reference libraries: https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const BODY = '{"test": 2432232314}';
const AT = new Date(1614265330 * 1000);

test('signs as the reference libraries do', () => {
  expect(signatureHeaders(ID, AT, BODY, [SECRET])).toEqual({
    'webhook-id': ID,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('while a secret is being rotated both sign, the new one first', () => {
  const old = { url: 'https://a.example/', secret: SECRET };
  const both = rotated(old, newSigningSecret(), new Date('2026-11-03T00:00:00.000Z'));
  const signed = (now: string) =>
    signatureHeaders(ID, AT, BODY, validSecrets(both, new Date(now)))['webhook-signature'].split(' ');
  expect(signed('2026-11-02T23:59:59.999Z')).toHaveLength(2);
  expect(signed('2026-11-02T23:59:59.999Z')[1]).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  expect(signed('2026-11-03T00:00:00.000Z')).toEqual([signed('2026-11-02T00:00:00.000Z')[0]]);
});

test.each([
  [SECRET, true],
  [newSigningSecret(), true],
  [`whsec_${Buffer.alloc(23).toString('base64')}`, false],
  [`whsec_${Buffer.alloc(64).toString('base64')}`, true],
  [`whsec_${Buffer.alloc(65).toString('base64')}`, false],
  [SECRET.slice(6), false],
  [`${SECRET}!`, false],
  ['whsec_', false],
])('%s is a signing secret: %s', (text, yes) => {
  expect(isSigningSecret(text)).toBe(yes);
});

test('URL and secrets open for their webhook only', () => {
  const keyring = createKeyring(parseMasterKeys(Buffer.from([...Array(32).keys()]).toString('base64')));
  const owner = { organizationId: '01936f6e-0000-7000-8000-000000000001', id: '01936f6e-0000-7000-8000-000000000009' };
  const secrets = { url: 'https://hooks.example.com/T0/B0/credential', secret: SECRET };
  const sealed = sealWebhook(keyring, owner, secrets);
  expect(openWebhook(keyring, owner, sealed)).toEqual(secrets);
  expect(sealed.includes('credential')).toBe(false);
  for (const other of [
    { ...owner, id: '01936f6e-0000-7000-8000-00000000000a' },
    { ...owner, organizationId: '01936f6e-0000-7000-8000-00000000000a' },
  ]) {
    expect(() => openWebhook(keyring, other, sealed)).toThrow(SealError);
  }
});
