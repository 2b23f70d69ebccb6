import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from '../../support/api-client.ts';
import { canary, findLeaks } from '../../support/canaries.ts';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { actionsOf, addProfile, existing, grantRole, opened, review, step, work } from './support.ts';

let scene: Scene;
let author: ScenePerson;
let reviewer: ScenePerson;
let governed: string;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  reviewer = await scene.person('reviewer', 'approver');
  governed = await addProfile(scene, scene.source.vaultId, [step({ users: [reviewer.id] })], {
    operations: ['update', 'add_target', 'delete', 'rollback'],
  });
});
afterAll(() => scene.close());

interface Evidence {
  readonly comparison: string;
  readonly digest: string;
  readonly content: {
    readonly equals: string;
    readonly equalsVersion: number | null;
    readonly fields: readonly Record<string, unknown>[];
  } | null;
  readonly destinations: readonly Record<string, unknown>[];
  readonly warnings: readonly { readonly code: string; readonly fields: readonly string[] }[];
}

const evidence = async (api: ApiClient, id: string) =>
  must(await api('GET', `/v1/change-requests/${id}/evidence`), 200) as unknown as Evidence;
const propose = (api: ApiClient, secretId: string, payload: Record<string, string>) =>
  api('POST', `/v1/secrets/${secretId}/versions`, { payload });
const cancel = async (id: string) => must(await scene.admin('POST', `/v1/change-requests/${id}/cancel`), 200);

const [V1, V2, V3] = ['kR7#pz9Qm2Xv4Lt8', 'w3Hn!8sYbT6dJf0e', 'Zq5vG-2kLr9xPc7u'] as const;

test('a reviewer sees what changes, what was used before and where it goes, and nobody else is told', async () => {
  const target = scene.targets[0]?.profileId ?? '';
  const id = await existing(author.api, governed, {
    targets: [{ profileId: target }],
    payload: { token: V1, user: 'shop', old: 'x' },
  });
  const second = opened(await propose(author.api, id, { token: V2, user: 'shop', old: 'x' }));
  must(await review(reviewer.api, second), 200);
  await work(scene, second.id);

  const change = opened(await propose(author.api, id, { token: V1, user: 'shop', secret: V3 }));
  const shown = await evidence(reviewer.api, change.id);
  expect(shown).toMatchObject({ comparison: 'shown', digest: change.digest });
  expect(shown.content).toMatchObject({
    equals: 'none',
    fields: [
      { name: 'old', presence: 'removed', value: null },
      { name: 'secret', presence: 'added', value: null, strength: { before: null, after: 'strong' } },
      { name: 'token', presence: 'kept', value: 'changed', equalsVersions: [1] },
      { name: 'user', presence: 'kept', value: 'withheld', equalsVersions: null },
    ],
  });
  expect(shown.warnings.map(({ code, fields }) => [code, fields])).toEqual([
    ['field_removed', ['old']],
    ['value_reused', ['token']],
  ]);
  expect(shown.destinations).toMatchObject([
    { profileId: governed, role: 'source', isNew: false, action: 'update' },
    { profileId: target, role: 'target', isNew: false, action: 'create' },
  ]);
  for (const api of [author.api, scene.admin]) {
    const told = await evidence(api, change.id);
    expect(told.comparison).toBe('reviewers_only');
    expect(told.content?.equals).toBe('withheld');
    expect(told.content?.fields.every((field) => field.value === null || field.value === 'withheld')).toBe(true);
    expect(told.warnings.map(({ code }) => code)).toEqual(['field_removed']);
  }
  expect((await actionsOf(scene, change.id)).filter((action) => action === 'change.compared')).toHaveLength(1);
  await cancel(change.id);
  expect((await evidence(reviewer.api, second.id)).content).toMatchObject({ equals: 'none' });
});

