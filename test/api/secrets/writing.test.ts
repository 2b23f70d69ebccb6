import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiAnswer } from '../../support/api-client.ts';
import { entryCalls } from '../../support/entry-calls.ts';
import { eventually, must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { addProfile, changeOf, existing, type Opened, review, step } from '../approvals/support.ts';

let scene: Scene;
let author: ScenePerson;
let reviewer: ScenePerson;
/** The vaults of the source and of the target, used as two sources. */
let here: string;
let there: string;

beforeAll(async () => {
  scene = await startScene({ targets: 1, settings: { leaseMs: 1_500 } });
  author = await scene.person('author', 'read_write');
  reviewer = await scene.person('reviewer', 'approver');
  here = scene.source.profileId;
  there = scene.targets[0]?.profileId ?? '';
});
afterAll(() => scene.close());

let names = 0;
const fresh = () => `written-${++names}`;
const create = (sourceProfileId: string) => ({ type: 'key_value', sourceProfileId });
const put = (name: string, body: Record<string, unknown>, headers?: Record<string, string>) =>
  author.api('PUT', `/v1/projects/shop/secrets/${name}?path=by/name`, body, headers);
const contentOf = async (id: unknown) => {
  const answer = must(await author.api('GET', `/v1/secrets/${id}/versions/latest/content`), 200);
  return [answer.version, (answer.payload as { value: string }).value];
};

test('by name: made, then a new version, then nothing to do', async () => {
  const name = fresh();
  expect((await put(name, { payload: { value: 'v1' } })).status).toBe(404);
  const made = must(await put(name, { payload: { value: 'v1' }, create: create(here) }), 201);
  expect(made).toMatchObject({ unchanged: false, version: { version: 1 }, changeRequest: { operation: 'create' } });
  const second = must(
    await put(name, { payload: { value: 'v2' }, create: create(here), versionDescription: 'two' }),
    201,
  );
  expect(second).toMatchObject({ secretId: made.secretId, version: { version: 2, description: 'two' } });
  expect(second.changeRequest).toMatchObject({ operation: 'update' });
  expect(must(await put(name, { payload: { value: 'v2' } }), 200)).toMatchObject({
    unchanged: true,
    version: { version: 2 },
  });
  const other = await put(name, { payload: { value: 'x' }, create: { ...create(here), type: 'api_key' } });
  expect([other.status, other.json.errors]).toMatchObject([422, [{ pointer: '/create/type' }]]);
  expect((await put(name, { payload: { value: 'x' }, expectedVersion: 1 })).json).toMatchObject({
    code: 'version_conflict',
    currentVersion: 2,
  });
  expect((await put(name, { payload: { value: 'x' }, create: create(here), expectedVersion: 0 })).status).toBe(409);
  expect((await put(fresh(), { payload: { value: 'x' }, create: create(here), expectedVersion: 2 })).status).toBe(409);
});

test('by name: the same key gives the same answer and one effect, also in parallel', async () => {
  const name = fresh();
  const headers = { 'idempotency-key': name };
  const body = { payload: { value: 'once' }, create: create(here) };
  const answers = await Promise.all(Array.from({ length: 8 }, () => put(name, body, headers)));
  answers.push(await put(name, body, headers));
  const texts = new Set(answers.map(({ status, text }) => `${status} ${text}`));
  expect([...texts].map((text) => text.slice(0, 3))).toEqual(['201']);
  expect((await put(name, { ...body, payload: { value: 'twice' } }, headers)).status).toBe(422);
  // Of another folder it is another secret.
  const elsewhere = await author.api('PUT', `/v1/projects/shop/secrets/${name}?path=else/where`, body, headers);
  expect(elsewhere.json).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  const again = await author.api('PUT', `/v1/projects/shop/secrets/${name}?path=by%2Fname`, body, headers);
  expect(texts).toContain(`${again.status} ${again.text}`);
});

test('by name: of many who make it at once one does; all others are refused or write a version', async () => {
  const name = fresh();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => put(name, { payload: { value: `racer ${i}` }, create: create(here) })),
  );
  const made = answers.filter(({ status }) => status === 201);
  expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
  expect(new Set(made.map(({ json }) => json.secretId)).size).toBe(1);
  const creates = made.filter(({ json }) => (json.changeRequest as { operation: string }).operation === 'create');
  expect(creates).toHaveLength(1);
  expect((await contentOf(made[0]?.json.secretId))[0]).toBe(made.length);
});

