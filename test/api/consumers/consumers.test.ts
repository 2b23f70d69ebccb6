import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HookReceiver, startHookReceiver } from '../../support/hook-receiver.ts';
import { bodyOf, noticeDesk } from '../../support/notice-desk.ts';
import { eventually, must, type Scene, startScene, targetsIn } from '../../support/scene.ts';

let scene: Scene;
let receiver: HookReceiver;
let everything: HookReceiver;
let webhookId: string;

beforeAll(async () => {
  scene = await startScene({ targets: 1 });
  [receiver, everything] = [await startHookReceiver(), await startHookReceiver()];
  const desk = noticeDesk(scene);
  webhookId = (await desk.webhook(receiver, { kinds: ['token.expiring'] })).id;
  await desk.webhook(everything, { kinds: ['consumer.affected'] });
});
afterAll(async () => {
  await scene.close();
  await receiver.close();
  await everything.close();
});

interface Consumer {
  readonly id: string;
  readonly references: readonly { readonly reference: string; readonly secretId: string }[];
}

let count = 0;
const register = (more: object) =>
  scene.admin('POST', '/v1/consumers', { project: 'shop', name: `consumer ${++count}`, ...more });
const made = async (more: object) => must(await register(more), 201) as unknown as Consumer;
const write = async (id: string, value: string) =>
  must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value } }), 201);

/** Told on the consumer's own webhook: operation and version by consumer. */
const toldTo = (hooks: HookReceiver, consumerId: string) =>
  hooks.received
    .map((hook) => bodyOf(hook).data as unknown as { object: { id: string }; operation: string })
    .filter(({ object }) => object.id === consumerId)
    .map(({ operation }) => operation);

test('a consumer names what it reads, is shown with what that comes out at, and follows the secret', async () => {
  const id = await scene.secret('login');
  await write(id, 'two');
  const consumer = await made({ references: ['login', 'login@1', 'login@latest'], description: 'the shop' });
  expect(consumer.references.map(({ reference }) => reference)).toEqual([
    'login@1',
    'login@latest',
    'login@latest_enabled',
  ]);
  expect(must(await scene.admin('GET', `/v1/consumers/${consumer.id}`), 200)).toEqual(consumer);
  const uses = must(await scene.admin('GET', `/v1/secrets/${id}/consumers`), 200).items;
  expect(uses).toMatchObject([
    { id: consumer.id, selector: '1', version: 1 },
    { id: consumer.id, selector: 'latest', version: 2 },
    { id: consumer.id, selector: 'latest_enabled', version: 2 },
  ]);
  await targetsIn(scene.admin, id, 'synced');
  const refused = await scene.admin('POST', `/v1/secrets/${id}/rename`, { name: 'sign-in' });
  expect(refused.json).toMatchObject({ status: 409, code: 'in_use', consumers: [{ id: consumer.id }, {}, {}] });
  must(await scene.admin('POST', `/v1/secrets/${id}/rename`, { name: 'sign-in', confirm: [consumer.id] }), 200);
  const now = must(await scene.admin('GET', `/v1/consumers/${consumer.id}`), 200) as unknown as Consumer;
  expect(now.references.map(({ reference }) => reference)).toContain('sign-in@1');
  const listed = (query: string) => scene.admin('GET', `/v1/consumers?${query}`);
  expect(must(await listed(`secretId=${id}`), 200).items).toMatchObject([{ id: consumer.id }]);
  expect(must(await listed('project=none'), 200).items).toEqual([]);
});

test('a template is registered by what it refers to; its text is not kept', async () => {
  await scene.secret('database', { username: 'shop', password: 'one' });
  await scene.secret('optional', { value: 'x' });
  const template =
    'canary-text={{ .Secrets.database.password }} {{ if true }}{{ index .Secrets "optional@1" }}{{ end }}';
  const consumer = await made({ template });
  expect(consumer.references.map(({ reference }) => reference)).toEqual(['database@latest_enabled', 'optional@1']);
  const rows = await scene.broker.db.query('select to_jsonb(c)::text as text from consumers c');
  expect(JSON.stringify(rows)).not.toContain('canary-text');
  expect((await register({ template: '{{ .Secrets.nothing }}' })).json).toMatchObject({ code: 'template_invalid' });
  for (const bad of [{}, { template, references: ['database'] }, { template: 'no secret' }, { references: ['a//b'] }]) {
    expect((await register(bad)).status, JSON.stringify(bad)).toBe(422);
  }
  expect((await register({ references: ['unknown'] })).json).toMatchObject({
    status: 422,
    errors: [{ pointer: '/references/0' }],
  });
  expect((await register({ references: ['database'], webhookId: scene.project.id })).json).toMatchObject({
    errors: [{ pointer: '/webhookId' }],
  });
});