test('a new destination is marked; a rollback brings back what it says; a delete says what goes', async () => {
  const id = await existing(author.api, governed, { payload: { token: V1 } });
  const profileId = await addProfile(scene, scene.targets[0]?.vaultId ?? '');
  const added = opened(await author.api('POST', `/v1/secrets/${id}/targets`, { profileId }));
  expect((await evidence(reviewer.api, added.id)).destinations).toMatchObject([
    { role: 'source', isNew: false, action: 'none' },
    { profileId, role: 'target', isNew: true, action: 'create' },
  ]);
  await cancel(added.id);
  const update = opened(await propose(author.api, id, { token: V2 }));
  must(await review(reviewer.api, update), 200);
  await work(scene, update.id);
  const back = opened(await author.api('POST', `/v1/secrets/${id}/rollback`, { version: 1 }));
  const shown = await evidence(reviewer.api, back.id);
  expect(shown.content).toMatchObject({ equals: 'older', equalsVersion: 1 });
  expect(shown.warnings).toEqual([]);
  await cancel(back.id);
  const gone = opened(await author.api('DELETE', `/v1/secrets/${id}`, { copies: 'keep' }));
  expect(await evidence(reviewer.api, gone.id)).toMatchObject({
    content: null,
    destinations: [{ role: 'source', action: 'remove' }],
  });
});

test('requester and editors get no comparison, whatever else they hold, nor do their machines', async () => {
  const both = await scene.person('both', 'approver');
  await grantRole(scene, 'person', both.id, 'write_only');
  const profile = await addProfile(scene, scene.source.vaultId, [step({ users: [both.id, reviewer.id] })], {
    operations: ['update'],
  });
  const id = await existing(author.api, profile, { payload: { token: V1 } });
  const change = opened(await propose(both.api, id, { token: V1 }));
  expect((await evidence(both.api, change.id)).comparison).toBe('reviewers_only');
  const machine = must(await scene.admin('POST', '/v1/machines', { name: 'bot', ownerId: both.id }), 201);
  await grantRole(scene, 'machine', machine.id as string, 'approver');
  const token = must(await both.api('POST', '/v1/tokens', { name: 'bot', machineId: machine.id }), 201).token as string;
  expect((await evidence(scene.admin.as(token), change.id)).comparison).toBe('reviewers_only');
  expect((await evidence(reviewer.api, change.id)).content).toMatchObject({ equals: 'current' });
  must(await scene.admin('POST', `/v1/change-requests/${change.id}/edit`, { payload: { token: V2 } }), 200);
  expect((await evidence(scene.admin, change.id)).comparison).toBe('reviewers_only');
});

test('comparisons are few: so many revisions an hour for a person, and looking again costs nothing', async () => {
  const eager = await scene.person('eager', 'approver');
  const profile = await addProfile(scene, scene.source.vaultId, [step({ users: [eager.id] })], {
    operations: ['update'],
  });
  const id = await existing(author.api, profile, { payload: { token: V1 } });
  const change = opened(await propose(author.api, id, { token: V2 }));
  expect((await evidence(eager.api, change.id)).comparison).toBe('shown');
  // As many earlier looks at other secrets as an hour allows.
  await scene.broker.db.query(
    `insert into evidence_looks (person_id, change_id, revision, subject_id)
     select $1::uuid, $2::uuid, 1000 + n, gen_random_uuid() from generate_series(1, 59) n`,
    [eager.id, change.id],
  );
  expect((await evidence(eager.api, change.id)).comparison).toBe('shown');
  must(await author.api('POST', `/v1/change-requests/${change.id}/edit`, { payload: { token: V1 } }), 200);
  const limited = await evidence(eager.api, change.id);
  expect(limited.comparison).toBe('rate_limited');
  expect(limited.content).toMatchObject({ equals: 'withheld', fields: [{ value: 'withheld' }] });
  await scene.broker.db.query(`update evidence_looks set at = at - interval '61 minutes' where person_id = $1::uuid`, [
    eager.id,
  ]);
  expect((await evidence(eager.api, change.id)).content).toMatchObject({ equals: 'current' });
});