test('by name: needs the right to create or to edit, and is asked about as either', async () => {
  const name = fresh();
  const viewer = await scene.person('viewer', 'viewer');
  const path = `/v1/projects/shop/secrets/${name}`;
  expect((await viewer.api('PUT', path, { payload: { value: 'x' }, create: create(here) })).status).toBe(403);
  const asking = await addProfile(scene, scene.source.vaultId, [step({ users: [reviewer.id] })]);
  const waiting = must(await put(name, { payload: { value: 'x' }, create: create(asking) }), 202);
  expect(waiting).toMatchObject({ version: null, changeRequest: { operation: 'create', state: 'pending_approval' } });
  expect((await put(name, { payload: { value: 'y' } })).json.code).toBe('change_in_progress');
});

const bulk = (items: unknown[], headers?: Record<string, string>, comment = 'all of them') =>
  author.api('POST', '/v1/secrets/bulk', { items, comment }, headers);
interface Item {
  readonly secretId: string;
  readonly unchanged: boolean;
  readonly version: { readonly version: number } | null;
  readonly changeRequest: (Opened & { readonly state: string }) | null;
  readonly error: { readonly code: string } | null;
}
const itemsOf = (answer: ApiAnswer, ...statuses: number[]) => must(answer, ...statuses).items as Item[];
const openedChanges = async () => {
  const [row] = await scene.broker.db.query<{ n: number }>('select count(*)::int as n from change_requests');
  return row?.n;
};

test('several in one call: new ones, new versions and what is there already', async () => {
  const old = await existing(author.api, there, { payload: { value: 'v1' } });
  const same = await existing(author.api, here, { payload: { value: 'same' } });
  const name = fresh();
  const items = [
    { secretId: old, payload: { value: 'v2' }, expectedVersion: 1 },
    { project: 'shop', reference: `deep/${name}`, payload: { value: 'new' }, create: create(here) },
    { secretId: same, payload: { value: 'same' } },
  ];
  const headers = { 'idempotency-key': name };
  const answer = await bulk(items, headers);
  const written = itemsOf(answer, 201);
  expect(answer.json.state).toBe('applied');
  expect(written.map(({ version, unchanged, error }) => [version?.version, unchanged, error])).toEqual([
    [2, false, null],
    [1, false, null],
    [1, true, null],
  ]);
  expect(await contentOf(old)).toEqual([2, 'v2']);
  expect(await contentOf(written[1]?.secretId)).toEqual([1, 'new']);
  const group = must(await author.api('GET', `/v1/change-requests?groupId=${answer.json.groupId}`), 200).items;
  expect(group).toMatchObject([{ comment: 'all of them' }, { comment: 'all of them' }]);
  const opened = await openedChanges();
  expect((await bulk(items, headers)).text).toBe(answer.text);
  expect(await openedChanges()).toBe(opened);
  expect((await bulk([{ secretId: old, payload: { value: 'v3' } }], headers)).status).toBe(422);
  expect(itemsOf(await bulk([{ secretId: same, payload: { value: 'same' } }]), 200)).toMatchObject([
    { unchanged: true },
  ]);
});

test('several in one call: twins with one key record one call', async () => {
  const id = await existing(author.api, here, { payload: { value: 'v1' } });
  const headers = { 'idempotency-key': fresh() };
  const items = [{ secretId: id, payload: { value: 'v2' } }];
  const answers = await Promise.all([1, 2, 3, 4].map(() => bulk(items, headers)));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(await contentOf(id)).toEqual([2, 'v2']);
});

