import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import {
  actionsOf,
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

let scene: Scene;
let author: ScenePerson;
let other: ScenePerson;
let reviewer: ScenePerson;
let profile: string;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  other = await scene.person('other', 'read_write');
  reviewer = await scene.person('reviewer', 'approver');
  profile = await addProfile(scene, scene.source.vaultId, [step({ users: [reviewer.id] })], {
    operations: ['create', 'update', 'add_target', 'edit_metadata'],
  });
});
afterAll(() => scene.close());

const act = (person: ScenePerson, id: string, what: string, body?: unknown) =>
  person.api('POST', `/v1/change-requests/${id}/${what}`, body);
const drafted = async (person: ScenePerson, method: string, path: string, body: Record<string, unknown>) => {
  const { changeRequest } = must(await person.api(method, path, { ...body, draft: true }), 202);
  const change = changeRequest as Opened & { state: string; secretId: string };
  expect(change.state).toBe('draft');
  return change;
};
const writeDraft = (person: ScenePerson, secretId: string, value: string) =>
  drafted(person, 'POST', `/v1/secrets/${secretId}/versions`, { payload: { value } });
const approved = async (change: Opened) => {
  must(await review(reviewer.api, change), 200);
  return work(scene, change.id);
};
const secretOf = async (id: string) => must(await author.api('GET', `/v1/secrets/${id}`), 200);
const made = async () => {
  const body = newSecret(profile);
  const change = opened(await author.api('POST', '/v1/secrets', body));
  await approved(change);
  return change.secretId;
};
const update = (secretId: string, value: string) =>
  author.api('POST', `/v1/secrets/${secretId}/versions`, { payload: { value } });
const listed = async (person: ScenePerson, query = '') =>
  (must(await person.api('GET', `/v1/change-requests?limit=200${query}`), 200).items as { id: string }[]).map(
    (item) => item.id,
  );

test('a draft asks nobody, holds nothing and takes no vote; submitted it waits, is approved and applied', async () => {
  const id = await made();
  const draft = await writeDraft(author, id, 'drafted');
  expect(await secretOf(id)).toMatchObject({ state: 'active', pendingChangeId: null });
  expect(await listed(reviewer)).not.toContain(draft.id);
  expect(await listed(author)).toContain(draft.id);
  expect(await listed(author, '&mine=true&state=draft')).toContain(draft.id);
  expect((await review(reviewer.api, draft)).json).toMatchObject({ code: 'invalid_transition', state: 'draft' });
  expect((await act(other, draft.id, 'submit')).json).toMatchObject({ code: 'not_eligible', reason: 'not_an_author' });
  const once = { 'idempotency-key': 'submit-once' };
  const path = `/v1/change-requests/${draft.id}/submit`;
  const [answer, twin] = await Promise.all([1, 2].map(() => author.api('POST', path, undefined, once)));
  expect(twin?.text).toBe(answer?.text);
  const submitted = { ...draft, ...answer?.json } as Opened;
  expect(submitted).toMatchObject({ state: 'pending_approval', revision: 1 });
  expect(await secretOf(id)).toMatchObject({ state: 'pending_approval', pendingChangeId: draft.id });
  expect((await act(author, draft.id, 'submit')).json).toMatchObject({ code: 'invalid_transition' });
  expect(await approved(submitted)).toBe(true);
  const content = await author.api('GET', `/v1/secrets/${id}/versions/latest/content`);
  expect(content.json).toMatchObject({ version: 2, payload: { value: 'drafted' } });
  const actions = await actionsOf(scene, draft.id);
  expect(actions.filter((action) => ['change.drafted', 'change.opened'].includes(action))).toEqual([
    'change.drafted',
    'change.opened',
  ]);
});

test('a draft is edited without votes or waiting, withdrawn, and expires', async () => {
  const id = await made();
  const draft = await writeDraft(author, id, 'one');
  const edited = must(await act(author, draft.id, 'edit', { payload: { value: 'two' } }), 200);
  expect(edited).toMatchObject({ state: 'draft', revision: 2 });
  must(await act(author, draft.id, 'cancel'), 200);
  expect(await sealedPayloadOf(scene, draft.id)).toBeNull();
  const late = await writeDraft(author, id, 'three');
  await scene.broker.db.query('update change_requests set expires_at = now() where id = $1::uuid', [late.id]);
  await scene.broker.scanner.scan();
  expect(await changeOf(author.api, late.id)).toMatchObject({ state: 'expired' });
  expect(await sealedPayloadOf(scene, late.id)).toBeNull();
});

