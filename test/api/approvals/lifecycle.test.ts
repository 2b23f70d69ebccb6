import { afterAll, beforeAll, expect, test } from 'vitest';
import { SECRET_OPERATIONS } from '../../../src/approvals/change-operation.ts';
import { entryCalls } from '../../support/entry-calls.ts';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import {
  addProfile,
  changeOf,
  existing,
  newSecret,
  type Opened,
  opened,
  review,
  sealedPayloadOf,
  step,
  work,
} from './support.ts';

/** A refusal of Vault's own kind: proof that nothing was done. */
const refused = { status: 400, body: { errors: ['refused'] } };

let scene: Scene;
let author: ScenePerson;
let reviewer: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  reviewer = await scene.person('reviewer', 'approver');
});
afterAll(() => scene.close());

const governed = (policy?: Record<string, unknown>) =>
  addProfile(scene, scene.source.vaultId, [step({ roles: ['approver'] })], {
    operations: SECRET_OPERATIONS,
    ...policy,
  });
const update = (secretId: string, value: string) =>
  author.api('POST', `/v1/secrets/${secretId}/versions`, { payload: { value } });
const secretOf = async (id: string) => must(await author.api('GET', `/v1/secrets/${id}`), 200);
const approved = async (change: Opened) => {
  must(await review(reviewer.api, change), 200);
  return work(scene, change.id);
};
const act = (change: Opened, what: string, body?: unknown) =>
  author.api('POST', `/v1/change-requests/${change.id}/${what}`, body);
const sourceWrites = () => scene.source.vault.journal.filter((entry) => entry.kind === 'write').length;

test('an approved change cannot be edited; an edit while it waits voids the votes (D4)', async () => {
  const other = await scene.person('other', 'approver');
  const profile = await addProfile(scene, scene.source.vaultId, [step({ roles: ['approver', 'admin'] }, 2)], {
    operations: SECRET_OPERATIONS,
  });
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(profile)));
  must(await review(reviewer.api, change), 200);
  const edited = { ...change, ...must(await act(change, 'edit', { payload: { value: 'edited' } }), 200) };
  expect(edited).toMatchObject({ revision: 2, state: 'pending_approval' });
  expect(edited.digest).not.toBe(change.digest);
  expect((await review(other.api, change)).json).toMatchObject({ code: 'digest_mismatch' });
  must(await review(other.api, edited), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'pending_approval' });
  must(await review(reviewer.api, edited), 200);
  expect((await act(change, 'edit', { payload: { value: 'too late' } })).json).toMatchObject({
    code: 'invalid_transition',
    state: 'approved',
  });
  expect(await work(scene, change.id)).toBe(true);
  const content = await author.api('GET', `/v1/secrets/${change.secretId}/versions/1/content`);
  expect(content.json).toMatchObject({ payload: { value: 'edited' } });
});

test('a change altered in the database after approval is not executed (D4)', async () => {
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(await governed())));
  must(await review(reviewer.api, change), 200);
  const { db } = scene.broker;
  await db.query(
    `update change_requests set plan = jsonb_set(plan, '{sourcePath}', '"elsewhere"') where id = $1::uuid`,
    [change.id],
  );
  const before = sourceWrites();
  expect(await work(scene, change.id)).toBe(false);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'failed', code: 'digest_mismatch' });
  expect(sourceWrites()).toBe(before);
  expect(await sealedPayloadOf(scene, change.id)).toBeNull();
});

test('payloads swapped between two waiting changes are written by neither (E2)', async () => {
  const profile = await governed();
  const changes = [];
  for (let index = 0; index < 2; index++)
    changes.push(opened(await author.api('POST', '/v1/secrets', newSecret(profile))));
  const ids = changes.map((change) => change.id);
  await scene.broker.db.query(
    `update change_requests c set sealed_payload = o.sealed_payload from change_requests o
     where c.id = any($1::uuid[]) and o.id = any($1::uuid[]) and o.id <> c.id`,
    [ids],
  );
  const before = sourceWrites();
  for (const change of changes) {
    expect(await approved(change)).toBe(false);
    expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'failed', code: 'digest_mismatch' });
  }
  expect(sourceWrites()).toBe(before);
});