test('several in one call: one that is refused refuses all, with its place, and nothing is recorded or sent', async () => {
  const good = await existing(author.api, here, { payload: { value: 'v1' } });
  const locked = await existing(author.api, here, { payload: { value: 'v1' } });
  must(await author.api('POST', `/v1/secrets/${locked}/disable`), 200);
  const api = await existing(author.api, here, { type: 'api_key', payload: { value: 'v1' } });
  const moved = await existing(author.api, there, { payload: { value: 'v1' } });
  const profile = must(await author.api('GET', `/v1/secrets/${moved}`), 200);
  const first = { secretId: good, payload: { value: 'v2' } };
  const before = await openedChanges();
  const written = () => [scene.source.vault, scene.targets[0]?.vault].map((vault) => vault?.journal.length);
  const journals = written();
  const refused = async (...items: unknown[]) => {
    const { status, json } = await bulk([first, ...items]);
    return [status, json.code, json.item, (json.errors as { pointer: string }[] | undefined)?.[0]?.pointer];
  };
  expect(await refused({ secretId: locked, payload: { value: 'x' } })).toEqual([409, 'secret_disabled', 1, undefined]);
  expect(await refused({ secretId: api, payload: { value: '' } })).toEqual([
    422,
    'invalid_input',
    1,
    '/items/1/payload/value',
  ]);
  expect(await refused({ secretId: api, payload: { value: 'x' }, expectedVersion: 7 })).toEqual([
    409,
    'version_conflict',
    1,
    undefined,
  ]);
  expect(await refused({ project: 'shop', reference: 'nobody', payload: { value: 'x' } })).toEqual([
    404,
    'not_found',
    1,
    undefined,
  ]);
  expect(await refused({ secretId: good, payload: { value: 'v3' } })).toEqual([
    422,
    'invalid_input',
    undefined,
    '/items/1',
  ]);
  const twice = { project: 'shop', reference: fresh(), payload: { value: 'x' }, create: create(here) };
  expect(await refused(twice, twice)).toEqual([422, 'invalid_input', undefined, '/items/2']);
  await scene.targets[0]?.vault.down();
  expect((await refused({ secretId: moved, payload: { value: 'v2' } })).slice(0, 3)).toEqual([
    503,
    'vault_unavailable',
    1,
  ]);
  await scene.targets[0]?.vault.up();
  expect(await openedChanges()).toBe(before);
  expect(written()).toEqual(journals);
  expect(await contentOf(good)).toEqual([1, 'v1']);
  expect(profile.latestVersion).toBe(1);
});

test('several in one call: a vault that dies in the middle delays its item, which is done when it is back', async () => {
  await eventually(async () => {
    const { breaker } = must(await scene.admin('GET', `/v1/vault-profiles/${there}`), 200) as {
      breaker?: { state: string };
    };
    return breaker === undefined || breaker.state === 'closed';
  }, 'the vault is trusted again');
  const a = await existing(author.api, here, { payload: { value: 'v1' } });
  const b = await existing(author.api, there, { payload: { value: 'v1' } });
  const { vault } = scene.targets[0] ?? scene.source;
  const barrier = vault.barrier({ when: ({ method, path }) => method === 'POST' && path.includes('/data/') });
  const asked = bulk([
    { secretId: a, payload: { value: 'v2' } },
    { secretId: b, payload: { value: 'v2' } },
  ]);
  await barrier.waitFor(1);
  await vault.down();
  barrier.release();
  const answer = await asked;
  const [first, second] = itemsOf(answer, 202);
  expect(answer.json.state).toBe('open');
  expect([first?.error, second?.error]).toEqual([null, null]);
  await eventually(
    async () => (await changeOf(author.api, first?.changeRequest?.id ?? '')).state === 'applied',
    'the first is done',
  );
  expect(await contentOf(a)).toEqual([2, 'v2']);
  await vault.up();
  const id = second?.changeRequest?.id ?? '';
  await eventually(async () => (await changeOf(author.api, id)).state === 'applied', 'the second is done');
  expect(await contentOf(b)).toEqual([2, 'v2']);
});

