import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiAnswer } from '../../support/api-client.ts';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { addProfile, changeOf, newSecret, opened, review, step, work } from './support.ts';

let scene: Scene;
let author: ScenePerson;
let first: ScenePerson;
let second: ScenePerson;
let third: ScenePerson;
let otherProject: string;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  first = await scene.person('first', 'approver');
  second = await scene.person('second', 'approver');
  third = await scene.person('third', 'approver');
  otherProject = must(await scene.admin('POST', '/v1/projects', { slug: 'bank', name: 'Bank' }), 201).id as string;
});
afterAll(() => scene.close());

let count = 0;
const policies = (body: Record<string, unknown>) =>
  scene.admin('POST', '/v1/approval-profiles', { name: `rules ${++count}`, ...body });

/** A vault profile that asks by these rules; answers with its id. */
async function governed(rules: readonly unknown[]): Promise<string> {
  const policy = must(await policies({ rules }), 201).id;
  const profile = await addProfile(scene, scene.source.vaultId);
  must(await scene.admin('PATCH', `/v1/vault-profiles/${profile}`, { approvalProfileId: policy }), 200);
  return profile;
}

const rule = (name: string, when: Record<string, unknown>, person = first, more: Record<string, unknown> = {}) => ({
  name,
  when,
  steps: [step({ users: [person.id] })],
  ...more,
});
const waits = (answer: ApiAnswer) => {
  must(answer, 200, 201, 202);
  return answer.status === 202;
};
/** Withdraws what waits, so that the secret is free again. */
async function asked(answer: ApiAnswer): Promise<string[]> {
  if (!waits(answer)) return [];
  const change = opened(answer);
  const { approval } = (await changeOf(author.api, change.id)) as { approval: { steps: { rule: string }[] }[] };
  must(await author.api('POST', `/v1/change-requests/${change.id}/cancel`), 200);
  return approval.flatMap((policy) => policy.steps.map((each) => each.rule));
}

test('each rule asks where its conditions hold, and all that apply are asked together', async () => {
  const profile = await governed([
    rule('bank', { projects: [otherProject] }),
    rule('db', { paths: ['team/db'], projects: [scene.project.id], operations: ['create'] }),
    rule('prod', { tags: ['prod', 'pci'] }, second),
    rule('keys', { types: ['api_key'] }, third),
  ]);
  const create = (more: Record<string, unknown>) => author.api('POST', '/v1/secrets', newSecret(profile, more));
  expect(await asked(await create({}))).toEqual([]);
  expect(await asked(await create({ project: 'bank' }))).toEqual(['bank']);
  expect(await asked(await create({ path: 'team' }))).toEqual([]);
  expect(await asked(await create({ path: 'team/dbs' }))).toEqual([]);
  expect(await asked(await create({ path: 'team/db/eu' }))).toEqual(['db']);
  expect(await asked(await create({ type: 'api_key' }))).toEqual(['keys']);
  expect(await asked(await create({ path: 'team/db', tags: ['pci'] }))).toEqual(['db', 'prod']);
});

test('taking the tag away is asked of the rule that goes by it, whatever operations it names', async () => {
  const profile = await governed([rule('prod', { tags: ['prod'], operations: ['update'] })]);
  const made = await author.api('POST', '/v1/secrets', newSecret(profile, { tags: ['prod'] }));
  const path = `/v1/secrets/${must(made, 201).secretId}`;
  const update = () => author.api('POST', `${path}/versions`, { payload: { value: `next ${++count}` } });
  const tag = (tags: string[]) => author.api('PATCH', path, { tags });
  expect(waits(await author.api('PATCH', path, { description: 'harmless' }))).toBe(false);
  expect(await asked(await update())).toEqual(['prod']);
  expect(await asked(await tag([]))).toEqual(['prod']);
  expect(waits(await tag(['prod', 'more']))).toBe(false);
  const untagged = opened(await tag(['more']));
  must(await review(first.api, untagged), 200);
  expect(await work(scene, untagged.id)).toBe(true);
  expect(waits(await update())).toBe(false);
});

