import { expect, test } from 'vitest';
import type { SecretType } from '../../../../src/secrets/payload/secret-type.ts';
import { certified, codesOf, ecKeyPem, evidenceOf, keyStore, type Payload, privateKeyPem, token } from './support.ts';

const web = certified(90);
const next = certified(120);
const sooner = certified(30);
const PASSWORDS = ['kR7#pz9Qm2Xv4Lt8', 'w3Hn!8sYbT6dJf0e', 'Zq5vG-2kLr9xPc7u', '0aUe$6mWt1iOo8Nh'] as const;
const [p1, p2, p3, p4] = PASSWORDS;
const login = (password: string): Payload => ({ username: 'shop', password });

interface Seeded {
  readonly what: string;
  readonly type: SecretType;
  /** Oldest first; none for a new secret. */
  readonly versions: readonly Payload[];
  readonly next: Payload;
}

const change = (what: string, type: SecretType, versions: readonly Payload[], payload: Payload): Seeded => ({
  what,
  type,
  versions,
  next: payload,
});

const BAD: readonly (Seeded & { readonly because: string })[] = [
  {
    ...change('key of another certificate', 'key_value', [{ key: web.key, cert: web.cert }], {
      key: web.key,
      cert: next.cert,
    }),
    because: 'key_does_not_match_certificate',
  },
  {
    ...change('key store with a wrong key', 'key_store', [keyStore(web.key, web.cert)], keyStore(web.key, next.cert)),
    because: 'key_does_not_match_certificate',
  },
  {
    ...change('password of two versions ago', 'basic_auth', [login(p1), login(p2), login(p3)], login(p1)),
    because: 'value_reused',
  },
  { ...change('expired token', 'jwt_token', [{ value: token(10) }], { value: token(-1) }), because: 'expired' },
  {
    ...change(
      'expired certificate',
      'key_value',
      [{ key: web.key, cert: web.cert }],
      ((old) => ({ key: old.key, cert: old.cert }))(certified(-2, { from: -9 })),
    ),
    because: 'expired',
  },
  {
    ...change('dropped field', 'key_value', [{ api_key: p1, webhook_secret: p2 }], { api_key: p3 }),
    because: 'field_removed',
  },
  {
    ...change('shorter RSA key', 'private_key', [{ value: privateKeyPem(3072) }], { value: privateKeyPem(2048) }),
    because: 'weaker_key',
  },
  { ...change('1024 bits', 'private_key', [], { value: privateKeyPem(1024) }), because: 'weak_key' },
  {
    ...change('smaller curve', 'private_key', [{ value: ecKeyPem('secp384r1') }], { value: ecKeyPem('prime256v1') }),
    because: 'weaker_key',
  },
  {
    ...change('half the symmetric key', 'secret_key', [{ value: Buffer.from(p1 + p2).toString('base64') }], {
      value: Buffer.from(p3).subarray(0, 8).toString('base64'),
    }),
    because: 'weaker_key',
  },
  {
    ...change('certificate that ends sooner', 'key_value', [{ key: web.key, cert: web.cert }], {
      key: sooner.key,
      cert: sooner.cert,
    }),
    because: 'expires_sooner',
  },
  { ...change('placeholder', 'api_key', [{ value: p1 }], { value: 'changeme' }), because: 'placeholder' },
  {
    ...change('TODO in one field', 'key_value', [{ token: p1, secret: p2 }], { token: 'TODO: ask ops', secret: p3 }),
    because: 'placeholder',
  },
  {
    ...change('variable that was not filled in', 'basic_auth', [login(p1)], {
      username: 'shop',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder that nobody filled
      password: '${DB_PASSWORD}',
    }),
    because: 'placeholder',
  },
  {
    ...change('line break at the end', 'api_key', [{ value: p1 }], { value: `${p2}\n` }),
    because: 'surrounding_whitespace',
  },
  {
    ...change('same value in two fields', 'key_value', [{ read_token: p1, write_token: p2 }], {
      read_token: p3,
      write_token: p3,
    }),
    because: 'same_value_in_fields',
  },
  { ...change('PIN', 'basic_auth', [login(p1)], login('7391')), because: 'low_strength' },
  {
    ...change('base64 of base64', 'secret_key', [{ value: Buffer.from(p1 + p2).toString('base64') }], {
      value: Buffer.from(Buffer.from(p3 + p4).toString('base64')).toString('base64'),
    }),
    because: 'double_base64',
  },
  { ...change('the very content it has', 'api_key', [{ value: p1 }], { value: p1 }), because: 'nothing_changes' },
  {
    ...change('certificate replaced by text', 'key_value', [{ key: web.key, cert: web.cert }], {
      key: web.key,
      cert: 'see ticket, will be uploaded later by the platform team',
    }),
    because: 'form_changed',
  },
  {
    ...change(
      'certificate that is not good yet',
      'key_value',
      [],
      ((early) => ({ key: early.key, cert: early.cert }))(certified(90, { from: 9 })),
    ),
    because: 'not_yet_valid',
  },
  {
    ...change('quotes of an env file', 'api_key', [{ value: p1 }], { value: `"${p2}"` }),
    because: 'surrounding_quotes',
  },
  { ...change('emptied field', 'key_value', [{ token: p1, secret: p2 }], { token: '', secret: p3 }), because: 'empty' },
];

