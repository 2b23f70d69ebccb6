import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import { type Canary, canary, findLeaks, formsOf, type Haystack } from '../support/canaries.ts';
import { dumpRedis } from '../support/dump-redis.ts';
import { dumpTables } from '../support/dump-tables.ts';
import { type HookReceiver, startHookReceiver } from '../support/hook-receiver.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { noticeSettings } from '../support/notice-settings.ts';
import { eventually, must, type Scene, type ScenePerson, startScene, targetsIn } from '../support/scene.ts';
import { P12_OPENSSL, STORE_PASSWORD } from '../unit/secrets/payload/fixtures.ts';

let scene: Scene;
let hooks: HookReceiver;
let mails: MailServer;
let author: ScenePerson;
let reviewer: ScenePerson;
const canaries: Canary[] = [];
/** Every answer of the API but those that are there to show a value: content, and a new token. */
const answers: string[] = [];
const realFetch = globalThis.fetch;

const secretText = (name: string) => {
  const one = canary(name);
  canaries.push(one);
  return one.text;
};
const watch = (name: string, text: string) => {
  canaries.push({ name, text });
  return text;
};

beforeAll(async () => {
  globalThis.fetch = async (input, init) => {
    const response = await realFetch(input, init);
    const { pathname } = new URL(String(input));
    const shows = /\/content$/.test(pathname) && response.status === 200;
    const issues = init?.method === 'POST' && /^\/v1\/(tokens|organizations|webhooks)$/.test(pathname);
    if (!shows && !issues) {
      answers.push(`${JSON.stringify([...response.headers])}\n${await response.clone().text()}`);
    }
    return response;
  };
  hooks = await startHookReceiver();
  mails = await startMailServer();
  const notices = noticeSettings({ mail: { smtpUrl: mails.url, from: 'keyferry@example.com' } });
  scene = await startScene({ targets: 2, settings: { notices } });
  author = await scene.person('author', 'read_write');
  reviewer = await scene.person('reviewer', 'approver');
  watch('master key', scene.masterKey);
  for (const { vault } of [scene.source, ...scene.targets]) watch('vault token', vault.token);
  await collectTokens();
  const hook = { name: 'all', url: `${hooks.url}/${watch('URL of a chat', randomBytes(20).toString('hex'))}` };
  watch('signing secret', String(must(await scene.admin('POST', '/v1/webhooks', hook), 201).secret));
});
afterAll(async () => {
  globalThis.fetch = realFetch;
  await scene.close();
  await hooks.close();
  await mails.close();
});

/** Tokens of the people of the scene are known only to their clients: new ones are, too, to this test. */
async function collectTokens(): Promise<void> {
  const made = must(
    await scene.admin('POST', '/v1/tokens', { name: 'watched' }, { 'idempotency-key': 'watched' }),
    201,
  );
  watch('API token', String(made.token));
  const again = must(
    await scene.admin('POST', '/v1/tokens', { name: 'watched' }, { 'idempotency-key': 'watched' }),
    201,
  );
  expect(again.token).toBe(made.token);
}

const body = (name: string, type: string, payload?: unknown) => ({
  project: 'shop',
  name,
  type,
  sourceProfileId: scene.source.profileId,
  targets: scene.targets.map((target) => ({ profileId: target.profileId })),
  ...(payload === undefined ? {} : { payload }),
});
const create = (name: string, type: string, payload: unknown, api: ApiClient = author.api) =>
  api('POST', '/v1/secrets', body(name, type, payload), { 'idempotency-key': `create-${name}` });