test('while another change is open a draft can be written but not submitted, and ending it frees nothing of the other', async () => {
  const id = await made();
  const open = opened(await update(id, 'open'));
  const [kept, dropped] = [await writeDraft(other, id, 'kept'), await writeDraft(other, id, 'dropped')];
  must(await act(other, dropped.id, 'cancel'), 200);
  expect(await secretOf(id)).toMatchObject({ state: 'pending_approval', pendingChangeId: open.id });
  expect((await act(other, kept.id, 'submit')).json).toMatchObject({
    code: 'change_in_progress',
    changeRequestId: open.id,
  });
  expect(await changeOf(other.api, kept.id)).toMatchObject({ state: 'draft' });
  await approved(open);
  expect((await act(other, kept.id, 'submit')).json).toMatchObject({ code: 'version_conflict', currentVersion: 2 });
  const rebased = must(await act(other, kept.id, 'rebase'), 200);
  expect(rebased).toMatchObject({ state: 'draft', revision: 2, baseVersion: 2 });
  const submitted = { ...kept, ...must(await act(other, kept.id, 'submit'), 200) } as Opened;
  expect(await approved(submitted)).toBe(true);
  expect(await secretOf(id)).toMatchObject({ latestVersion: 3 });
});

test('a draft of a new secret takes neither its name nor its place until it is submitted', async () => {
  const body = newSecret(profile);
  const draft = await drafted(author, 'POST', '/v1/secrets', body);
  const twin = await drafted(author, 'POST', '/v1/secrets', body);
  expect(await secretOf(draft.secretId)).toMatchObject({ state: 'draft' });
  const found = must(await author.api('GET', `/v1/secrets?name=${body.name}`), 200);
  expect(found.items).toEqual([]);
  const first = { ...draft, ...must(await act(author, draft.id, 'submit'), 200) } as Opened;
  expect((await act(author, twin.id, 'submit')).status).toBe(409);
  expect(await approved(first)).toBe(true);
  must(await act(author, twin.id, 'cancel'), 200);
  expect(await secretOf(draft.secretId)).toMatchObject({ state: 'active', latestVersion: 1 });
  expect(await secretOf(twin.secretId)).toMatchObject({ state: 'rejected' });
  const [claims] = await scene.broker.db.query<{ n: number }>(
    'select count(*)::int as n from remote_entries where secret_id = $1::uuid',
    [draft.secretId],
  );
  expect(claims?.n).toBe(1);
});

test('a draft of a target that was added meanwhile takes nothing from it when it ends', async () => {
  const id = await made();
  const profileId = await addProfile(scene, scene.targets[0]?.vaultId ?? '');
  const path = `/v1/secrets/${id}/targets`;
  const draft = await drafted(other, 'POST', path, { profileId });
  expect(await approved(opened(await author.api('POST', path, { profileId })))).toBe(true);
  must(await act(other, draft.id, 'cancel'), 200);
  const rows = await scene.broker.db.query('select 1 from remote_entries where secret_id = $1 and profile_id = $2', [
    id,
    profileId,
  ]);
  expect(rows).toHaveLength(1);
});

test('what nobody has to approve runs when its draft is submitted; the same request twice is one draft', async () => {
  const free = await addProfile(scene, scene.source.vaultId);
  const id = await existing(author.api, free);
  const body = { payload: { value: 'free' }, draft: true };
  const key = { 'idempotency-key': 'draft-once' };
  const answers = [1, 2].map(() => author.api('POST', `/v1/secrets/${id}/versions`, body, key));
  const [one, two] = await Promise.all(answers);
  expect(two?.text).toBe(one?.text);
  const draft = must(one as never, 202).changeRequest as Opened;
  expect(must(await act(author, draft.id, 'submit'), 200)).toMatchObject({ state: 'approved' });
  expect(await work(scene, draft.id)).toBe(true);
  expect(await secretOf(id)).toMatchObject({ latestVersion: 2 });
  const repeated = must(await author.api('POST', `/v1/secrets/${id}/versions`, body, key), 202);
  expect(repeated.changeRequest).toMatchObject({ id: draft.id, state: 'draft', revision: 1 });
});

test('a conflict is rebased onto the version that won, with its payload given again, and votes start anew', async () => {
  const id = await made();
  const late = opened(await update(id, 'late'));
  scene.source.vault.script({
    method: 'POST',
    path: '/data/',
    steps: { status: 400, body: { errors: ['refused'] } },
    count: 1,
  });
  await approved(late);
  await approved(opened(await update(id, 'won')));
  must(await act(author, late.id, 'retry', { payload: { value: 'late' } }), 200);
  expect(await work(scene, late.id)).toBe(false);
  expect(await changeOf(author.api, late.id)).toMatchObject({ state: 'conflict' });
  expect((await act(author, late.id, 'rebase')).json).toMatchObject({
    code: 'invalid_input',
    errors: [{ pointer: '/payload' }],
  });
  const rebased = { ...late, ...must(await act(author, late.id, 'rebase', { payload: { value: 'late' } }), 200) };
  expect(rebased).toMatchObject({ state: 'pending_approval', revision: 2, baseVersion: 2, code: null });
  expect(await work(scene, late.id)).toBe(false);
  expect((await review(reviewer.api, late)).json).toMatchObject({ code: 'digest_mismatch' });
  expect(await approved(rebased as Opened)).toBe(true);
  expect(await secretOf(id)).toMatchObject({ latestVersion: 3, pendingChangeId: null });
});

