import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { addProfile, existing, newSecret, type Opened, opened, review, step, work } from './support.ts';

let scene: Scene;
let author: ScenePerson;
let first: ScenePerson;
let second: ScenePerson;
let group: string;
let inOrder: string;
let anyOf: string;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  first = await scene.person('first', 'approver');
  second = await scene.person('second', 'approver');
  group = must(await scene.admin('POST', '/v1/groups', { name: 'team' }), 201).id as string;
  must(await scene.admin('PUT', `/v1/groups/${group}/members/${second.id}`), 204);
  inOrder = await addProfile(scene, scene.source.vaultId, [
    step({ users: [first.id] }, 1, 'one'),
    step({ groups: [group] }, 1, 'two'),
  ]);
  anyOf = await addProfile(scene, scene.source.vaultId, [step({ users: [first.id, second.id] }, 2)]);
});
afterAll(() => scene.close());

interface Page {
  readonly items: readonly { readonly id: string }[];
  readonly nextCursor: string | null;
}

const page = async (person: ScenePerson, query: string) =>
  must(await person.api('GET', `/v1/change-requests?${query}`), 200) as unknown as Page;
const ids = async (person: ScenePerson, query: string) => (await page(person, query)).items.map(({ id }) => id);
const waiting = (person: ScenePerson, more = '') => ids(person, `waitingFor=me${more}`);
const counts = async (person: ScenePerson) => must(await person.api('GET', '/v1/change-requests/counts'), 200);
const ask = async (profile: string, person = author) =>
  opened(await person.api('POST', '/v1/secrets', newSecret(profile)));

test('what waits for me is where my approval would count now: open steps, not mine, not yet decided', async () => {
  const [ordered, both] = [await ask(inOrder), await ask(anyOf)];
  expect(await waiting(first)).toEqual([both.id, ordered.id]);
  expect(await waiting(second)).toEqual([both.id]);
  expect(await waiting(author)).toEqual([]);
  expect(await counts(first)).toMatchObject({ waitingForMe: 2, mineOpen: 0, waiting: 2, countedUpTo: 100 });
  expect(await counts(author)).toMatchObject({ waitingForMe: 0, mineOpen: 2 });
  must(await review(first.api, ordered), 200);
  must(await review(first.api, both), 200);
  expect(await waiting(first)).toEqual([]);
  expect(await waiting(second)).toEqual([both.id, ordered.id]);
  expect(await waiting(second, '&sort=oldest')).toEqual([ordered.id, both.id]);
  must(await review(second.api, ordered, 'reject'), 200);
  expect(await waiting(second)).toEqual([both.id]);
  expect(await counts(author)).toMatchObject({ mineOpen: 1, mineWithoutEffect: 1 });
  must(await author.api('POST', `/v1/change-requests/${both.id}/edit`, { payload: { value: 'again' } }), 200);
  expect(await waiting(first)).toEqual([both.id]);
  must(await author.api('POST', `/v1/change-requests/${both.id}/cancel`), 200);
});