const made = async (name: string, type: string, payload: unknown) => {
  const id = must(await create(name, type, payload), 201).secretId as string;
  await targetsIn(author.api, id, 'synced');
  must(await author.api('GET', `/v1/secrets/${id}/versions/latest/content`), 200);
  return id;
};
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('secrets of every type are written, carried and read', async () => {
  await made('login', 'basic_auth', { username: secretText('username'), password: secretText('password') });
  await made('key', 'api_key', { value: secretText('API key') });
  const signature = randomBytes(32).toString('base64url');
  const claims = base64url({ sub: 'shop', exp: 2_000_000_000, nonce: randomBytes(12).toString('hex') });
  const token = `${base64url({ alg: 'HS256' })}.${watch('token claims', claims)}.${watch('token signature', signature)}`;
  await made('jwt', 'jwt_token', { value: token });
  const passphrase = secretText('passphrase');
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase },
  });
  watch('private key', privateKey.split('\n')[5] ?? '');
  await made('pem', 'private_key', { value: privateKey, passphrase });
  const raw = randomBytes(32);
  watch('secret key', raw.toString('base64'));
  canaries.push({ name: 'secret key bytes', text: raw.toString('hex') });
  await made('aes', 'secret_key', { value: raw.toString('base64') });
  watch('key store', P12_OPENSSL.slice(400, 460));
  await made('store', 'key_store', { value: P12_OPENSSL, password: STORE_PASSWORD, format: 'pkcs12' });
  await made('pairs', 'key_value', { HOST: secretText('field one'), PASSWORD: secretText('field two') });
  await made('text', 'generic', { value: `${secretText('multi-line')}\nsecond line\n` });
  const bytes = randomBytes(48);
  watch('bytes', bytes.toString('base64'));
  await made('bytes', 'generic', { value: { base64: bytes.toString('base64') } });
});

test('versions, rollback, targets, a moved source, deletion and restore', async () => {
  const id = await made('moving', 'generic', { value: secretText('first version') });
  const path = `/v1/secrets/${id}`;
  must(await author.api('POST', `${path}/versions`, { payload: { value: secretText('second version') } }), 201);
  must(await author.api('POST', `${path}/rollback`, { version: 1 }), 201);
  must(await author.api('POST', `${path}/versions/2/disable`), 200);
  must(await author.api('DELETE', `${path}/versions/2`), 200);
  await targetsIn(author.api, id, 'synced');
  const vault = must(await scene.admin('POST', '/v1/vaults', { name: 'inside', kind: 'builtin' }), 201);
  const profile = must(await scene.admin('POST', '/v1/vault-profiles', { name: 'inside', vaultId: vault.id }), 201);
  const moved = { profileId: profile.id, oldSource: 'target' };
  must(await author.api('POST', `${path}/source-profile`, moved), 200);
  must(await author.api('GET', `${path}/versions/latest/content`), 200);
  must(await author.api('POST', `${path}/versions`, { payload: { value: secretText('third version') } }), 201);
  await targetsIn(author.api, id, 'synced');
  must(await author.api('DELETE', path), 200);
  must(await author.api('POST', `${path}/restore`), 200);
  must(await author.api('POST', `${path}/destroy`), 200);
  await targetsIn(author.api, id, 'removed');
});

