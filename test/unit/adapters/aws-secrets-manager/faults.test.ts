import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SecretValue } from '../../../../adapters/secret-value.ts';
import { isAction, openAdapter, PATH, readText, soon, startEmulator, value, vaultError } from './support.ts';

const write = { ...soon(60_000) };

test.each([
  ['AccessDeniedException', 'permission_denied'],
  ['DecryptionFailure', 'unavailable'],
  ['EncryptionFailure', 'unavailable'],
  ['ExpiredTokenException', 'unauthenticated'],
  ['IncompleteSignature', 'unauthenticated'],
  ['InvalidParameterException', 'invalid_argument'],
  ['InvalidSignatureException', 'unauthenticated'],
  ['LimitExceededException', 'limit_exceeded'],
  ['ThrottlingException', 'rate_limited'],
  ['UnrecognizedClientException', 'unauthenticated'],
  ['ValidationException', 'invalid_argument'],
])('%s is %s and changed nothing', async (type, code) => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  emulator.script({
    steps: { status: 400, body: { __type: `com.amazonaws.secretsmanager#${type}`, message: 'canary' } },
  });
  for (const ifVersion of [undefined, 'absent'] as const) {
    const options = { ...write, operationId: 'a', ...(ifVersion && { ifVersion }) };
    const error = await vaultError(adapter.write(PATH, value('x'), options));
    expect(error).toMatchObject({ code, maybeApplied: false });
    expect(`${error.stack}`).not.toContain('canary');
  }
});

test.each([
  [{ status: 404 }, 'unknown'],
  [{ status: 404, body: { message: 'Not Found' } }, 'unknown'],
  [{ status: 400, body: { __type: 'NobodyKnowsThis' } }, 'unknown'],
  [{ status: 403, body: '<html>' }, 'unknown'],
  [{ status: 429 }, 'rate_limited'],
  [{ status: 500, body: { __type: 'ResourceNotFoundException' } }, 'unavailable'],
  [{ status: 502 }, 'unavailable'],
  [{ status: 200 }, 'unknown'],
  [{ status: 200, body: {} }, 'unknown'],
  [{ status: 200, body: { Name: 'another' } }, 'unknown'],
  [{ status: 301, headers: { location: 'http://127.0.0.1:9/' } }, 'unavailable'],
  ['wrong-body', 'unknown'],
  ['huge-body', 'unknown'],
  ['reset', 'unavailable'],
] as const)('what is not an answer of AWS is never "there is none": %j', async (steps, code) => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('x'), { ...write, operationId: 'a' });
  emulator.script({ steps });
  const listing = adapter.list('', soon())[Symbol.asyncIterator]().next();
  const calls = [adapter.head(PATH, soon()), adapter.read(PATH, soon()), adapter.check(soon()), listing];
  for (const error of await Promise.all(calls.map(vaultError))) {
    expect(error).toMatchObject({ code, maybeApplied: false });
  }
});

test('a listing that fails on any page fails', async () => {
  const emulator = await startEmulator({ pageSize: 2 });
  const adapter = await openAdapter(emulator);
  for (const name of ['a', 'b', 'c', 'd', 'e']) await adapter.write(name, value('x'), { ...write, operationId: name });
  const all = async (): Promise<string[]> => {
    const paths: string[] = [];
    for await (const path of adapter.list('', soon())) paths.push(path);
    return paths;
  };
  expect(await all()).toEqual(['a', 'b', 'c', 'd', 'e']);
  const denied = { status: 400, body: { __type: 'AccessDeniedException' } };
  for (const [last, code] of [
    [denied, 'permission_denied'],
    [{ status: 200, body: {} }, 'unknown'],
    [{ status: 200, body: { SecretList: [], NextToken: 'same' } }, 'unknown'],
  ] as const) {
    const script = emulator.script({ when: isAction('ListSecrets'), steps: ['ok', last] });
    expect((await vaultError(all())).code).toBe(code);
    script.remove();
  }
});

test('names of others that are no paths of ours are left out, also with a prefix', async () => {
  const emulator = await startEmulator();
  const [whole, part] = [await openAdapter(emulator), await openAdapter(emulator, { attributes: { prefix: '/team' } })];
  await part.write('mine', value('x'), { ...write, operationId: 'a' });
  await whole.write('team/not-below', value('x'), { ...write, operationId: 'b' });
  const odd = await openAdapter(emulator, { attributes: { prefix: '/team/user@example.com+x' } });
  await odd.write('entry', value('x'), { ...write, operationId: 'c' });
  const listed = async (adapter: typeof whole): Promise<string[]> => {
    const paths: string[] = [];
    for await (const path of adapter.list('', soon())) paths.push(path);
    return paths;
  };
  expect(await listed(whole)).toEqual(['team/not-below']);
  expect(await listed(part)).toEqual(['mine']);
  expect(await listed(odd)).toEqual(['entry']);
});