test('rules are met by different people, within the shortest expiry', async () => {
  const both = step({ users: [first.id, second.id] });
  const profile = await governed([
    rule('all', {}, first, { steps: [both], expiresAfterHours: 48 }),
    rule('prod', { tags: ['prod'] }, second, { expiresAfterHours: 2 }),
  ]);
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(profile, { tags: ['prod'] })));
  const { expiresAt, createdAt } = (await changeOf(author.api, change.id)) as Record<string, string>;
  expect(Math.round((Date.parse(expiresAt ?? '') - Date.parse(createdAt ?? '')) / 3_600_000)).toBe(2);
  must(await review(second.api, change), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({
    state: 'pending_approval',
    approval: [
      {
        steps: [
          { rule: 'all', satisfied: true },
          { rule: 'prod', satisfied: false },
        ],
      },
    ],
  });
  expect((await review(second.api, change)).status).toBe(200);
  expect((await changeOf(author.api, change.id)).state).toBe('pending_approval');
  must(await review(first.api, change), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'approved' });
});

test('both forms are shown; the short one stands for one rule without conditions and edits only such a policy', async () => {
  const steps = [step({ users: [first.id] })];
  const short = must(await policies({ steps, operations: ['update'] }), 201);
  expect(short).toMatchObject({ steps, operations: ['update'], rules: [{ name: 'all', steps }] });
  const path = `/v1/approval-profiles/${short.id}`;
  expect(must(await scene.admin('PATCH', path, { order: 'any' }), 200)).toMatchObject({
    version: 2,
    order: 'any',
    operations: ['update'],
    rules: [{ name: 'all', order: 'any' }],
  });
  const rules = [rule('a', {}), rule('b', { tags: ['x'] }, second)];
  const long = must(await scene.admin('PATCH', path, { rules }), 200);
  expect(long).toMatchObject({ version: 3, rules: [{ name: 'a' }, { name: 'b', when: { tags: ['x'] } }] });
  expect(long).not.toHaveProperty('steps');
  expect((await scene.admin('PATCH', path, { order: 'any' })).json).toMatchObject({
    code: 'invalid_input',
    errors: [{ pointer: '/rules' }],
  });
});

test.each<[string, () => Record<string, unknown>, string]>([
  ['both forms at once', () => ({ rules: [rule('a', {})], order: 'any' }), '/order'],
  ['no steps at all', () => ({}), '/steps'],
  ['two rules of one name', () => ({ rules: [rule('a', {}), rule('a', {})] }), '/rules'],
  ['an unknown project', () => ({ rules: [rule('a', { projects: [first.id] })] }), '/rules/0/when/projects/0'],
  ['an unknown type', () => ({ rules: [rule('a', { types: ['api_keys'] })] }), '/rules/0/when/types/0'],
  ['a path with a slash too many', () => ({ rules: [rule('a', { paths: ['team/'] })] }), '/rules/0/when/paths/0'],
  ['an unknown condition', () => ({ rules: [rule('a', { weather: ['bad'] })] }), '/rules/0/when/weather'],
  [
    'an unknown person',
    () => ({ rules: [rule('a', {}, { ...first, id: otherProject })] }),
    '/rules/0/steps/0/approvers/users/0',
  ],
  ['a rule nobody can meet', () => ({ rules: [rule('a', {}), rule('b', {}, author)] }), '/rules/1/steps/0/required'],
  ['rules that need one person twice', () => ({ rules: [rule('a', {}), rule('b', {})] }), '/rules/1/steps/0/required'],
])('refused when saved, naming the place: %s', async (_, body, pointer) => {
  const answer = await policies(body());
  expect(answer.status).toBe(422);
  expect((answer.json.errors as { pointer: string }[]).map((problem) => problem.pointer)).toEqual([pointer]);
});

