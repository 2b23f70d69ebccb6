import { afterAll, beforeAll, expect, test } from 'vitest';
import { entryCalls } from '../../support/entry-calls.ts';
import { must, type Scene, startScene, targetsIn } from '../../support/scene.ts';
import { addPolicy, addProfile, existing, opened, review, step, work } from '../approvals/support.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ targets: 1 });
});
afterAll(() => scene.close());

const CANARY = 'canary-5e0f2b';
const made = (more: Record<string, unknown> = {}) =>
  existing(scene.admin, scene.source.profileId, { payload: { value: CANARY }, ...more });
const write = (id: string, value: string) => scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value } });
const nameOf = async (id: string) => String(must(await scene.admin('GET', `/v1/secrets/${id}`), 200).name);

/** Every way a value can leave by, each with what it answers. */
async function doors(id: string, project = 'shop') {
  const name = await nameOf(id);
  const render = (check: boolean) => ({ project, template: `{{ index .Secrets "${name}" "value" }}`, check });
  const items = [
    { secretId: id, version: '1' },
    { project, reference: `${name}@1` },
  ];
  const answers = {
    content: await scene.admin('GET', `/v1/secrets/${id}/versions/1/content`),
    field: await scene.admin('GET', `/v1/secrets/${id}/versions/1/content?field=value`),
    byName: await scene.admin('GET', `/v1/projects/${project}/secrets/${name}@1/content`),
    bulk: await scene.admin('POST', '/v1/secrets/read', { items }),
    render: await scene.admin('POST', '/v1/render', render(false)),
    rollback: await scene.admin('POST', `/v1/secrets/${id}/rollback`, { version: 1 }),
    version: await scene.admin('GET', `/v1/secrets/${id}/versions/1`),
    versions: await scene.admin('GET', `/v1/secrets/${id}/versions`),
    secret: await scene.admin('GET', `/v1/secrets/${id}`),
  };
  for (const [door, { text }] of Object.entries(answers)) expect(text, door).not.toContain(CANARY);
  return answers;
}

async function expectShut(id: string, project?: string) {
  const before = entryCalls(scene.source.vault);
  const { content, field, byName, bulk, render, rollback, version } = await doors(id, project);
  for (const answer of [content, field, byName, render, rollback]) {
    expect([answer.status, answer.json.code]).toEqual([403, 'write_only']);
  }
  expect(must(bulk, 200).items).toMatchObject([{ error: { code: 'write_only' } }, { error: { code: 'write_only' } }]);
  expect(must(version, 200)).toMatchObject({ writeOnly: true, fingerprint: null });
  expect(entryCalls(scene.source.vault)).toBe(before);
}

test('a secret that is made write-only shows its value by no door, and its copies are carried all the same', async () => {
  const id = await made({ writeOnly: true, targets: [{ profileId: scene.targets[0]?.profileId }] });
  await targetsIn(scene.admin, id, 'synced');
  expect(must(await scene.admin('GET', `/v1/secrets/${id}`), 200).writeOnly).toBe(true);
  await expectShut(id);
  const again = must(await write(id, CANARY), 201);
  expect(again).toMatchObject({ unchanged: false, version: { version: 2, fingerprint: null } });
});

test('it can be switched on later, and off only for what is written from then on', async () => {
  const id = await made();
  const set = async (writeOnly: boolean) => must(await scene.admin('PATCH', `/v1/secrets/${id}`, { writeOnly }), 200);
  must(await scene.admin('GET', `/v1/secrets/${id}/versions/1/content`), 200);
  await set(true);
  await expectShut(id);
  must(await write(id, 'second'), 201);
  await set(false);
  expect(must(await scene.admin('GET', `/v1/secrets/${id}`), 200).writeOnly).toBe(false);
  await expectShut(id);
  expect((await scene.admin('GET', `/v1/secrets/${id}/versions/2/content`)).json.code).toBe('write_only');
  must(await write(id, 'third'), 201);
  expect(must(await scene.admin('GET', `/v1/secrets/${id}/versions/3/content`), 200).payload).toEqual({
    value: 'third',
  });
  must(await write(id, CANARY), 201);
  expect((await scene.admin('GET', `/v1/secrets/${id}/versions/4/content`)).json.code).toBe('write_only');
});

test('a project that is write-only shuts every secret in it, and those that were written then stay shut', async () => {
  must(await scene.admin('POST', '/v1/projects', { slug: 'vaulted', name: 'Vaulted' }), 201);
  const set = async (writeOnly: boolean) =>
    must(await scene.admin('PATCH', '/v1/projects/vaulted', { writeOnly }), 200);
  const id = await made({ project: 'vaulted' });
  must(await scene.admin('GET', `/v1/secrets/${id}/versions/1/content`), 200);
  expect((await set(true)).writeOnly).toBe(true);
  await expectShut(id, 'vaulted');
  const born = await made({ project: 'vaulted' });
  await set(false);
  await expectShut(id, 'vaulted');
  await expectShut(born, 'vaulted');
  const free = await made({ project: 'vaulted' });
  must(await scene.admin('GET', `/v1/secrets/${free}/versions/1/content`), 200);
});

test('reviewers are told nothing about how a new content compares with one that is shown to nobody', async () => {
  const author = await scene.person('author', 'read_write');
  const reviewer = await scene.person('reviewer', 'approver');
  const profileId = await addProfile(scene, scene.source.vaultId);
  const payload = { value: 'correct-horse-battery-staple-4417' };
  const shown = await existing(author.api, profileId, { payload });
  const shut = await existing(author.api, profileId, { payload, writeOnly: true });
  const approvalProfileId = await addPolicy(scene, [step({ users: [reviewer.id] })]);
  must(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId }), 200);
  const compared = async (id: string) => {
    must(
      await author.api('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'something-else-entirely-9920' } }),
      202,
    );
    const pending = must(await author.api('GET', `/v1/secrets/${id}`), 200).pendingChangeId;
    const { content } = must(await reviewer.api('GET', `/v1/change-requests/${pending}/evidence`), 200);
    const { equals, fields } = content as { equals: string; fields: { value: string; equalsVersions: unknown }[] };
    return [equals, fields[0]?.value];
  };
  expect(await compared(shown)).toEqual(['none', 'changed']);
  expect(await compared(shut)).toEqual(['withheld', 'withheld']);
});

test('switching it on or off is asked about as any edit', async () => {
  const author = await scene.person('second-author', 'read_write');
  const reviewer = await scene.person('second-reviewer', 'approver');
  const profileId = await addProfile(scene, scene.source.vaultId);
  const id = await existing(author.api, profileId, { payload: { value: CANARY } });
  const approvalProfileId = await addPolicy(scene, [step({ users: [reviewer.id] })]);
  must(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId }), 200);
  const change = opened(await author.api('PATCH', `/v1/secrets/${id}`, { writeOnly: true }));
  must(await author.api('GET', `/v1/secrets/${id}/versions/1/content`), 200);
  must(await review(reviewer.api, change), 200);
  await work(scene, change.id);
  must(await scene.admin('GET', `/v1/change-requests/${change.id}?wait=applied&timeout=15`), 200);
  await expectShut(id);
});