test('a waiting change shows nowhere what it would do: read, versions, targets, list, vault (D9)', async () => {
  const profile = await governed({ operations: ['update', 'delete', 'add_target'] });
  const id = await existing(author.api, profile, { payload: { value: 'old' } });
  const target = await addProfile(scene, scene.targets[0]?.vaultId ?? '');
  const writes = sourceWrites();
  const read = async (path: string) => must(await author.api('GET', `/v1/secrets/${id}${path}`), 200);
  const view = async () => {
    const { state, pendingChangeId, updatedAt: _, ...rest } = await read('');
    const content = await read('/versions/latest/content');
    const [versions, targets] = [await read('/versions'), await read('/targets')];
    return { waits: { state, waits: pendingChangeId !== null }, rest, content, versions, targets };
  };
  const before = await view();
  expect(before).toMatchObject({ waits: { state: 'active', waits: false }, content: { payload: { value: 'old' } } });
  const tries = [
    () => update(id, 'new'),
    () => author.api('DELETE', `/v1/secrets/${id}`),
    () => author.api('POST', `/v1/secrets/${id}/targets`, { profileId: target }),
  ];
  for (const ask of tries) {
    const change = opened(await ask());
    expect(await view()).toEqual({ ...before, waits: { state: 'pending_approval', waits: true } });
    const { items } = must(await author.api('GET', `/v1/secrets?profileId=${target}`), 200);
    expect(items).toEqual([]);
    must(await act(change, 'cancel'), 200);
    expect(await view()).toEqual(before);
  }
  expect(sourceWrites()).toBe(writes);
});

test('a secret that waits to be created has no content and no version', async () => {
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(await governed())));
  expect(await secretOf(change.secretId)).toMatchObject({ state: 'pending_approval', latestVersion: null });
  expect((await author.api('GET', `/v1/secrets/${change.secretId}/versions/latest/content`)).status).toBe(404);
  expect(must(await author.api('GET', `/v1/secrets/${change.secretId}/versions`), 200).items).toEqual([]);
  expect((await update(change.secretId, 'sneaked in')).json).toMatchObject({ code: 'change_in_progress' });
});

test('a rejected create frees its name and its place in the vault; it can be edited only while they are free', async () => {
  const profile = await governed({ operations: ['create'] });
  const body = newSecret(profile);
  const rejected = opened(await author.api('POST', '/v1/secrets', body));
  expect((await author.api('POST', '/v1/secrets', body)).json).toMatchObject({ code: 'already_exists' });
  must(await review(reviewer.api, rejected, 'reject'), 200);
  expect(await secretOf(rejected.secretId)).toMatchObject({ state: 'rejected', pendingChangeId: null });
  const again = opened(await author.api('POST', '/v1/secrets', body));
  const blocked = await act(rejected, 'edit', { payload: { value: 'x' } });
  expect(blocked.status).toBe(409);
  must(await act(again, 'cancel'), 200);
  const edited = { ...rejected, ...must(await act(rejected, 'edit', { payload: { value: 'better' } }), 200) };
  expect(edited).toMatchObject({ state: 'pending_approval', revision: 2 });
  expect(await approved(edited)).toBe(true);
  expect(await secretOf(rejected.secretId)).toMatchObject({ state: 'active', latestVersion: 1 });
});

test('a rejected update leaves the secret as it was; edited and approved it takes effect', async () => {
  const id = await existing(author.api, await governed({ operations: ['update'] }));
  const change = opened(await update(id, 'two'));
  must(await review(reviewer.api, change, 'reject'), 200);
  expect(await secretOf(id)).toMatchObject({ state: 'active', latestVersion: 1, pendingChangeId: null });
  const empty = await act(change, 'edit', {});
  expect(empty.json).toMatchObject({ code: 'invalid_input', errors: [{ pointer: '/payload' }] });
  const edited = { ...change, ...must(await act(change, 'edit', { payload: { value: 'better' } }), 200) };
  expect(await approved(edited)).toBe(true);
  const content = await author.api('GET', `/v1/secrets/${id}/versions/latest/content`);
  expect(content.json).toMatchObject({ version: 2, payload: { value: 'better' } });
});