test('refused when saved: a policy that needs everybody who could ask', async () => {
  const steps = [step({ roles: ['admin'] }, 1)];
  const lonely = must(
    await scene.admin('POST', '/v1/organizations', {
      slug: 'lonely',
      name: 'Lonely',
      administrator: { name: 'Only', email: 'only@example.com' },
    }),
    201,
  );
  const only = scene.admin.as(lonely.token as string);
  const save = () => only('POST', '/v1/approval-profiles', { name: 'four eyes', steps });
  expect((await save()).json.errors).toEqual([
    { pointer: '/steps/0/required', expected: expect.stringContaining('at most 0') },
  ]);
  const person = must(await only('POST', '/v1/users', { name: 'Asks', email: 'asks@example.com' }), 201);
  const grant = { subjectType: 'person', subjectId: person.id, role: 'write_only' };
  must(await only('POST', '/v1/role-grants', grant), 201);
  must(await save(), 201);
});

test('a draft is tried on past changes without any effect', async () => {
  const profile = await governed([rule('all', { operations: ['create', 'delete'] })]);
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(profile, { tags: ['prod'] })));
  must(await review(first.api, change), 200);
  await work(scene, change.id);
  const update = await author.api('POST', `/v1/secrets/${change.secretId}/versions`, { payload: { value: 'two' } });
  const updated = must(update, 201).changeRequestId ?? (must(update, 201).changeRequest as { id: string }).id;
  const removed = opened(await author.api('DELETE', `/v1/secrets/${change.secretId}`));
  must(await review(first.api, removed, 'reject'), 200);
  const replay = async (rules: unknown[], path = '/v1/approval-profiles/replay') =>
    must(await scene.admin('POST', path, { policy: { rules }, limit: 500 }), 200) as {
      counts: Record<string, number>;
      unsatisfiable: unknown;
      items: ({ changeId: string } & Record<string, unknown>)[];
    };
  const of = (report: Awaited<ReturnType<typeof replay>>, id: unknown) =>
    report.items.find((item) => item.changeId === id);

  const before = await scene.broker.db.query('select xmin::text, id from change_requests order by id');
  const same = await replay([rule('all', {})]);
  expect(of(same, change.id)).toMatchObject({
    waited: true,
    wouldWait: true,
    wouldBeApproved: true,
    unsatisfiable: null,
  });
  expect(of(same, updated)).toMatchObject({ waited: false, wouldWait: true, wouldBeApproved: false });
  expect(of(same, removed.id)).toMatchObject({ state: 'rejected', wouldBeApproved: false, wouldBeRejected: true });
  const stricter = await replay([rule('prod', { tags: ['prod'], operations: ['create'] }, second)]);
  expect(of(stricter, change.id)).toMatchObject({ rules: ['prod'], wouldBeApproved: false, unsatisfiable: null });
  expect(of(stricter, removed.id)).toMatchObject({ wouldWait: false, wouldBeRejected: false });
  const impossible = await replay([rule('own', {}, author)]);
  expect(impossible.unsatisfiable).toMatchObject({ rule: 'own', available: 0 });
  expect(of(impossible, change.id)).toMatchObject({ unsatisfiable: { rule: 'own', required: 1, available: 0 } });
  for (const report of [same, stricter, impossible]) {
    const { changes, wouldWait, wouldNotWait, wouldBeApproved, wouldBeRejected, wouldStillWait } = report.counts;
    expect(changes).toBe(report.items.length);
    expect(wouldWait).toBe((wouldBeApproved ?? 0) + (wouldBeRejected ?? 0) + (wouldStillWait ?? 0));
    expect(changes).toBe((wouldWait ?? 0) + (wouldNotWait ?? 0));
  }
  expect(await scene.broker.db.query('select xmin::text, id from change_requests order by id')).toEqual(before);

  const { items } = must(await scene.admin('GET', '/v1/approval-profiles?limit=200'), 200) as {
    items: { id: string }[];
  };
  const own = await replay([rule('all', {})], `/v1/approval-profiles/${items.at(-1)?.id}/replay`);
  expect(own.items.map((item) => item.changeId).sort()).toEqual([change.id, updated, removed.id].sort());
  expect(
    (await author.api('POST', '/v1/approval-profiles/replay', { policy: { rules: [rule('a', {})] } })).status,
  ).toBe(403);
});