test('changes that wait, are edited, rejected, cancelled, expired, failed, conflicting or applied', async () => {
  const policy = [{ name: 'four eyes', approvers: { users: [reviewer.id], groups: [], roles: [] }, required: 1 }];
  const approvalProfileId = await scene.govern(policy);
  const open = async (name: string) => {
    const answer = must(await create(name, 'generic', { value: secretText(`${name} payload`) }), 202);
    return answer.changeRequest as { id: string; revision: number; digest: string };
  };
  const path = (change: { id: string }) => `/v1/change-requests/${change.id}`;
  const decide = (change: { id: string; revision: number; digest: string }, decision: string) =>
    reviewer.api('POST', `${path(change)}/reviews`, { decision, revision: change.revision, digest: change.digest });
  const ends = (change: { id: string }, state: string) =>
    eventually(async () => (await author.api('GET', path(change))).json.state === state, `${state} change`);
  const administer = async (body: Record<string, unknown>) => {
    const answer = must(await scene.admin('PATCH', `/v1/vault-profiles/${scene.source.profileId}`, body), 202);
    const change = answer.changeRequest as { id: string; revision: number; digest: string };
    must(await decide(change, 'approve'), 200);
    await ends(change, 'applied');
  };

  await open('waiting');
  const edited = await open('edited');
  const edit = { payload: { value: secretText('edited again') } };
  const next = { ...edited, ...must(await author.api('POST', `${path(edited)}/edit`, edit), 200) };
  must(await decide(next, 'approve'), 200);
  await ends(edited, 'applied');
  must(await decide(await open('rejected'), 'reject'), 200);
  must(await author.api('POST', `${path(await open('cancelled'))}/cancel`), 200);
  const expired = await open('expired');
  await scene.broker.db.query('update change_requests set expires_at = now() where id = $1::uuid', [expired.id]);
  await ends(expired, 'expired');
  const failed = await open('failed');
  const errors = [`invalid value: ${secretText('echoed by a refusal')}`];
  scene.source.vault.script({ method: 'POST', path: '/data/', steps: { status: 400, body: { errors } }, count: 1 });
  must(await decide(failed, 'approve'), 200);
  await ends(failed, 'failed');
  must(await author.api('POST', `${path(failed)}/retry`, { payload: { value: secretText('another payload') } }), 422);
  const conflicting = await open('conflicting');
  await administer({ concurrency: 7 });
  must(await decide(conflicting, 'approve'), 200);
  await ends(conflicting, 'conflict');
  await administer({ approvalProfileId: null });
  must(await scene.admin('GET', `/v1/approval-profiles/${approvalProfileId}`), 200);
});

test('vaults that quote what they were sent, in every kind of failure', async () => {
  const { vault } = scene.source;
  const id = await made('quoted', 'generic', { value: secretText('before the failures') });
  const content = `/v1/secrets/${id}/versions/latest/content`;
  const quoting = () => ({
    errors: [secretText('quoted by a vault')],
    data: { data: { value: secretText('in a body') } },
  });
  for (const status of [400, 403, 404, 413, 429, 500, 503]) {
    const failing = vault.script({
      path: '/data/',
      steps: { status, body: quoting(), headers: { 'x-note': `n-${status}` } },
    });
    expect((await author.api('GET', content)).status, String(status)).toBeGreaterThanOrEqual(400);
    failing.remove();
    must(await author.api('GET', content), 200);
  }
  for (const status of [400, 403, 500]) {
    vault.script({ method: 'POST', path: '/data/', steps: { status, body: quoting() }, count: 1 });
    await author.api('POST', `/v1/secrets/${id}/versions`, { payload: { value: secretText(`refused ${status}`) } });
  }
  vault.script({ path: '/data/', steps: { redirect: `http://127.0.0.1:1/${secretText('redirect')}` }, count: 1 });
  await author.api('GET', content);
  for (const step of ['wrong-body', 'reset'] as const) {
    vault.script({ path: '/data/', steps: step, count: 1 });
    await author.api('GET', content);
  }
  const [target] = scene.targets;
  const targetFails = { status: 500, body: quoting() };
  const failing = target?.vault.script({ method: 'POST', steps: targetFails });
  const partly = must(await create('partly', 'generic', { value: secretText('half carried') }), 201).secretId as string;
  const list = async () =>
    must(await author.api('GET', `/v1/secrets/${partly}/targets`), 200).items as { state: string }[];
  await eventually(async () => (await list()).some((each) => each.state === 'failed'), 'a failed target');
  failing?.remove();
  must(await author.api('POST', `/v1/secrets/${partly}/sync`), 202);
  await targetsIn(author.api, partly, 'synced');
});

