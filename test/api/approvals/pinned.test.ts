import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import {
  addPolicy,
  addProfile,
  changeOf,
  existing,
  newSecret,
  type Opened,
  opened,
  review,
  step,
  work,
} from './support.ts';

let scene: Scene;
let author: ScenePerson;
let reviewer: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  reviewer = await scene.person('reviewer', 'approver');
});
afterAll(() => scene.close());

/** A profile that asks the reviewer from the moment its first secret is there. */
async function governedSecret(): Promise<{
  readonly secretId: string;
  readonly profileId: string;
  readonly path: string;
}> {
  const profileId = await addProfile(scene, scene.source.vaultId);
  const secretId = await existing(author.api, profileId);
  const approvalProfileId = await addPolicy(scene, [step({ users: [reviewer.id] })]);
  must(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId }), 200);
  const [row] = await scene.broker.db.query<{ entry: string }>(
    'select entry from remote_entries where secret_id = $1::uuid',
    [secretId],
  );
  return { secretId, profileId, path: `/v1/secret/data/${row?.entry}` };
}

const vault = (method: string, path: string, body?: unknown) =>
  fetch(scene.source.vault.url + path, {
    method,
    headers: { 'x-vault-token': scene.source.vault.token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const writeForeign = async (path: string, value: string) =>
  expect((await vault('POST', path, { data: { value } })).status).toBe(200);
const valueAt = async (path: string) => {
  const answer = (await (await vault('GET', path)).json()) as { data: { data: Record<string, string> } };
  return answer.data.data.value;
};
const update = async (secretId: string): Promise<Opened> =>
  opened(await author.api('POST', `/v1/secrets/${secretId}/versions`, { payload: { value: 'approved' } }));
const versionsOf = async (secretId: string) =>
  (must(await author.api('GET', `/v1/secrets/${secretId}/versions`), 200).items as unknown[]).length;

test('a foreign write at the source after the request ends it as a conflict; the foreign value stays (A14, D7)', async () => {
  const { secretId, path } = await governedSecret();
  const change = await update(secretId);
  await writeForeign(path, 'foreign, while it waited');
  must(await review(reviewer.api, change), 200);
  await work(scene, change.id);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'conflict', code: 'vault_conflict' });
  expect(await valueAt(path)).toBe('foreign, while it waited');
  expect(await versionsOf(secretId)).toBe(1);
});

test('a foreign write in the very moment of the execution is left untouched as well', async () => {
  const { secretId, path } = await governedSecret();
  const change = await update(secretId);
  must(await review(reviewer.api, change), 200);
  let held = 0;
  const barrier = scene.source.vault.barrier({ when: (request) => request.method === 'POST' && held++ === 0 });
  const running = work(scene, change.id);
  await barrier.waitFor(1);
  await writeForeign(path, 'foreign, in between');
  barrier.release();
  expect(await running).toBe(true);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'conflict', code: 'vault_conflict' });
  expect(await valueAt(path)).toBe('foreign, in between');
  expect(await versionsOf(secretId)).toBe(1);
});

test('a deletion that was approved for other content does not take a foreign value away', async () => {
  const { secretId, path } = await governedSecret();
  const change = opened(await author.api('DELETE', `/v1/secrets/${secretId}`));
  await writeForeign(path, 'foreign, to be kept');
  must(await review(reviewer.api, change), 200);
  await work(scene, change.id);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'conflict' });
  expect(await valueAt(path)).toBe('foreign, to be kept');
});

test('an entry that appeared where an approved secret is to be created stays, and the creation ends as a conflict', async () => {
  const profileId = await addProfile(scene, scene.source.vaultId, [step({ users: [reviewer.id] })]);
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(profileId)));
  const { plan } = (await changeOf(reviewer.api, change.id)) as { plan: { sourceEntry: string } };
  const path = `/v1/secret/data/${plan.sourceEntry}`;
  await writeForeign(path, 'was here first');
  must(await review(reviewer.api, change), 200);
  await work(scene, change.id);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'conflict', code: 'vault_conflict' });
  expect(await valueAt(path)).toBe('was here first');
});

/** Everything a grant covers, altered behind the broker's back once the votes are there. */
const ALTERATIONS: Record<string, string> = {
  operation: `operation = 'rollback'`,
  'base version': 'base_version = base_version - 1',
  'profile revision': 'profile_revision = profile_revision + 1',
  plan: `plan = jsonb_set(plan, '{content,description}', '"another"')`,
  'fingerprint of the content': `plan = jsonb_set(plan, '{content,fingerprint}', '"k1:00"')`,
  content: 'sealed_payload = null',
  policies: `policies = '[]'`,
  requester: `requester_person_id = gen_random_uuid()`,
  revision: 'revision = revision + 1',
  digest: `digest = 'k1:' || repeat('0', 64)`,
};

test.each(Object.keys(ALTERATIONS))('an approved change whose %s was altered has no effect', async (what) => {
  const { secretId, path } = await governedSecret();
  const before = await valueAt(path);
  const change = await update(secretId);
  must(await review(reviewer.api, change), 200);
  await scene.broker.db.query(`update change_requests set ${ALTERATIONS[what]} where id = $1::uuid`, [change.id]);
  expect(await work(scene, change.id)).toBe(false);
  const { state, code } = await changeOf(author.api, change.id);
  expect([state, code]).toEqual(['failed', 'digest_mismatch']);
  expect(await valueAt(path)).toBe(before);
  expect(await versionsOf(secretId)).toBe(1);
});

test('an altered administrative change has no effect either', async () => {
  const name = 'pinned';
  const vaultId = must(await scene.admin('POST', '/v1/vaults', { name, kind: 'builtin' }), 201).id;
  const approvalProfileId = await addPolicy(scene, [step({ users: [reviewer.id] })]);
  must(await scene.admin('POST', '/v1/vault-profiles', { name, vaultId, approvalProfileId }), 201);
  for (const alteration of [`plan = jsonb_set(plan, '{after,name}', '"shown"')`, 'sealed_payload = null']) {
    const change = opened(await scene.admin('PATCH', `/v1/vaults/${vaultId}`, { name: 'renamed' }));
    must(await review(reviewer.api, change), 200);
    await scene.broker.db.query(`update change_requests set ${alteration} where id = $1::uuid`, [change.id]);
    await work(scene, change.id);
    expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'failed', code: 'digest_mismatch' });
  }
  expect(must(await scene.admin('GET', `/v1/vaults/${vaultId}`), 200)).toMatchObject({ name });
});