test('a waiting create whose profiles have moved is rebased onto them, places included', async () => {
  const free = await addProfile(scene, scene.targets[0]?.vaultId ?? '');
  const body = newSecret(profile, { targets: [{ profileId: free }] });
  const change = opened(await author.api('POST', '/v1/secrets', body));
  must(await scene.admin('PATCH', `/v1/vault-profiles/${free}`, { naming: 'moved/{project}/{path}/{name}' }), 200);
  const rebased = { ...change, ...must(await act(author, change.id, 'rebase'), 200) } as Opened & { plan: unknown };
  expect(rebased.plan).toMatchObject({ targets: [{ remotePath: `moved/shop/${body.name}` }] });
  expect(await approved(rebased)).toBe(true);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'applied' });
  const [claim] = await scene.broker.db.query<{ path: string }>(
    'select path from remote_entries where secret_id = $1 and profile_id = $2',
    [change.secretId, free],
  );
  expect(claim?.path).toBe(`moved/shop/${body.name}`);
});

test('nobody opens a change of a destroyed secret again', async () => {
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(profile)));
  must(await review(reviewer.api, change, 'reject'), 200);
  must(await author.api('POST', `/v1/secrets/${change.secretId}/destroy`), 200);
  const again = await act(author, change.id, 'edit', { payload: { value: 'back' } });
  expect(again.json).toMatchObject({ code: 'invalid_transition', state: 'destroyed' });
});

test('comments: everybody who sees the change, in order, page by page, and none that shows the value', async () => {
  const id = await made();
  const change = opened(await update(id, 'f7Kq9-xZp2Lm-hidden'));
  const say = (person: ScenePerson, text: string) => act(person, change.id, 'comments', { text });
  must(await say(reviewer, 'Which system is this for?'), 201);
  must(await say(author, 'The new shop.'), 201);
  for (const text of ['it is f7Kq9-xZp2Lm-hidden', `hex ${Buffer.from('f7Kq9-xZp2Lm-hidden').toString('hex')}`]) {
    expect((await say(reviewer, text)).json).toMatchObject({ code: 'invalid_input', errors: [{ pointer: '/text' }] });
  }
  expect((await say(author, 'x'.repeat(4001))).status).toBe(422);
  expect((await say(author, '  ')).status).toBe(422);
  const key = { 'idempotency-key': 'comment-once' };
  const path = `/v1/change-requests/${change.id}/comments`;
  const twice = [1, 2].map(() => reviewer.api('POST', path, { text: 'Good.' }, key));
  const [one, two] = await Promise.all(twice);
  expect(two?.text).toBe(one?.text);
  const first = must(await author.api('GET', `${path}?limit=2`), 200);
  const rest = must(await author.api('GET', `${path}?limit=2&cursor=${first.nextCursor}`), 200);
  const texts = [...(first.items as { text: string }[]), ...(rest.items as { text: string }[])].map(({ text }) => text);
  expect(texts).toEqual(['Which system is this for?', 'The new shop.', 'Good.']);
  expect(rest.nextCursor).toBeNull();
  must(await act(author, change.id, 'cancel'), 200);
  must(await say(reviewer, 'Too late.'), 201);
});

test('a comment along with a payload does not show it either', async () => {
  const id = await made();
  const path = `/v1/secrets/${id}/versions`;
  const payload = { password: '7391-0482' };
  const told = await author.api('POST', path, { payload, comment: 'now 7391-0482' });
  expect(told.json).toMatchObject({ code: 'invalid_input', errors: [{ pointer: '/comment' }] });
  const described = await author.api('POST', path, { payload, versionDescription: '7391-0482' });
  expect(described.json).toMatchObject({ code: 'invalid_input', errors: [{ pointer: '/versionDescription' }] });
  expect(told.text).not.toContain('7391');
});

test('of two who edit the same revision one gets his way, and the other is told which revision there is now', async () => {
  const id = await made();
  const change = opened(await update(id, 'asked for'));
  const edits = await Promise.all(
    [author, other].map((person, at) =>
      act(person, change.id, 'edit', { payload: { value: `editor ${at}` }, expectedRevision: 1 }),
    ),
  );
  expect(edits.map(({ status }) => status).sort()).toEqual([200, 409]);
  const late = edits.find(({ status }) => status === 409)?.json;
  expect(late).toMatchObject({ code: 'revision_conflict', currentRevision: 2 });
  expect(await changeOf(author.api, change.id)).toMatchObject({ revision: 2, state: 'pending_approval' });
  expect((await actionsOf(scene, change.id)).filter((action) => action === 'change.edited')).toHaveLength(1);

  const behind = await act(author, change.id, 'rebase', { expectedRevision: 1 });
  expect([behind.status, behind.json.currentRevision]).toEqual([409, 2]);
  must(await act(author, change.id, 'rebase', { expectedRevision: 2 }), 200);
  must(await act(author, change.id, 'edit', { comment: 'whatever there is' }), 200);
  const refused = await act(author, change.id, 'edit', { expectedRevision: 0 });
  expect([refused.status, refused.json.errors]).toMatchObject([422, [{ pointer: '/expectedRevision' }]]);
});