test('deletion is refused with the list, and goes on when the readers are named; their webhooks are told', async () => {
  const id = await scene.secret('guarded');
  const told = await made({ references: ['guarded'], webhookId });
  const pinned = await made({ references: ['guarded@1'] });
  await write(id, 'two');
  await eventually(async () => toldTo(receiver, told.id).includes('update'), 'the webhook of the consumer is told');
  for (const [method, path, body] of [
    ['DELETE', '', {}],
    ['DELETE', '', { confirm: [told.id] }],
    ['DELETE', '', { confirm: [] }],
    ['POST', '/destroy', {}],
    ['DELETE', '/versions/1', {}],
  ] as const) {
    const { json } = await scene.admin(method, `/v1/secrets/${id}${path}`, body);
    expect([method, path, json.status, json.code]).toEqual([method, path, 409, 'in_use']);
    const ids = (json.consumers as { id: string }[]).map((consumer) => consumer.id).sort();
    expect(ids).toEqual(path === '/versions/1' ? [pinned.id] : [told.id, pinned.id].sort());
  }
  expect((await scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`)).status).toBe(200);
  must(await scene.admin('DELETE', `/v1/secrets/${id}/versions/1`, { confirm: true }), 200);
  must(await scene.admin('DELETE', `/v1/secrets/${id}`, { confirm: [told.id, pinned.id] }), 200);
  await eventually(async () => toldTo(receiver, told.id).includes('delete'), 'told of the deletion');
  await eventually(async () => toldTo(everything, pinned.id).includes('delete'), 'told where nothing was named');
  // Whoever is pinned is not told of new versions, and what is addressed goes nowhere else.
  expect(toldTo(everything, pinned.id)).toEqual(['destroy_version', 'delete']);
  expect(toldTo(everything, told.id)).toEqual([]);
  expect(toldTo(receiver, pinned.id)).toEqual([]);
  expect(new Set(receiver.received.map((hook) => bodyOf(hook).data.kind))).toEqual(new Set(['consumer.affected']));
  expect(JSON.stringify(receiver.received)).not.toContain('"two"');
  // What is deleted already is destroyed without asking once more.
  must(await scene.admin('POST', `/v1/secrets/${id}/destroy`, {}), 200);
});

test('reviewers see who reads a secret; one who begins to after it was agreed to stops the deletion', async () => {
  const approver = await scene.person('approver', 'approver');
  const id = await scene.secret('reviewed');
  const first = await made({ references: ['reviewed'] });
  await scene.govern([{ name: 'review', approvers: { users: [approver.id] }, required: 1 }]);
  const remove = async (confirm: unknown) => {
    const { changeRequest } = must(await scene.admin('DELETE', `/v1/secrets/${id}`, { confirm }), 202);
    return changeRequest as { id: string; digest: string; plan: { consumers: string[] } };
  };
  expect((await scene.admin('DELETE', `/v1/secrets/${id}`)).json).toMatchObject({ status: 409, code: 'in_use' });
  const change = await remove(true);
  expect(change.plan.consumers).toEqual([first.id]);
  const evidence = must(await approver.api('GET', `/v1/change-requests/${change.id}/evidence`), 200);
  expect(evidence.consumers).toMatchObject([{ id: first.id, selector: 'latest_enabled', version: 1 }]);
  const second = await made({ references: ['reviewed'] });
  const approve = async ({ id: changeId, digest }: { id: string; digest: string }) => {
    const vote = { decision: 'approve', revision: 1, digest };
    must(await approver.api('POST', `/v1/change-requests/${changeId}/reviews`, vote), 200);
    return (await scene.admin('GET', `/v1/change-requests/${changeId}?wait=applied&timeout=15`)).json;
  };
  expect(await approve(change)).toMatchObject({ state: 'conflict', code: 'in_use' });
  expect((await scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`)).status).toBe(200);
  expect((await scene.admin('DELETE', `/v1/consumers/${second.id}`)).status).toBe(204);
  expect(await approve(await remove([first.id]))).toMatchObject({ state: 'applied' });
});

test('only who may read a secret registers for it, and only its author or an administrator changes a consumer', async () => {
  const viewer = await scene.person('viewer', 'viewer');
  const reader = await scene.person('reader', 'reader');
  const other = await scene.person('other', 'read_write');
  const input = { project: 'shop', name: 'theirs', references: ['database'] };
  expect((await viewer.api('POST', '/v1/consumers', input)).json).toMatchObject({ status: 422 });
  const { id } = must(await reader.api('POST', '/v1/consumers', input), 201);
  expect((await reader.api('POST', '/v1/consumers', input)).json).toMatchObject({
    status: 409,
    code: 'already_exists',
  });
  expect((await viewer.api('GET', `/v1/consumers/${id}`)).status).toBe(200);
  expect((await other.api('PATCH', `/v1/consumers/${id}`, { description: 'x' })).status).toBe(403);
  expect((await other.api('DELETE', `/v1/consumers/${id}`)).status).toBe(403);
  const change = { references: ['optional@1'], description: 'other' };
  expect(must(await reader.api('PATCH', `/v1/consumers/${id}`, change), 200)).toMatchObject({
    description: 'other',
    references: [{ reference: 'optional@1' }],
  });
  expect((await scene.admin('DELETE', `/v1/consumers/${id}`)).status).toBe(204);
  const { items } = must(await scene.admin('GET', `/v1/audit-events?objectId=${id}`), 200) as {
    items: { action: string }[];
  };
  expect(items.map(({ action }) => action)).toEqual(['consumer.deleted', 'consumer.updated', 'consumer.created']);
});