test('plain secrets are the bytes themselves: text as text, anything else as binary', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator, { attributes: { encoding: 'plain' } });
  const contents = ['text\n', '{"a":"b"}', '\ufeffbom', 'nul\u0000', randomBytes(48), Uint8Array.of(0xff)];
  for (const [index, content] of contents.entries()) {
    await adapter.write(PATH, value(content), { ...write, operationId: `op-${index}` });
    const read = (await adapter.read(PATH, soon())).fields.get('value');
    expect(read && value(content).get('value')?.equals(read)).toBe(true);
    const stored = [...(emulator.secret(PATH)?.versions.values() ?? [])].at(-1)?.content ?? {};
    const text = typeof content === 'string' && !content.includes('\u0000');
    expect(Object.keys(stored)).toEqual([text ? 'SecretString' : 'SecretBinary']);
  }
});

test('what plain cannot hold, and what AWS cannot hold, is refused before anything is sent', async () => {
  const emulator = await startEmulator();
  const [plain, json] = [
    await openAdapter(emulator, { attributes: { encoding: 'plain' } }),
    await openAdapter(emulator),
  ];
  const two = new Map([...value('x'), ['other', SecretValue.fromText('y')] as const]);
  const many = new Map(Array.from({ length: 6_000 }, (_, index) => [`n${index}`, SecretValue.fromText('x')] as const));
  for (const [adapter, fields, code] of [
    [plain, two, 'invalid_argument'],
    [plain, value(''), 'invalid_argument'],
    [json, many, 'too_large'],
  ] as const) {
    const error = await vaultError(adapter.write(PATH, fields, { ...write, operationId: 'a' }));
    expect(error).toMatchObject({ code, maybeApplied: false });
  }
  expect(emulator.requests).toEqual([]);
});

test('what others stored is read as it is, whatever its form', async () => {
  const emulator = await startEmulator();
  const [plain, json] = [
    await openAdapter(emulator, { attributes: { encoding: 'plain' } }),
    await openAdapter(emulator),
  ];
  for (const content of ['no json', '[1,2]', '{"a":1}', '"text"', 'null']) {
    await plain.write(PATH, value(content), { ...write, operationId: randomBytes(8).toString('hex') });
    expect(await readText(json)).toBe(content);
  }
});

test('a version that AWS dropped is not found', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('x'), { ...write, operationId: 'a' });
  const read = adapter.read(PATH, { ...soon(), version: '00000000-0000-4000-8000-000000000000' });
  expect((await vaultError(read)).code).toBe('not_found');
});

test('a name that is too long is refused before anything is sent', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator, { attributes: { prefix: 'p' } });
  await adapter.write('n'.repeat(510), value('x'), { ...write, operationId: 'a' });
  const error = await vaultError(adapter.write('n'.repeat(511), value('x'), { ...write, operationId: 'b' }));
  expect(error).toMatchObject({ code: 'invalid_argument', maybeApplied: false });
});

test('check refuses an account that the settings do not mean', async () => {
  const emulator = await startEmulator();
  const key = emulator.identities.createKey({}, { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' });
  const open = (accountId: string) => openAdapter(emulator, { settings: { authMethod: 'keys', ...key, accountId } });
  await (await open(emulator.account)).write(PATH, value('x'), { ...write, operationId: 'a' });
  expect(await (await open(emulator.account)).check(soon())).toEqual([]);
  expect((await vaultError((await open('210987654321')).check(soon()))).code).toBe('invalid_argument');
});

test('check names the single right that is missing', async () => {
  const emulator = await startEmulator();
  const all = ['ListSecrets', 'DescribeSecret', 'GetSecretValue', 'CreateSecret', 'PutSecretValue', 'TagResource'];
  all.push('UpdateSecretVersionStage', 'UntagResource', 'DeleteSecret', 'RestoreSecret');
  for (const lacking of all) {
    const key = emulator.identities.createKey({ actions: all.filter((action) => action !== lacking) });
    const adapter = await openAdapter(emulator, { settings: { authMethod: 'keys', ...key } });
    expect((await adapter.check(soon())).map(({ right }) => right)).toEqual([`secretsmanager:${lacking}`]);
  }
  expect(emulator.journal).toEqual([]);
});
