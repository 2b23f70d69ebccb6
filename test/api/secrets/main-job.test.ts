import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, must, type Scene, type ScenePerson, startScene, targetsIn } from '../../support/scene.ts';

let scene: Scene;
let author: ScenePerson;
let reviewer: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ targets: 3 });
  author = await scene.person('author', 'read_write');
  reviewer = await scene.person('reviewer', 'approver');
});
afterAll(() => scene.close());

const create = (name: string) => ({
  project: 'shop',
  name,
  type: 'basic_auth',
  sourceProfileId: scene.source.profileId,
  targets: scene.targets.map((target) => ({ profileId: target.profileId })),
  payload: { username: 'shop', password: 'hunter2' },
});

test('an ungoverned secret is written to its source and proved at every target', async () => {
  const made = must(await author.api('POST', '/v1/secrets', create('plain')), 201);
  expect(made).toMatchObject({ unchanged: false, version: { version: 1 }, changeRequest: { state: 'applied' } });
  const id = made.secretId as string;
  await targetsIn(author.api, id, 'synced');
  const content = must(await author.api('GET', `/v1/secrets/${id}/versions/latest/content`), 200);
  expect(content).toMatchObject({ version: 1, payload: { username: 'shop', password: 'hunter2' } });
  for (const { vault } of [scene.source, ...scene.targets]) {
    expect(vault.journal.filter((entry) => entry.kind === 'write')).toHaveLength(1);
  }
});

test('a governed create waits, is refused to its requester, and runs after a reviewer approved', async () => {
  await scene.govern([{ name: 'security', approvers: { users: [reviewer.id], groups: [], roles: [] }, required: 1 }]);
  const answer = await author.api('POST', '/v1/secrets', create('governed'));
  const opened = must(answer, 202);
  const change = opened.changeRequest as { id: string; revision: number; digest: string };
  expect(opened).toMatchObject({ changeRequest: { state: 'pending_approval' }, version: null });
  const path = `/v1/change-requests/${change.id}`;
  const vote = { decision: 'approve', revision: change.revision, digest: change.digest };
  expect((await author.api('POST', `${path}/reviews`, vote)).status).toBe(403);
  expect((await reviewer.api('POST', `${path}/reviews`, { ...vote, digest: 'k1:00' })).status).toBe(409);
  must(await reviewer.api('POST', `${path}/reviews`, vote), 200);
  const applied = must(await author.api('GET', `${path}?wait=synced&timeout=15`), 200);
  expect(applied).toMatchObject({ state: 'applied', resultVersion: 1 });
  await targetsIn(author.api, opened.secretId as string, 'synced');
  const audit = must(await scene.admin('GET', '/v1/audit-events/verify'), 200);
  expect(audit.intact).toBe(true);
});

test('deleting everywhere leaves nothing at any vault', async () => {
  const admin = scene.admin;
  const detach = await admin('PATCH', `/v1/vault-profiles/${scene.source.profileId}`, { approvalProfileId: null });
  const { changeRequest } = must(detach, 202) as { changeRequest: { id: string; revision: number; digest: string } };
  const { id: changeId, revision, digest } = changeRequest;
  const vote = { decision: 'approve', revision, digest };
  must(await reviewer.api('POST', `/v1/change-requests/${changeId}/reviews`, vote), 200);
  const detached = must(await admin('GET', `/v1/change-requests/${changeId}?wait=applied&timeout=15`), 200);
  expect(detached).toMatchObject({ state: 'applied', operation: 'edit_vault_profile' });
  const id = must(await author.api('POST', '/v1/secrets', create('short-lived')), 201).secretId as string;
  await targetsIn(author.api, id, 'synced');
  must(await author.api('POST', `/v1/secrets/${id}/destroy`, {}), 200);
  await targetsIn(author.api, id, 'removed');
  await eventually(async () => (await author.api('GET', `/v1/secrets/${id}`)).json.state === 'destroyed', 'destroyed');
});
