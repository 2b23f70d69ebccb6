import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig, writeConfig } from '../../../src/cli/config-file.ts';
import { environmentName } from '../../../src/cli/environment-name.ts';
import { exitCodeOf } from '../../../src/cli/exit-codes.ts';
import { explainError } from '../../../src/cli/explain-error.ts';
import type { Io } from '../../../src/cli/io.ts';
import { printable } from '../../../src/cli/printable.ts';
import { readValue } from '../../../src/cli/read-value.ts';
import { parseSecretRef } from '../../../src/cli/secret-ref.ts';
import { formatList, formatOne, type View } from '../../../src/cli/show.ts';
import { KeyferryError } from '../../../src/client/keyferry.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-pieces-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function world(stdin = '', env: Record<string, string> = {}): { io: Io; said: () => string } {
  let said = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said += chunk.toString();
      done();
    },
  });
  const io: Io = {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: sink,
    stderr: sink,
    env,
    signal: new AbortController().signal,
    takeSignals: () => () => undefined,
  };
  return { io, said: () => said };
}

describe('where a value comes from', () => {
  test.each([
    ['from echo', 'one\n', 'one'],
    ['only one newline goes', 'one\n\n', 'one\n'],
    ['of Windows, too', 'one\r\n', 'one'],
    ['without any', 'one', 'one'],
    ['nothing but a newline', '\n', ''],
  ])('standard input %s', async (_what, input, value) => {
    expect(await readValue(world(input).io, { value: undefined }, undefined)).toBe(value);
    expect(await readValue(world(input).io, { value: '-' }, undefined)).toBe(value);
  });

  test('bytes that are no text stay what they are', async () => {
    const file = path.join(folder, 'bytes');
    await writeFile(file, Buffer.from([0xff, 0x00, 0x0a]));
    expect(await readValue(world().io, { value: undefined, file }, undefined)).toEqual(new Uint8Array([0xff, 0x00]));
  });

  test('an argument is taken with a warning, a file and standard input without', async () => {
    const { io, said } = world('hidden');
    expect(await readValue(io, { value: 'seen' }, undefined)).toBe('seen');
    expect(said()).toContain('Warning:');
    const quiet = world('hidden\n');
    const fields = await readValue(
      quiet.io,
      { value: undefined, field: ['password=-', `key=@${path.join(folder, 'bytes')}`] },
      undefined,
    );
    expect(fields).toMatchObject({ password: 'hidden' });
    expect(quiet.said()).toBe('');
  });

  test('fields as JSON; what is wrong is not quoted', async () => {
    const { io } = world('{"username":"u","password":"p"}');
    expect(await readValue(io, { value: undefined, json: true }, undefined)).toEqual({ username: 'u', password: 'p' });
    for (const wrong of ['{"a":"hunter2"', '["hunter2"]', '{"a":{"b":"hunter2"}}']) {
      const error = await readValue(world(wrong).io, { value: undefined, json: true }, undefined).catch(
        (thrown) => thrown,
      );
      expect(explainError(error)).toContain('not a JSON object of texts');
      expect(explainError(error)).not.toContain('hunter2');
    }
  });

  test('said twice is refused', async () => {
    await expect(readValue(world().io, { value: 'x', file: 'y' }, undefined)).rejects.toThrow('in one way only');
    await expect(readValue(world().io, { value: undefined, field: ['a=1', 'a=2'] }, undefined)).rejects.toThrow(
      'given twice',
    );
    await expect(
      readValue(world().io, { value: undefined, file: path.join(folder, 'none') }, undefined),
    ).rejects.toThrow('ENOENT');
  });
});

describe('how secrets are named', () => {
  test.each([
    ['a', { path: '', name: 'a', version: 'latest_enabled', field: undefined }],
    ['x/y/a', { path: 'x/y', name: 'a', version: 'latest_enabled', field: undefined }],
    ['a@3', { path: '', name: 'a', version: 3, field: undefined }],
    ['x/a@latest#password', { path: 'x', name: 'a', version: 'latest', field: 'password' }],
  ])('%s', (text, ref) => expect(parseSecretRef(text)).toEqual(ref));

  test.each(['', 'a@', 'a@0', 'a@x', '/', 'a/', '@3', '#x'])('%j is none', (text) =>
    expect(() => parseSecretRef(text)).toThrow('does not name a secret'),
  );

  test('variables for them', () => {
    expect(environmentName('shop/db-login', 'password')).toBe('SHOP_DB_LOGIN_PASSWORD');
    expect(environmentName('token', 'value')).toBe('TOKEN');
    expect(environmentName('Db', 'user-name', true)).toBe('Db_USER_NAME');
  });
});