test('content that somebody else put into a vault', async () => {
  const id = await made('drifting', 'generic', { value: secretText('as approved') });
  const { sourcePath } = must(await author.api('GET', `/v1/secrets/${id}`), 200);
  for (const { vault } of [scene.source, ...scene.targets]) {
    const headers = { 'x-vault-token': vault.token };
    const entry = `${vault.url}/v1/secret/data/${sourcePath}`;
    await realFetch(entry.replace('/data/', '/metadata/'), { method: 'DELETE', headers });
    const data = { value: secretText('slipped in') };
    await realFetch(entry, { method: 'POST', headers, body: JSON.stringify({ data }) });
  }
  expect((await author.api('GET', `/v1/secrets/${id}/versions/latest/content`)).status).toBe(409);
  must(await author.api('POST', `/v1/secrets/${id}/sync`), 202);
  await eventually(async () => {
    const { items } = must(await author.api('GET', `/v1/secrets/${id}/targets`), 200);
    return (items as { state: string }[]).every((target) => target.state !== 'synced' && target.state !== 'syncing');
  }, 'drift that is seen');
});

test('requests that are refused before anybody understands them (F6)', async () => {
  const text = secretText;
  const malformed = [`{"payload": {"value": "${text('cut off')}`, `${text('no JSON')}`, `{"a": ${text('bare')}}`];
  // 422 when the bare text happens to look like a number beyond 2^53, which is refused before the rest is read.
  for (const raw of malformed) expect([400, 422]).toContain((await author.api('POST', '/v1/secrets', raw)).status);
  const wrong: unknown[] = [
    { ...body('x', 'basic_auth'), payload: text('payload that is no object') },
    { ...body('x', 'basic_auth'), payload: { username: { deep: text('deep') }, password: [text('list')] } },
    { ...body('x', 'basic_auth'), payload: { username: 'u', [text('field name')]: 'p' } },
    { ...body('x', 'basic_auth'), [text('unknown member')]: 1 },
    { ...body(text('name'), 'basic_auth'), payload: { username: 'u', password: 'p' } },
    { ...body('x', text('type')), payload: { value: 'v' } },
    { ...body('x', 'jwt_token'), payload: { value: `${text('token')}.b.c` } },
    { ...body('x', 'private_key'), payload: { value: `-----BEGIN PRIVATE KEY-----\n${text('pem')}\n-----END` } },
    { ...body('x', 'secret_key'), payload: { value: text('base64') } },
    { ...body('x', 'key_store'), payload: { value: P12_OPENSSL, password: text('store password'), format: 'pkcs12' } },
    { ...body('x', 'generic'), payload: { value: { base64: text('not base64') } } },
    { ...body('x', 'generic'), payload: { value: text('in a bad project') }, project: 'nowhere' },
  ];
  for (const each of wrong) {
    expect([404, 422], JSON.stringify(Object.keys(each as object))).toContain(
      (await author.api('POST', '/v1/secrets', each)).status,
    );
  }
  const big = { ...body('x', 'generic'), payload: { value: text('too large').padEnd(70_000, 'x') } };
  expect((await author.api('POST', '/v1/secrets', big)).status).toBeGreaterThanOrEqual(413);
  const typed = { 'content-type': 'text/plain' };
  expect((await author.api('POST', '/v1/secrets', text('plain text'), typed)).status).toBe(415);
  const path = encodeURIComponent(text('in a path'));
  expect((await author.api('GET', `/v1/secrets/${path}`)).status).toBeGreaterThanOrEqual(400);
  expect((await author.api('GET', `/v1/secrets?tag=${path}`)).status).toBe(422);
  expect((await author.api('GET', `/v1/unknown/${path}`)).status).toBe(404);
  const stranger = scene.admin.as(`kf_${watch('unknown token', randomBytes(32).toString('base64url'))}`);
  expect((await stranger('GET', '/v1/me')).status).toBe(401);
});

