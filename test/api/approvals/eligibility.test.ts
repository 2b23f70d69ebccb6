import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { grantRole, step } from './support.ts';

let scene: Scene;
let author: ScenePerson;
let first: ScenePerson;
let second: ScenePerson;
let viewer: ScenePerson;
let group: string;
let bank: string;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  await grantRole(scene, 'person', author.id, 'approver');
  first = await scene.person('first', 'approver');
  second = await scene.person('second', 'approver');
  viewer = await scene.person('viewer', 'viewer');
  bank = must(await scene.admin('POST', '/v1/projects', { slug: 'bank', name: 'Bank' }), 201).id as string;
  group = must(await scene.admin('POST', '/v1/groups', { name: 'database team' }), 201).id as string;
  for (const { id } of [second, viewer]) {
    must(await scene.admin('PUT', `/v1/groups/${group}/members/${id}`), 200, 204);
  }
});
afterAll(() => scene.close());

interface People {
  count: number;
  people: { name: string }[];
}
interface Answer {
  unsatisfiable: Record<string, unknown> | null;
  rules: { rule: string; steps: { step: string; required: number; canDecide: People; mayNotReview: People }[] }[];
}

const ask = async (rules: unknown[], requesterId?: string) =>
  must(
    await scene.admin('POST', '/v1/approval-profiles/eligibility', {
      policy: { rules },
      ...(requesterId && { requesterId }),
    }),
    200,
  ) as unknown as Answer;
const deciders = ({ rules }: Answer) =>
  rules.map(({ steps }) => steps.map(({ canDecide }) => canDecide.people.map(({ name }) => name)));

test('each step shows who could decide it, by name, group and role, and whom it names in vain', async () => {
  const rules = [
    { name: 'all', steps: [step({ users: [first.id, viewer.id] }), step({ groups: [group] }, 1, 'database')] },
    { name: 'delete', when: { operations: ['delete'] }, steps: [step({ roles: ['approver'] })] },
  ];
  const answer = await ask(rules);
  expect(answer.unsatisfiable).toBeNull();
  expect(deciders(answer)).toEqual([[['first'], ['second']], [['author', 'first', 'second']]]);
  expect(answer.rules.map(({ rule }) => rule)).toEqual(['all', 'delete']);
  expect(answer.rules[0]?.steps[0]?.mayNotReview).toEqual({ count: 1, people: [{ id: viewer.id, name: 'viewer' }] });
  expect(answer.rules[0]?.steps[1]).toMatchObject({ step: 'database', required: 1, mayNotReview: { count: 1 } });
});

test('whoever asks does not decide: what lacks them is said, with the very step', async () => {
  const rules = [{ name: 'all', steps: [step({ users: [first.id] }), step({ users: [author.id] }, 1, 'owner')] }];
  expect(await ask(rules)).toMatchObject({ unsatisfiable: null });
  const answer = await ask(rules, author.id);
  expect(deciders(answer)).toEqual([[['first'], []]]);
  expect(answer.unsatisfiable).toEqual({
    rule: 'all',
    step: 'owner',
    required: 1,
    available: 0,
    ruleAt: 0,
    stepAt: 1,
    projectId: null,
  });
});

test('it says what saving would say: too few for all steps together, and in a project that a rule names', async () => {
  const both = [step({ users: [first.id] }), step({ users: [first.id] }, 1, 'again')];
  const rules = [{ name: 'twice', steps: both }];
  const answer = await ask(rules);
  expect(deciders(answer)).toEqual([[['first'], ['first']]]);
  expect(answer.unsatisfiable).toMatchObject({ step: 'again', available: 0 });
  const saved = await scene.admin('POST', '/v1/approval-profiles', { name: 'twice', rules });
  expect(saved.json).toMatchObject({ code: 'invalid_input', errors: [{ pointer: '/rules/0/steps/1/required' }] });

  const local = await scene.person('local', 'viewer');
  const grant = { subjectType: 'person', subjectId: local.id, role: 'approver', projectId: scene.project.id };
  must(await scene.admin('POST', '/v1/role-grants', grant), 201);
  const inProject = (projects: string[]) => [
    { name: 'there', when: { projects }, steps: [step({ users: [local.id] })] },
  ];
  expect(deciders(await ask(inProject([scene.project.id])))).toEqual([[['local']]]);
  const elsewhere = await ask(inProject([bank]));
  expect(deciders(elsewhere)).toEqual([[[]]]);
  expect(elsewhere.unsatisfiable).toMatchObject({ projectId: bank, available: 0 });
});

test('only those who keep policies may ask, about people of their own organization, and nothing is stored', async () => {
  const rules = [{ name: 'all', steps: [step({ users: [first.id] })] }];
  const path = '/v1/approval-profiles/eligibility';
  expect((await first.api('POST', path, { policy: { rules } })).status).toBe(403);
  const before = await scene.broker.db.query('select count(*) from approval_profile_versions');
  const stranger = '01936f77-3e44-7f50-8b6c-7d8e9f0a1b24';
  const wrong = await scene.admin('POST', path, { policy: { rules }, requesterId: stranger });
  expect(wrong.json).toMatchObject({ code: 'invalid_input', errors: [{ pointer: '/requesterId' }] });
  const unknown = [{ name: 'all', steps: [step({ groups: [stranger] })] }];
  expect((await scene.admin('POST', path, { policy: { rules: unknown } })).json).toMatchObject({
    errors: [{ pointer: '/rules/0/steps/0/approvers/groups/0' }],
  });
  expect(await scene.broker.db.query('select count(*) from approval_profile_versions')).toEqual(before);
});
