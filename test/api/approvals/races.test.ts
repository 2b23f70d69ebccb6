import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FailpointName } from '../../../src/ports.ts';
import { eventually, must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { actionsOf, addProfile, existing, type Opened, opened, review, step, work } from './support.ts';

/*
 * Real calls side by side on a real PostgreSQL: which of them comes first is left to it. Every round ends in exactly one
 * state, and what ran is what every counted vote named.
 */

let scene: Scene;
let author: ScenePerson;
let voters: ScenePerson[];
let profile: string;
/** The step at which whoever carries a change out stops for good, once. */
let dyingAt: FailpointName | undefined;

beforeAll(async () => {
  scene = await startScene({
    workers: false,
    failpoint: (name) => {
      if (name !== dyingAt) return undefined;
      dyingAt = undefined;
      return new Promise<void>(() => {});
    },
  });
  author = await scene.person('author', 'read_write');
  voters = [];
  for (let n = 0; n < 20; n++) voters.push(await scene.person(`voter-${n}`, 'approver'));
  profile = await addProfile(scene, scene.source.vaultId, [step({ users: voters.map(({ id }) => id) }, 2)], {
    operations: ['edit_metadata', 'update'],
  });
});
afterAll(() => scene.close());

const voter = (number: number): ScenePerson => {
  const person = voters[number];
  if (person === undefined) throw new Error('no such voter');
  return person;
};

interface Standing {
  readonly state: string;
  readonly digest: string;
  readonly revision: number;
  readonly description: string;
  readonly counted: readonly string[];
}

/** Where the change is, the secret's description, and the digests of the approvals of its last revision. */
async function standing(changeId: string): Promise<Standing> {
  const [row] = await scene.broker.db.query<Standing>(
    `select c.state, c.digest, c.revision, s.description, array(select v.digest from reviews v
       where v.change_id = c.id and v.revision = c.revision and v.decision = 'approve') as counted
     from change_requests c join secrets s on s.id = c.secret_id where c.id = $1::uuid`,
    [changeId],
  );
  if (row === undefined) throw new Error('no such change');
  return row;
}

test('500 rounds of an edit racing approvals: what ran has the digest of every vote that counted', async () => {
  const seen = { asFirst: 0, asEdited: 0 };
  const play = async (id: string, round: number) => {
    const first = opened(await author.api('PATCH', `/v1/secrets/${id}`, { description: `first ${round}` }));
    const edit = () => author.api('POST', `/v1/change-requests/${first.id}/edit`, { comment: `edited ${round}` });
    const votes = [voter(0), voter(1)].map((person) => () => review(person.api, first));
    // The edit starts before, between and behind the votes.
    const calls = [...votes.slice(0, round % 3), edit, ...votes.slice(round % 3)];
    const answers = await Promise.all(calls.map((call) => call()));
    const edited = answers[round % 3];
    let change: Opened = first;
    if (edited?.status === 200) {
      change = { ...first, ...(edited.json as unknown as Opened) };
      expect(await work(scene, first.id)).toBe(false);
      // Votes on what was shown before count for nothing now.
      expect((await standing(first.id)).counted).toEqual([]);
      for (const person of [voter(2), voter(3)]) must(await review(person.api, change), 200);
      seen.asEdited += 1;
    } else {
      expect(edited?.json).toMatchObject({ code: 'invalid_transition' });
      seen.asFirst += 1;
    }
    expect(await work(scene, first.id)).toBe(true);
    const { state, digest, revision, counted, description } = await standing(first.id);
    expect([state, digest, revision, description]).toEqual([
      'applied',
      change.digest,
      change.revision,
      `first ${round}`,
    ]);
    expect(counted).toEqual([digest, digest]);
  };
  // Five secrets side by side, so that rounds do not wait for each other's commits.
  const lanes = Array.from({ length: 5 }, async (_, lane) => {
    const id = await existing(author.api, profile);
    for (let round = lane; round < 500; round += 5) await play(id, round);
  });
  await Promise.all(lanes);
  expect(Math.min(seen.asFirst, seen.asEdited), JSON.stringify(seen)).toBeGreaterThan(0);
});

test('200 rounds of expiry racing approval: one final state, and what expired never runs (D10)', async () => {
  const id = await existing(author.api, profile);
  const seen = { applied: 0, expired: 0 };
  let before = '';
  for (let round = 0; round < 200; round++) {
    const change = opened(await author.api('PATCH', `/v1/secrets/${id}`, { description: `round ${round}` }));
    must(await review(voter(0).api, change), 200);
    await scene.broker.db.query(
      `update change_requests set expires_at = clock_timestamp() + $2::int * interval '1 millisecond' where id = $1::uuid`,
      [change.id, [0, 3, 8, 500][round % 4]],
    );
    const expire = async () => {
      do await scene.broker.scanner.scan();
      while ((await standing(change.id)).state === 'pending_approval');
    };
    const [vote] = await Promise.all([review(voter(1).api, change), expire()]);
    const ran = await work(scene, change.id);
    const { state, description } = await standing(change.id);
    if (vote.status === 200) expect([state, ran, description]).toEqual(['applied', true, `round ${round}`]);
    else expect([vote.status, state, ran, description]).toEqual([409, 'expired', false, before]);
    seen[state as 'applied' | 'expired'] += 1;
    before = description;
  }
  expect(Math.min(seen.applied, seen.expired), JSON.stringify(seen)).toBeGreaterThan(0);
});

test('200 rounds of rejection racing the last approval: one final state (D10)', async () => {
  const play = async (id: string, round: number) => {
    const change = opened(await author.api('PATCH', `/v1/secrets/${id}`, { description: `round ${round}` }));
    must(await review(voter(0).api, change), 200);
    const votes = [() => review(voter(1).api, change), () => review(voter(2).api, change, 'reject')];
    if (round % 2 === 1) votes.reverse();
    const answers = await Promise.all(votes.map((vote) => vote()));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    const won = answers.find((answer) => answer.status === 200)?.json.state;
    const ran = await work(scene, change.id);
    expect([ran, (await standing(change.id)).state]).toEqual(
      won === 'approved' ? [true, 'applied'] : [false, 'rejected'],
    );
  };
  const lanes = Array.from({ length: 4 }, async (_, lane) => {
    const id = await existing(author.api, profile);
    for (let round = lane; round < 200; round += 4) await play(id, round);
  });
  await Promise.all(lanes);
});

test('20 approve at once and the process that runs it dies in the middle: one version, one applied event (D1)', async () => {
  const id = await existing(author.api, profile);
  const change = opened(await author.api('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'once' } }));
  const answers = await Promise.all(voters.map((person) => review(person.api, change)));
  const taken = answers.filter((answer) => answer.status === 200);
  expect(taken).toHaveLength(2);
  expect(answers.filter((answer) => answer.status !== 200).every((answer) => answer.status === 409)).toBe(true);
  const writes = () => scene.source.vault.journal.filter((entry) => entry.kind === 'write').length;
  const before = writes();
  const { executions, executor } = scene.broker.work;
  const [grant, ...more] = (await Promise.all(Array.from({ length: 5 }, () => executions.begin(change.id)))).filter(
    (each) => each !== undefined,
  );
  expect(more).toEqual([]);
  if (grant === undefined) throw new Error('nobody may run it');
  // The vault has taken the write; whoever made it is never heard of again.
  dyingAt = 'write.after-vault';
  void executor.execute(grant.change, { recovering: false, patient: true });
  await eventually(async () => dyingAt === undefined, 'the write reached the vault');
  expect(await executions.begin(change.id)).toBeUndefined();
  await scene.broker.db.query(
    `update change_requests set lease_until = now() - interval '1 second' where id = $1::uuid`,
    [change.id],
  );
  await work(scene, change.id);
  const versions = must(await author.api('GET', `/v1/secrets/${id}/versions`), 200).items as unknown[];
  expect(versions).toHaveLength(2);
  expect(writes() - before).toBe(1);
  expect((await actionsOf(scene, change.id)).filter((action) => action === 'change.applied')).toHaveLength(1);
  expect(await standing(change.id)).toMatchObject({ state: 'applied' });
  expect(await work(scene, change.id)).toBe(false);
});

test('20 submits of drafts of one secret at once: one waits, the others are told for which', async () => {
  const id = await existing(author.api, profile);
  const drafts: Opened[] = [];
  for (let n = 0; n < 20; n++) {
    const body = { payload: { value: `draft ${n}` }, draft: true };
    const answer = must(await author.api('POST', `/v1/secrets/${id}/versions`, body), 202);
    drafts.push(answer.changeRequest as Opened);
  }
  const answers = await Promise.all(
    drafts.map((draft) => author.api('POST', `/v1/change-requests/${draft.id}/submit`)),
  );
  const waiting = answers.filter((answer) => answer.status === 200);
  expect(waiting).toHaveLength(1);
  for (const answer of answers.filter((each) => each.status !== 200)) {
    expect(answer.json).toMatchObject({ code: 'change_in_progress', changeRequestId: waiting[0]?.json.id });
  }
});