describe('the file of contexts', () => {
  const context = { url: 'http://x', token: 'kf_t' };

  test('is made for its owner alone, and read back', async () => {
    const { io } = world('', { XDG_CONFIG_HOME: path.join(folder, 'config') });
    expect(await readConfig(io)).toEqual({ current: undefined, contexts: {} });
    await writeConfig(io, { current: 'a', contexts: { a: context } });
    const file = path.join(folder, 'config/keyferry/config.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
    expect(await readConfig(io)).toEqual({ current: 'a', contexts: { a: context } });
  });

  test('is not used when others can read it, or when it is damaged', async () => {
    const { io } = world('', { XDG_CONFIG_HOME: path.join(folder, 'open') });
    await writeConfig(io, { current: 'a', contexts: { a: context } });
    const file = path.join(folder, 'open/keyferry/config.json');
    const text = await readFile(file, 'utf8');
    await rm(file);
    await writeFile(file, text, { mode: 0o644 });
    await expect(readConfig(io)).rejects.toThrow('can be read by others');
    await rm(file);
    await writeFile(file, '{"contexts": {"a": {"token": "kf_t"}}}', { mode: 0o600 });
    await expect(readConfig(io)).rejects.toThrow('is damaged');
  });
});

describe('how things are printed', () => {
  interface Item {
    readonly name: string;
    readonly size: number | null;
  }
  const view: View<Item> = {
    columns: { name: ({ name }) => name, size: ({ size }) => size },
    value: ({ name }) => name,
  };
  const items = [
    { name: 'a', size: 1 },
    { name: 'longer', size: null },
  ];

  test('as a table without borders, JSON, YAML and bare values', () => {
    const { io } = world();
    expect(formatList(io, 'table', items, view)).toBe('NAME    SIZE\na       1\nlonger\n');
    expect(formatList(io, 'value', items, view)).toBe('a\nlonger\n');
    expect(JSON.parse(formatList(io, 'json', items, view))).toEqual(items);
    expect(formatList(io, 'yaml', items, view)).toBe('- name: a\n  size: 1\n- name: longer\n  size: null\n');
    expect(formatOne(io, 'table', { name: 'a', size: 1 }, view)).toBe('name:  a\nsize:  1\n');
    expect(formatList(io, 'table', [], view)).toBe('');
  });

  test('what others wrote does not steer the terminal', () => {
    expect(printable('a\u001b[2J\u0007b\nc\u202ed')).toBe('a[2Jb cd');
    const { io } = world();
    const wicked = [{ name: '\u001b]0;x\u0007', size: 1 }];
    expect(formatList(io, 'table', wicked, view)).not.toContain('\u001b');
  });
});

describe('failures', () => {
  test.each([
    ['unauthenticated', 401, 3],
    ['forbidden', 403, 3],
    ['not_found', 404, 4],
    ['version_conflict', 409, 5],
    ['protected', 412, 5],
    ['expired', 410, 5],
    ['method_not_allowed', 405, 2],
    ['invalid_input', 422, 2],
    ['vault_unavailable', 503, 6],
    ['network', 0, 6],
    ['not_applied', 0, 7],
    ['internal', 500, 1],
  ] as const)('%s ends with a code of its own', (code, status, exit) =>
    expect(exitCodeOf(new KeyferryError(code, 'x', { status }))).toBe(exit),
  );

  test('are explained with fields, code, request and what to do; surprises are not quoted', () => {
    const fields = [{ pointer: '/payload/password', expected: 'a text' }];
    const error = new KeyferryError('invalid_input', 'Not valid.', { status: 422, fields, requestId: 'r1' });
    expect(explainError(error)).toBe(
      'keyferry: Not valid.\n  /payload/password: expected a text\n  (invalid_input, request r1)',
    );
    expect(explainError(new TypeError('cannot read hunter2'))).toBe('keyferry: Unexpected: TypeError');
  });
});
