import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../../src/cli/run-cli.ts';
import { Keyferry } from '../../../src/client/keyferry.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { entryCalls } from '../../support/entry-calls.ts';
import { must, type Scene, startScene } from '../../support/scene.ts';

const REASON = 'asked for in ticket 4711';
let scene: Scene;
let id: string;
let reader: ApiClient;

beforeAll(async () => {
  scene = await startScene({ targets: 0 });
  id = await scene.secret('db-login', { value: 'canary-91c2d7' });
  reader = (await scene.person('reader', 'reader')).api;
});
afterAll(() => scene.close());

const ask = async (revealReason: 'optional' | 'required') =>
  must(await scene.admin('PATCH', '/v1/projects/shop', { revealReason }), 200);

/** Every way a value is handed out by, with or without a reason. */
function doors(api: ApiClient, reason?: string) {
  const query = reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`;
  const said = reason === undefined ? {} : { reason };
  const template = '{{ index .Secrets "db-login" }}';
  return Promise.all([
    api('GET', `/v1/secrets/${id}/versions/latest/content${query}`),
    api('GET', `/v1/projects/shop/secrets/db-login/content${query}`),
    api('POST', '/v1/secrets/read', { items: [{ secretId: id }], ...said }),
    api('POST', '/v1/render', { project: 'shop', template, ...said }),
  ]);
}

/** What the record says of the readings so far, newest last. */
async function readings(): Promise<{ actor: { type: string }; details: Record<string, unknown> }[]> {
  const { items } = must(await scene.admin('GET', `/v1/audit-events?action=secret.read&objectId=${id}`), 200);
  return [...(items as { actor: { type: string }; details: Record<string, unknown> }[])].reverse();
}

test('where a project asks people why, no way hands out a value without it, and the vault is not asked', async () => {
  expect((await ask('required')).revealReason).toBe('required');
  const before = entryCalls(scene.source.vault);
  const [content, byName, bulk, render] = await doors(reader);
  for (const answer of [content, byName, render]) {
    expect([answer?.status, answer?.json.code]).toEqual([422, 'reason_required']);
  }
  expect(must(bulk, 200).items).toMatchObject([{ content: null, error: { code: 'reason_required' } }]);
  expect(entryCalls(scene.source.vault)).toBe(before);
  expect(await readings()).toEqual([]);
});

test('with a reason all of them do, and the record has it', async () => {
  const answers = await doors(reader, REASON);
  for (const { status, text } of answers) {
    expect(status).toBe(200);
    expect(text).toContain('canary-91c2d7');
  }
  expect((await readings()).map(({ details }) => details.reason)).toEqual([REASON, REASON, REASON, REASON]);
});

/** Runs the command line tool within this process. */
async function tool(args: readonly string[], env: Record<string, string>) {
  const said = { out: '', err: '' };
  const into = (name: 'out' | 'err') =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        said[name] += chunk.toString();
        done();
      },
    });
  const code = await runCli(args, {
    stdin: Readable.from([]),
    stdout: into('out'),
    stderr: into('err'),
    env: { XDG_CONFIG_HOME: '/nonexistent', KEYFERRY_URL: scene.url, KEYFERRY_PROJECT: 'shop', ...env },
    signal: new AbortController().signal,
    takeSignals: () => () => undefined,
  });
  return { code, ...said };
}

test('client library and command line tool say it with every reading', async () => {
  const user = must(await scene.admin('POST', '/v1/users', { name: 'Cleo', email: 'cleo@example.com' }), 201);
  const grant = { subjectType: 'person', subjectId: user.id, role: 'reader' };
  must(await scene.admin('POST', '/v1/role-grants', grant), 201);
  const token = String(must(await scene.admin('POST', '/v1/tokens', { name: 'cli', userId: user.id }), 201).token);

  const kf = new Keyferry({ url: scene.url, token, reason: REASON });
  expect((await kf.secrets.content(id)).payload).toEqual({ value: 'canary-91c2d7' });
  expect((await kf.render({ project: 'shop', template: '{{ index .Secrets "db-login" }}' })).output).toBe(
    'canary-91c2d7',
  );
  await kf.secrets.content(id, 'latest', { reason: 'of this call alone' });
  expect((await readings()).slice(-3).map(({ details }) => details.reason)).toEqual([
    REASON,
    REASON,
    'of this call alone',
  ]);

  const refused = await tool(['secrets', 'get', 'db-login'], { KEYFERRY_TOKEN: token });
  expect(refused.code).not.toBe(0);
  expect(refused.err).toContain('--reason');
  const got = await tool(['secrets', 'get', 'db-login', '--reason', REASON], { KEYFERRY_TOKEN: token });
  expect([got.code, got.out.trim()]).toEqual([0, 'canary-91c2d7']);
  const quiet = await tool(['secrets', 'get', 'db-login'], { KEYFERRY_TOKEN: token, KEYFERRY_REASON: REASON });
  expect([quiet.code, quiet.out.trim()]).toEqual([0, 'canary-91c2d7']);
});

test('an empty or short reason is none, and one that no record can hold is refused', async () => {
  for (const reason of ['', '   ', 'abc', 'x'.repeat(501), 'of\u0000ticket']) {
    const [content, byName, bulk, render] = await doors(reader, reason);
    for (const answer of [content, byName, bulk, render]) expect(answer?.status, reason).toBe(422);
  }
});

test('half a character is refused where the body can say it', async () => {
  const reason = 'ticket \ud800 4711';
  const bulk = await reader('POST', '/v1/secrets/read', { items: [{ secretId: id }], reason });
  const render = await reader('POST', '/v1/render', { project: 'shop', template: 'plain', reason });
  const project = await scene.admin('PATCH', '/v1/projects/shop', { description: reason });
  const created = await scene.admin('POST', '/v1/projects', { slug: 'half', name: reason });
  expect([bulk.status, render.status, project.status, created.status]).toEqual([422, 422, 422, 422]);
});

test('machines are not asked; what is written needs no reason', async () => {
  const machine = must(await scene.admin('POST', '/v1/machines', { name: 'deployer' }), 201);
  const grant = { subjectType: 'machine', subjectId: machine.id, role: 'reader' };
  must(await scene.admin('POST', '/v1/role-grants', grant), 201);
  const { token } = must(await scene.admin('POST', '/v1/tokens', { name: 'ci', machineId: machine.id }), 201);
  for (const { status } of await doors(scene.admin.as(String(token)))) expect(status).toBe(200);
  must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'second' } }), 201);
  must(await scene.admin('POST', `/v1/secrets/${id}/rollback`, { version: 1 }), 201);
});

test('it is asked no longer once the project says so, and the record tells who said it', async () => {
  await ask('optional');
  for (const { status } of await doors(reader)) expect(status).toBe(200);
  const { items } = must(await scene.admin('GET', '/v1/audit-events?action=project.updated'), 200);
  expect((items as { details: unknown }[]).map(({ details }) => details)).toMatchObject([
    { revealReason: 'optional' },
    { revealReason: 'required' },
  ]);
  expect((await scene.admin('PATCH', '/v1/projects/shop', { revealReason: 'never' })).status).toBe(422);
});