test('parallel looks do not get past the limit', async () => {
  const rush = await scene.person('rush', 'approver');
  const profile = await addProfile(scene, scene.source.vaultId, [step({ users: [rush.id] })], {
    operations: ['update'],
  });
  const changes = [];
  for (let n = 0; n < 6; n++) {
    const id = await existing(author.api, profile, { payload: { token: V1 } });
    changes.push(opened(await propose(author.api, id, { token: V2 })));
  }
  await scene.broker.db.query(
    `insert into evidence_looks (person_id, change_id, revision, subject_id)
     select $1::uuid, $2::uuid, 1000 + n, gen_random_uuid() from generate_series(1, 57) n`,
    [rush.id, changes[0]?.id],
  );
  const shown = await Promise.all(changes.map((change) => evidence(rush.api, change.id)));
  expect(shown.map(({ comparison }) => comparison).sort()).toEqual([
    ...Array.from({ length: 3 }, () => 'rate_limited'),
    ...Array.from({ length: 3 }, () => 'shown'),
  ]);
});

/** Everything that is not told apart by what it is about: ids, times and MACs replaced. */
function normal(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id')
    .replaceAll(/\d{4}-\d\d-\d\dT[0-9:.]+Z/g, 'time')
    .replaceAll(/[a-z0-9-]+:[0-9a-f]{64}/g, 'digest')
    .replaceAll(/secret-\d+|profile-\d+/g, 'name');
}

test('somebody who proposes and reviews learns nothing about four digits', async () => {
  const guesser = await scene.person('guesser', 'write_only');
  const friend = await scene.person('friend', 'approver');
  await grantRole(scene, 'person', guesser.id, 'approver');
  await grantRole(scene, 'person', friend.id, 'write_only');
  const profile = await addProfile(
    scene,
    scene.source.vaultId,
    [step({ users: [guesser.id, friend.id, reviewer.id] })],
    { operations: ['update'] },
  );
  const said: string[][] = [];
  // Two secrets that differ in their PIN only: whatever depends on it would make the answers differ.
  for (const pin of ['7391', '0482']) {
    const id = await existing(author.api, profile, {
      type: 'basic_auth',
      payload: { username: 'shop', password: pin },
    });
    const answers: string[] = [];
    const hear = (answer: { status: number; text: string }) => answers.push(`${answer.status} ${normal(answer.text)}`);
    const first = await propose(guesser.api, id, { username: 'shop', password: '0000' });
    hear(first);
    const { id: changeId } = opened(first);
    const guesses = ['7391', '0482', ...Array.from({ length: 33 }, (_, n) => String(n * 163).padStart(4, '0'))];
    for (const guess of guesses) {
      const payload = { username: 'shop', password: guess };
      hear(await guesser.api('POST', `/v1/change-requests/${changeId}/edit`, { payload }));
      for (const api of [guesser.api, friend.api, reviewer.api]) {
        hear(await api('GET', `/v1/change-requests/${changeId}/evidence`));
      }
      hear(await guesser.api('POST', `/v1/change-requests/${changeId}/retry`, { payload }));
      hear(await friend.api('POST', `/v1/change-requests/${changeId}/comments`, { text: `is it ${guess}?` }));
    }
    hear(await friend.api('GET', `/v1/change-requests/${changeId}`));
    hear(await friend.api('GET', `/v1/change-requests/${changeId}/comments?limit=200`));
    hear(await friend.api('GET', `/v1/secrets/${id}/versions`));
    // All the way through: a version that equals the current one looks like any other.
    for (const guess of ['7391', '0482']) {
      must(await scene.admin('POST', `/v1/change-requests/${changeId}/cancel`), 200, 409);
      const change = opened(await propose(guesser.api, id, { username: 'shop', password: guess }));
      must(await review(friend.api, change), 200);
      await work(scene, change.id);
      hear(await friend.api('GET', `/v1/change-requests/${change.id}`));
      hear(await friend.api('GET', `/v1/change-requests/${change.id}/evidence`));
      hear(await friend.api('GET', `/v1/secrets/${id}/versions`));
      const next = opened(await propose(guesser.api, id, { username: 'shop', password: '1111' }));
      must(await review(friend.api, next), 200);
      await work(scene, next.id);
    }
    said.push(answers);
    // The other world begins with nothing looked at.
    await scene.broker.db.query(`update evidence_looks set at = at - interval '2 days'`);
  }
  expect(said[0]?.length).toBeGreaterThan(200);
  const differing = (said[0] ?? []).flatMap((text, at) => (text === said[1]?.[at] ? [] : [[text, said[1]?.[at]]]));
  expect(differing).toEqual([]);
});