test('several in one call: what a vault refuses for good ends alone, and the answer says so', async () => {
  const a = await existing(author.api, here, { payload: { value: 'v1' } });
  const b = await existing(author.api, there, { payload: { value: 'v1' } });
  const { vault } = scene.targets[0] ?? scene.source;
  const refusing = vault.script({ method: 'POST', path: '/data/', steps: { status: 400, body: { errors: ['no'] } } });
  const answer = await bulk([
    { secretId: a, payload: { value: 'v2' } },
    { secretId: b, payload: { value: 'v2' } },
  ]);
  refusing.remove();
  const [first, second] = itemsOf(answer, 202);
  expect(answer.json.state).toBe('incomplete');
  expect([first?.version?.version, first?.error, second?.version, second?.error?.code]).toEqual([
    2,
    null,
    null,
    'vault_rejected',
  ]);
  expect([await contentOf(a), await contentOf(b)]).toEqual([
    [2, 'v2'],
    [1, 'v1'],
  ]);
});

/** Two secrets, one of which asks the reviewer, written in one call. */
async function mixed() {
  const asking = await addProfile(scene, scene.source.vaultId);
  const free = await existing(author.api, here, { payload: { value: 'v1' } });
  const asked = await existing(author.api, asking, { payload: { value: 'v1' } });
  const also = await existing(author.api, asking, { payload: { value: 'v1' } });
  const body = { name: fresh(), steps: [step({ users: [reviewer.id] })] };
  const approvalProfileId = must(await scene.admin('POST', '/v1/approval-profiles', body), 201).id;
  must(await scene.admin('PATCH', `/v1/vault-profiles/${asking}`, { approvalProfileId }), 200);
  const ids = [free, asked, also];
  const items = itemsOf(await bulk(ids.map((secretId) => ({ secretId, payload: { value: 'v2' } }))), 202);
  const [first, second, third] = items.map(({ changeRequest }) => changeRequest as Opened & { state: string });
  if (first === undefined || second === undefined || third === undefined) throw new Error('a change is missing');
  return { ids, changes: [first, second, third] as const };
}
const statesOf = (changes: readonly Opened[]) =>
  Promise.all(changes.map(async ({ id }) => (await changeOf(author.api, id)).state));

test('several in one call: nothing takes effect before the last of them is approved', async () => {
  const { ids, changes } = await mixed();
  expect(changes.map(({ state }) => state)).toEqual(['approved', 'pending_approval', 'pending_approval']);
  const [, second, third] = changes;
  must(await review(reviewer.api, second), 200);
  await eventually(async () => {
    const [free, asked] = await Promise.all([
      changeOf(author.api, changes[0]?.id ?? ''),
      changeOf(author.api, second.id),
    ]);
    return free.code === 'group_waits' && asked.code === 'group_waits';
  }, 'both wait for the third');
  expect(await Promise.all(ids.map(contentOf))).toEqual(ids.map(() => [1, 'v1']));
  const blocked = await author.api('POST', `/v1/secrets/${ids[0]}/versions`, { payload: { value: 'other' } });
  expect(blocked.json).toMatchObject({ code: 'change_in_progress', changeRequestId: changes[0]?.id });
  must(await review(reviewer.api, third), 200);
  await eventually(async () => (await statesOf(changes)).every((state) => state === 'applied'), 'all are done');
  expect(await Promise.all(ids.map(contentOf))).toEqual(ids.map(() => [2, 'v2']));
});

test.each(['reject', 'cancel'])('several in one call: %s of one ends them all without effect', async (way) => {
  const { ids, changes } = await mixed();
  const [, second, third] = changes;
  must(await review(reviewer.api, second), 200);
  const calls = entryCalls(scene.source.vault);
  if (way === 'reject') must(await review(reviewer.api, third, 'reject'), 200);
  else must(await author.api('POST', `/v1/change-requests/${third.id}/cancel`, {}), 200);
  await eventually(async () => !(await statesOf(changes)).some((state) => state === 'approved'), 'all have ended');
  expect(await statesOf(changes)).toEqual(['conflict', 'conflict', way === 'reject' ? 'rejected' : 'cancelled']);
  expect((await changeOf(author.api, second.id)).code).toBe('group_ended');
  expect(entryCalls(scene.source.vault)).toBe(calls);
  expect(await Promise.all(ids.map(contentOf))).toEqual(ids.map(() => [1, 'v1']));
  must(await author.api('POST', `/v1/secrets/${ids[0]}/versions`, { payload: { value: 'free again' } }), 201);
});