const GOOD: readonly Seeded[] = [
  change('new password', 'basic_auth', [login(p1)], login(p2)),
  change('first password', 'basic_auth', [], login(p1)),
  change('third password in a row', 'basic_auth', [login(p1), login(p2)], login(p3)),
  change('new user name and password', 'basic_auth', [login(p1)], { username: 'shop-2', password: p2 }),
  change('new API key', 'api_key', [{ value: p1 }], { value: p2 }),
  change('API key in hex', 'api_key', [{ value: p1 }], { value: Buffer.from(p2 + p3).toString('hex') }),
  change('token that lasts longer', 'jwt_token', [{ value: token(10) }], { value: token(40) }),
  change('token after an expired one', 'jwt_token', [{ value: token(-3) }], { value: token(1) }),
  change('renewed pair', 'key_value', [{ key: web.key, cert: web.cert }], { key: next.key, cert: next.cert }),
  change('pair in one field', 'key_value', [], { bundle: `${web.cert}${web.key}` }),
  change('renewed key store', 'key_store', [keyStore(web.key, web.cert)], keyStore(next.key, next.cert)),
  change('longer RSA key', 'private_key', [{ value: privateKeyPem(2048) }], { value: privateKeyPem(3072) }),
  change('RSA to P-384', 'private_key', [{ value: privateKeyPem(2048) }], { value: ecKeyPem('secp384r1') }),
  change('key of the same size', 'private_key', [{ value: ecKeyPem('prime256v1') }], { value: ecKeyPem('prime256v1') }),
  change('symmetric key of the same size', 'secret_key', [{ value: Buffer.from(p1 + p2).toString('base64') }], {
    value: Buffer.from(p3 + p4).toString('base64'),
  }),
  change('a further field', 'key_value', [{ api_key: p1 }], { api_key: p1, webhook_secret: p2 }),
  change('one field of three', 'key_value', [{ host: 'db.example.com', port: '5432', password: p1 }], {
    host: 'db.example.com',
    port: '5432',
    password: p2,
  }),
  change('a setting beside the secret', 'key_value', [{ region: 'eu-1', api_key: p1 }], {
    region: 'us-2',
    api_key: p1,
  }),
  change('a document', 'generic', [{ value: `{"client":"shop","secret":"${p1}"}\n` }], {
    value: `{"client":"shop","secret":"${p2}"}\n`,
  }),
  change('bytes', 'generic', [], { value: Buffer.from(p1 + p2 + p3, 'base64') }),
];

test('there are at least twenty of each', () => {
  expect(Math.min(BAD.length, GOOD.length)).toBeGreaterThanOrEqual(20);
});

test.each(BAD)('bad: $what', ({ type, versions, next: payload, because }) => {
  expect(codesOf(evidenceOf(type, versions, payload).warnings)).toContain(because);
});

test.each(GOOD)('good: $what', ({ type, versions, next: payload }) => {
  expect(evidenceOf(type, versions, payload).warnings).toEqual([]);
});

test('none of them shows a value', () => {
  for (const { type, versions, next: payload } of [...BAD, ...GOOD]) {
    const shown = JSON.stringify(evidenceOf(type, versions, payload));
    for (const value of Object.values(payload)) {
      const text = Buffer.from(value).toString('utf8');
      if (text.length > 8) expect(shown).not.toContain(text);
    }
  }
});