test('a failed change runs again with the very same payload only, under the grant it had', async () => {
  const id = await existing(author.api, await governed({ operations: ['update'] }));
  const change = opened(await update(id, 'two'));
  const denied = scene.source.vault.script({ method: 'POST', path: '/data/', steps: refused, count: 1 });
  expect(await approved(change)).toBe(true);
  expect(denied.hits).toBe(1);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'failed', code: 'invalid_argument' });
  expect(await sealedPayloadOf(scene, change.id)).toBeNull();
  for (const body of [{}, { payload: { value: 'three' } }, { payload: { value: 'two', more: 'x' } }]) {
    expect((await act(change, 'retry', body)).json).toMatchObject({ code: 'invalid_input' });
  }
  expect(must(await act(change, 'retry', { payload: { value: 'two' } }), 200)).toMatchObject({ state: 'approved' });
  expect(await work(scene, change.id)).toBe(true);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'applied', resultVersion: 2 });
});

test('another change made meanwhile wins: the retried one conflicts and v2 stays (D7)', async () => {
  const id = await existing(author.api, await governed({ operations: ['update'] }));
  const late = opened(await update(id, 'late'));
  scene.source.vault.script({ method: 'POST', path: '/data/', steps: refused, count: 1 });
  await approved(late);
  expect(await approved(opened(await update(id, 'two')))).toBe(true);
  must(await act(late, 'retry', { payload: { value: 'late' } }), 200);
  expect(await work(scene, late.id)).toBe(false);
  expect(await changeOf(author.api, late.id)).toMatchObject({ state: 'conflict', code: 'base_moved' });
  expect(await secretOf(id)).toMatchObject({ state: 'active', latestVersion: 2, pendingChangeId: null });
  const content = await author.api('GET', `/v1/secrets/${id}/versions/latest/content`);
  expect(content.json).toMatchObject({ payload: { value: 'two' } });
});

test('a vault profile changed after approval voids the grant', async () => {
  const profile = await governed();
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(profile)));
  must(await scene.admin('PATCH', `/v1/vault-profiles/${profile}`, { concurrency: 3 }), 200);
  expect(await approved(change)).toBe(false);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'conflict', code: 'profile_changed' });
});

test.each(['deleted', 'protected', 'disabled'])(
  'a change retried on a secret that is %s by now has no effect',
  async (state) => {
    const operation = state === 'protected' ? 'delete' : 'update';
    const id = await existing(author.api, await governed({ operations: [operation] }));
    const ask = operation === 'delete' ? author.api('DELETE', `/v1/secrets/${id}`) : update(id, 'two');
    const change = opened(await ask);
    const failing = scene.source.vault.script({
      when: (request) => request.method !== 'GET',
      steps: refused,
      count: 1,
    });
    await approved(change);
    expect(failing.hits).toBe(1);
    const route = { deleted: ['DELETE', ''], protected: ['POST', '/protect'], disabled: ['POST', '/disable'] }[state];
    must(await author.api(route?.[0] ?? '', `/v1/secrets/${id}${route?.[1]}`), 200);
    const before = await secretOf(id);
    const body = operation === 'update' ? { payload: { value: 'two' } } : {};
    const retried = await act(change, 'retry', body);
    if (retried.status === 200) {
      expect(await work(scene, change.id)).toBe(false);
      expect((await changeOf(author.api, change.id)).state).toBe('conflict');
    } else expect(retried.status).toBe(409);
    expect(await secretOf(id)).toMatchObject({ state: before.state, latestVersion: 1, pendingChangeId: null });
  },
);

test('a second change while one is open is refused at once, with a pointer to it', async () => {
  const id = await existing(author.api, await governed({ operations: ['update'] }));
  const answers = await Promise.all(Array.from({ length: 5 }, (_, index) => update(id, `value ${index}`)));
  const waiting = answers.filter((answer) => answer.status === 202);
  expect(waiting).toHaveLength(1);
  const change = opened(waiting[0] ?? (await update(id, 'never')));
  for (const answer of answers.filter((each) => each.status !== 202)) {
    expect(answer.json).toMatchObject({
      status: 409,
      code: 'change_in_progress',
      changeRequestId: change.id,
      currentVersion: 1,
    });
  }
  const ungoverned = await author.api('POST', `/v1/secrets/${id}/disable`);
  expect(ungoverned.json).toMatchObject({ code: 'change_in_progress', changeRequestId: change.id });
});