test('credentials of vaults, good, refused and replaced', async () => {
  const { url } = scene.source.vault;
  const credential = (name: string) => watch(name, randomBytes(24).toString('base64url'));
  const roles = { authMethod: 'approle', roleId: credential('role id'), secretId: credential('secret id') };
  const settings = { address: url, ...roles };
  const vault = must(
    await scene.admin('POST', '/v1/vaults', { name: 'roles', kind: 'hashicorp-vault', settings }),
    201,
  );
  must(await scene.admin('POST', `/v1/vaults/${vault.id}/check`), 200);
  const token = watch('replaced token', `hvs.${randomBytes(24).toString('base64url')}`);
  const replaced = { settings: { authMethod: 'token', roleId: null, secretId: null, token } };
  await scene.admin('PATCH', `/v1/vaults/${vault.id}`, replaced);
  await scene.admin('POST', `/v1/vaults/${vault.id}/check`);
  const wrong = {
    name: 'wrong',
    kind: 'hashicorp-vault',
    settings: { ...settings, [secretText('setting')]: 1, secretId: secretText('bad secret id') },
  };
  expect((await scene.admin('POST', '/v1/vaults', wrong)).status).toBe(422);
});

async function everything(): Promise<Haystack> {
  const pages: string[] = [];
  for (let after = 0; ; ) {
    const { text } = await scene.admin('GET', `/v1/audit-events/export?afterSeq=${after}`);
    pages.push(text);
    const last = text.trimEnd().split('\n').at(-1) ?? '';
    if (last === '') break;
    after = (JSON.parse(last) as { seq: number }).seq;
  }
  const metrics = await scene.admin.as(undefined)('GET', '/metrics');
  return [
    ...(await dumpTables(scene.databaseUrl)),
    ...(scene.redisUrl === undefined ? [] : await dumpRedis(scene.redisUrl)),
    ['log', scene.log()],
    ['metrics', metrics.text],
    ['answers', answers.join('\n')],
    ['audit export', pages.join('')],
    ['webhooks', hooks.received.map(({ headers, body }) => `${JSON.stringify(headers)}\n${body}`).join('\n')],
    ['mails', mails.received.map((mail) => mail.raw).join('\n')],
  ];
}

test('none of it is in any table, queue, log, metric, error or audit export (E1)', async () => {
  const haystack = await everything();
  const sizes = Object.fromEntries(haystack.map(([place, content]) => [place, content.length]));
  for (const place of [
    'public.secrets',
    'public.change_requests',
    'log',
    'metrics',
    'answers',
    'audit export',
    'webhooks',
  ]) {
    expect(sizes[place], place).toBeGreaterThan(1_000);
  }
  const queue = scene.redisUrl === undefined ? 'bullmq.' : 'redis bull';
  expect(Object.keys(sizes).some((place) => place.startsWith(queue))).toBe(true);
  expect(canaries.length).toBeGreaterThan(60);
  expect(findLeaks(canaries, haystack)).toEqual([]);
});

test('the same search finds whatever leaks, wherever and in whichever form', async () => {
  const leaked = canary('leaked on purpose');
  expect(findLeaks([leaked], await everything())).toEqual([]);
  for (const [form, text] of Object.entries(formsOf(leaked.text))) {
    expect(findLeaks([leaked], [['here', `before ${text} after`]]), form).not.toEqual([]);
  }
  const { db } = scene.broker;
  const inside = `id = (select id from projects where slug = 'shop')`;
  await db.query(`update projects set description = $1 where ${inside}`, [
    `note: ${Buffer.from(`x${leaked.text}`).toString('base64')}`,
  ]);
  await db.query(`insert into key_checks (key_id, sealed) values ('leak', $1)`, [Buffer.from(`xx${leaked.text}`)]);
  await db.query('create table bullmq.leak (data jsonb)');
  await db.query('insert into bullmq.leak values ($1)', [JSON.stringify({ payload: leaked.text })]);
  must(await scene.admin('PATCH', '/v1/projects/shop', { name: leaked.text }), 200);
  const places = new Set(findLeaks([leaked], await everything()).map((leak) => leak.replace(/^.* at /, '')));
  const expected = ['public.projects', 'public.key_checks', 'public.key_checks.sealed', 'bullmq.leak', 'answers'];
  expect([...places].sort()).toEqual(expect.arrayContaining(expected));
});