test('pages of what waits for me hold each change once, through others that do not', async () => {
  const mine: string[] = [];
  for (let n = 0; n < 7; n++) {
    const change = await ask(n % 2 === 0 ? anyOf : inOrder);
    if (n % 2 === 0) mine.push(change.id);
  }
  for (const sort of ['newest', 'oldest', 'expiring']) {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const next: Page = await page(
        second,
        `waitingFor=me&limit=2&sort=${sort}${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...next.items.map(({ id }) => id));
      cursor = next.nextCursor;
    }
    expect([...seen].sort(), sort).toEqual([...mine].sort());
    if (sort !== 'expiring') expect(seen).toEqual(sort === 'oldest' ? mine : [...mine].reverse());
  }
  const wrong = await second.api(
    'GET',
    `/v1/change-requests?sort=oldest&cursor=${(await page(second, 'limit=1')).nextCursor}`,
  );
  expect(wrong.status).toBe(422);
});

test('filters: mine, project, age, state, operation, kind of subject, overridden', async () => {
  const colleague = await scene.person('colleague', 'read_write');
  const project = must(await scene.admin('POST', '/v1/projects', { slug: 'other', name: 'Other' }), 201);
  const change = opened(await colleague.api('POST', '/v1/secrets', { ...newSecret(anyOf), project: 'other' }));
  const since = encodeURIComponent(
    must(await author.api('GET', `/v1/change-requests/${change.id}`), 200).createdAt as string,
  );
  expect(await ids(colleague, 'mine=true')).toEqual([change.id]);
  expect(await ids(author, `project=other`)).toEqual([change.id]);
  expect(await ids(author, `project=${project.id}&state=pending_approval&operation=create`)).toEqual([change.id]);
  expect(await ids(author, `project=other&operation=delete`)).toEqual([]);
  expect(await ids(author, `openedAfter=${since}`)).toContain(change.id);
  expect(await ids(author, `openedBefore=${since}`)).not.toContain(change.id);
  expect(await ids(author, 'project=other&subjectType=secret')).toEqual([change.id]);
  expect(await ids(author, 'project=other&subjectType=vault')).toEqual([]);
  expect(await ids(author, 'project=other&overridden=true')).toEqual([]);
  expect(await ids(author, 'project=other&overridden=false')).toEqual([change.id]);
  expect((await author.api('GET', '/v1/change-requests?waitingFor=you')).status).toBe(422);
});

test('reviews in bulk: each for itself, with its own outcome, and the same again changes nothing', async () => {
  const profile = await addProfile(scene, scene.source.vaultId, [step({ users: [first.id] })]);
  const [good, stale, mine, gone] = [await ask(profile), await ask(profile), await ask(profile), await ask(profile)];
  must(await author.api('POST', `/v1/change-requests/${gone.id}/cancel`), 200);
  const nothing = '01936f77-3e44-7f50-8b6c-7d8e9f0a1b23';
  const vote = ({ id, revision, digest }: Opened, more: object = {}) => ({
    changeRequestId: id,
    decision: 'approve',
    revision,
    digest,
    ...more,
  });
  const reviews = [
    vote(good),
    vote(stale, { digest: 'k1:00' }),
    vote(mine, { decision: 'reject', comment: 'no' }),
    vote(gone),
    { ...vote(good), changeRequestId: nothing },
  ];
  const answer = must(await first.api('POST', '/v1/change-requests/reviews', { reviews }), 207);
  expect(answer.items).toMatchObject([
    { changeRequestId: good.id, status: 200, changeRequest: { state: 'approved' }, problem: null },
    { changeRequestId: stale.id, status: 409, changeRequest: null, problem: { code: 'digest_mismatch' } },
    { changeRequestId: mine.id, status: 200, changeRequest: { state: 'rejected' } },
    { changeRequestId: gone.id, status: 409, problem: { code: 'invalid_transition' } },
    { changeRequestId: nothing, status: 404, problem: { code: 'not_found' } },
  ]);
  const again = must(await first.api('POST', '/v1/change-requests/reviews', { reviews: [vote(good)] }), 207);
  expect(again.items).toMatchObject([{ status: 200, changeRequest: { state: 'approved' } }]);
  const barred = must(await author.api('POST', '/v1/change-requests/reviews', { reviews: [vote(stale)] }), 207);
  expect(barred.items).toMatchObject([{ status: 403, problem: { code: 'forbidden' } }]);
  expect(await work(scene, good.id)).toBe(true);
  const many = Array.from({ length: 51 }, () => vote(stale));
  expect((await first.api('POST', '/v1/change-requests/reviews', { reviews: many })).status).toBe(422);
});

test('whoever may see one project only is shown and counted nothing of the others', async () => {
  const guest = must(await scene.admin('POST', '/v1/users', { name: 'guest', email: 'guest@example.com' }), 201);
  const projects = must(await scene.admin('GET', '/v1/projects'), 200).items as { id: string; slug: string }[];
  const other = projects.find(({ slug }) => slug === 'other')?.id;
  const grant = { subjectType: 'person', subjectId: guest.id, role: 'approver', projectId: other };
  must(await scene.admin('POST', '/v1/role-grants', grant), 201);
  const token = must(await scene.admin('POST', '/v1/tokens', { name: 't', userId: guest.id }), 201).token as string;
  const person = { id: guest.id as string, api: scene.admin.as(token) };
  const hidden = await ask(anyOf);
  const shown = await ids(person, 'limit=200');
  expect(shown).not.toContain(hidden.id);
  expect(shown).toHaveLength(1);
  expect(await counts(person)).toMatchObject({ waitingForMe: 0, waiting: 1, mineOpen: 0 });
});

test('the bounds of the inbox hold: a list of what waits reads an index and not the whole table', async () => {
  const id = await existing(author.api, await addProfile(scene, scene.source.vaultId));
  await scene.broker.db.query(
    `insert into change_requests (id, organization_id, project_id, secret_id, subject_type, subject_id, operation, state,
       base_version, profile_id, profile_revision, plan, digest, policies, requester, requester_person_id)
     select gen_random_uuid(), organization_id, project_id, secret_id, subject_type, subject_id, operation, 'applied',
       base_version, profile_id, profile_revision, plan, digest, policies, requester, requester_person_id
     from change_requests, generate_series(1, 3000) where id = (select id from change_requests where secret_id = $1 limit 1)`,
    [id],
  );
  await scene.broker.db.query('analyze change_requests');
  const plan = await scene.broker.db.query<Record<string, string>>(
    `explain select 1 from change_requests c where c.organization_id = (select organization_id from secrets where id = '${id}')
       and c.state = 'pending_approval' order by c.id desc limit 200`,
  );
  const text = plan.map((row) => Object.values(row)[0]).join('\n');
  expect(text).toMatch(/index/i);
  expect(text).not.toContain('Seq Scan on change_requests');
  expect(await counts(first)).toMatchObject({ countedUpTo: 100 });
});