test('a failed change does not tell others whether a payload is the one that failed', async () => {
  const prober = await scene.person('prober', 'write_only');
  const id = await existing(author.api, governed, { payload: { token: V1 } });
  const writer = await scene.person('writer', 'write_only');
  const change = opened(await propose(writer.api, id, { pin: '7391' }));
  scene.source.vault.script({
    method: 'POST',
    path: '/data/',
    steps: { status: 400, body: { errors: ['refused'] } },
    count: 1,
  });
  must(await review(reviewer.api, change), 200);
  await work(scene, change.id);
  const tries = await Promise.all(
    ['7391', '0482'].map((pin) => prober.api('POST', `/v1/change-requests/${change.id}/retry`, { payload: { pin } })),
  );
  expect(tries.map(({ status, json }) => [status, json.code, json.reason])).toEqual([
    [403, 'not_eligible', 'not_an_author'],
    [403, 'not_eligible', 'not_an_author'],
  ]);
  must(await writer.api('POST', `/v1/change-requests/${change.id}/retry`, { payload: { pin: '7391' } }), 200);
});

test('no answer a reviewer can get holds a value in any form', async () => {
  const [before, after, said] = [canary('before'), canary('after'), canary('said')];
  const id = await existing(author.api, governed, { payload: { token: before.text } });
  const change = opened(
    await author.api('POST', `/v1/secrets/${id}/versions`, { payload: { token: after.text }, comment: 'as agreed' }),
  );
  const tries = [
    await reviewer.api('POST', `/v1/change-requests/${change.id}/comments`, { text: `it is ${after.text}` }),
    await author.api('POST', `/v1/change-requests/${change.id}/comments`, {
      text: Buffer.from(after.text).toString('base64'),
    }),
    await review(reviewer.api, { ...change, comment: after.text } as never),
  ];
  expect(tries.map(({ status }) => status)).toEqual([422, 422, 200]);
  const texts: [string, string][] = tries.map(({ text }, index) => [`try ${index}`, text]);
  for (const path of [
    `/${change.id}`,
    `/${change.id}/evidence`,
    `/${change.id}/explain`,
    `/${change.id}/comments`,
    '',
    '?waitingFor=me',
    '/counts',
  ]) {
    texts.push([path, (await reviewer.api('GET', `/v1/change-requests${path}`)).text]);
  }
  texts.push(['secret', (await reviewer.api('GET', `/v1/secrets/${id}`)).text]);
  texts.push(['versions', (await reviewer.api('GET', `/v1/secrets/${id}/versions`)).text]);
  texts.push(['audit', (await scene.admin('GET', '/v1/audit-events?limit=200')).text]);
  texts.push(['log', scene.log()]);
  expect(findLeaks([before, after, said], texts)).toEqual([]);
  const stored = await scene.broker.db.query<{ plan: string }>('select plan::text as plan from change_requests');
  expect(findLeaks([before, after], [['plan', stored.map(({ plan }) => plan).join()]])).toEqual([]);
  // Prints exist, and are nowhere to be seen.
  const [row] = await scene.broker.db.query<{ prints: Record<string, string> }>(
    `select plan->'content'->'traits'->'fields'->'token'->'prints' as prints from change_requests where id = $1::uuid`,
    [change.id],
  );
  const prints = Object.values(row?.prints ?? {});
  expect(prints).toHaveLength(1);
  for (const [place, text] of texts) expect(text.includes(prints[0] ?? ''), place).toBe(false);
});

test('evidence of another tenant, or of nothing, is not found', async () => {
  const nothing = '01936f77-3e44-7f50-8b6c-7d8e9f0a1b23';
  expect((await reviewer.api('GET', `/v1/change-requests/${nothing}/evidence`)).status).toBe(404);
  expect((await reviewer.api('GET', `/v1/change-requests/${nothing}/comments`)).status).toBe(404);
});