test('only the requester or an administrator withdraws a change, also after approval', async () => {
  const profile = await governed();
  const colleague = await scene.person('colleague', 'read_write');
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(profile)));
  expect((await colleague.api('POST', `/v1/change-requests/${change.id}/cancel`)).status).toBe(403);
  must(await review(reviewer.api, change), 200);
  must(await act(change, 'cancel'), 200);
  expect(await work(scene, change.id)).toBe(false);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'cancelled' });
  expect((await act(change, 'cancel')).json).toMatchObject({ code: 'invalid_transition' });
  const second = opened(await author.api('POST', '/v1/secrets', newSecret(profile)));
  must(await scene.admin('POST', `/v1/change-requests/${second.id}/cancel`), 200);
});

test('an approved change through a disabled profile waits without a call and runs after it is enabled', async () => {
  const profile = await governed();
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(profile)));
  must(await scene.admin('POST', `/v1/vault-profiles/${profile}/disable`), 200);
  const calls = entryCalls(scene.source.vault);
  expect(await approved(change)).toBe(false);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'approved', code: 'profile_disabled' });
  expect(entryCalls(scene.source.vault)).toBe(calls);
  must(await scene.admin('POST', `/v1/vault-profiles/${profile}/enable`), 200);
  expect(await work(scene, change.id)).toBe(true);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'applied', code: null });
});

test('a change that was begun and waits for its vault makes no call while the profile is disabled', async () => {
  const profile = await governed();
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(profile)));
  const busy = scene.source.vault.script({ path: '/secret/', steps: { status: 429 } });
  await approved(change);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'executing', code: 'rate_limited' });
  busy.remove();
  must(await scene.admin('POST', `/v1/vault-profiles/${profile}/disable`), 200);
  const calls = entryCalls(scene.source.vault);
  expect(await work(scene, change.id)).toBe(false);
  expect(entryCalls(scene.source.vault)).toBe(calls);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'executing', code: 'profile_disabled' });
  must(await scene.admin('POST', `/v1/vault-profiles/${profile}/enable`), 200);
  expect(await work(scene, change.id)).toBe(true);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'applied' });
});

test('an approved delete removes exactly the copies that the request named (D11)', async () => {
  const target = scene.targets[0];
  for (const copies of ['delete', 'keep'] as const) {
    const profile = await governed({ operations: ['delete'] });
    const targets = [{ profileId: target?.profileId }];
    const id = await existing(author.api, profile, { targets });
    await scene.broker.work.syncs.run(target?.profileId ?? '', new AbortController().signal);
    const change = opened(await author.api('DELETE', `/v1/secrets/${id}`, { copies }));
    expect(change).toMatchObject({ plan: { copies } });
    const removed = () => target?.vault.journal.filter((entry) => /delete|remove|destroy/.test(entry.kind)).length ?? 0;
    const before = removed();
    expect(await approved(change)).toBe(true);
    await scene.broker.work.syncs.run(target?.profileId ?? '', new AbortController().signal);
    expect(await secretOf(id)).toMatchObject({ state: 'deleted' });
    expect(removed() - before).toBe(copies === 'delete' ? 1 : 0);
    expect((await author.api('GET', `/v1/secrets/${id}/versions/latest/content`)).status).toBe(409);
  }
});

test('no ended change keeps its payload, whichever way it ended', async () => {
  const { db } = scene.broker;
  const profile = await governed();
  const rejected = opened(await author.api('POST', '/v1/secrets', newSecret(profile)));
  must(await review(reviewer.api, rejected, 'reject'), 200);
  const expiring = opened(await author.api('POST', '/v1/secrets', newSecret(profile)));
  expect(await sealedPayloadOf(scene, expiring.id)).not.toBeNull();
  await db.query(`update change_requests set expires_at = now() where id = $1::uuid`, [expiring.id]);
  await scene.broker.scanner.scan();
  expect(await changeOf(author.api, expiring.id)).toMatchObject({ state: 'expired' });
  const rows = await db.query<{ state: string; kept: number }>(
    `select state, count(sealed_payload)::int as kept from change_requests
     where state not in ('pending_approval', 'approved', 'executing', 'indeterminate') group by state`,
  );
  expect(rows.map((row) => row.state).sort()).toEqual([
    'applied',
    'cancelled',
    'conflict',
    'expired',
    'failed',
    'rejected',
  ]);
  expect(rows.every((row) => row.kept === 0)).toBe(true);
});
