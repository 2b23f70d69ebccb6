import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiAnswer } from '../../support/api-client.ts';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { putForeign } from '../../support/vault-entries.ts';
import { differences, fourDigits, heard } from './guesser/transcript.ts';
import { addProfile, existing, grantRole, newSecret, opened, step, work } from './support.ts';

/** Two worlds that differ in nothing but the four digits a guesser is after. */
const PINS = ['7391', '0482'] as const;
/** `npm run guess` tries every number at the dearest door as well; the suite one in so many, and always the right ones. */
const EVERY = Number(process.env.GUESS_EVERY ?? 40);
/** For doors of which the answer cannot depend on how often it is tried. */
const SOME = fourDigits(2000, PINS);
const LANES = 8;

let scene: Scene;
/** Knows the PIN and wrote it. */
let owner: ScenePerson;
/** Proposes and reviews: both roles in one person. */
let guesser: ScenePerson;
/** The same once more, so that each can review what the other asks for; administers vaults and syncs besides. */
let friend: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ workers: false, settings: { dbPool: 12 } });
  owner = await scene.person('owner', 'read_write');
  guesser = await scene.person('guesser', 'write_only');
  friend = await scene.person('friend', 'approver');
  await grantRole(scene, 'person', guesser.id, 'approver');
  await grantRole(scene, 'person', friend.id, 'write_only');
  await grantRole(scene, 'person', friend.id, 'operator');
});
afterAll(() => scene.close());

const payload = (pin: string) => ({ username: 'shop', password: pin });
const steps = () => [step({ users: [guesser.id, friend.id] })];

async function profileFor(governed: boolean): Promise<string> {
  return governed
    ? addProfile(scene, scene.source.vaultId, steps(), { operations: ['update', 'rollback', 'accept_source'] })
    : addProfile(scene, scene.source.vaultId);
}

const kept = (pin: string, profileId: string, more: Record<string, unknown> = {}) =>
  existing(owner.api, profileId, { type: 'basic_auth', payload: payload(pin), ...more });

type Hear = (answer: ApiAnswer) => ApiAnswer;
/** The same play in both worlds, each beginning with nothing looked at. Answers with what was said. */
async function inBothWorlds(play: (pin: string, hear: Hear) => Promise<readonly string[] | undefined>) {
  const said: string[][] = [];
  for (const pin of PINS) {
    await scene.broker.db.query(`update evidence_looks set at = at - interval '2 days'`);
    const answers: string[] = [];
    const more = await play(pin, (answer) => {
      answers.push(heard(answer));
      return answer;
    });
    said.push([...answers, ...(more ?? [])]);
  }
  const [one = [], other = []] = said;
  expect(one.length).toBeGreaterThan(0);
  expect(differences(one, other).slice(0, 3)).toEqual([]);
  return one;
}

const change = (id: string, path = '') => `/v1/change-requests/${id}${path}`;

test('guesses by editing a request and reading its evidence', {
  timeout: EVERY === 1 ? 1_800_000 : 90_000,
}, async () => {
  const others = fourDigits(EVERY).filter((digits) => !(PINS as readonly string[]).includes(digits));
  const guesses = [...PINS, ...others];
  const answers = await inBothWorlds(async (pin) => {
    const profileId = await profileFor(true);
    const changes: string[] = [];
    for (let lane = 0; lane < LANES; lane++) {
      const id = await kept(pin, profileId);
      const asked = await guesser.api('POST', `/v1/secrets/${id}/versions`, { payload: payload('0000') });
      changes.push(opened(asked).id);
    }
    const guess = async (id: string, digits: string): Promise<string[]> => {
      const edited = await guesser.api('POST', change(id, '/edit'), { payload: payload(digits) });
      return [heard(edited), heard(await friend.api('GET', change(id, '/evidence')))];
    };
    const first: string[] = [];
    // One after the other until an hour's comparisons are used up: who is told that depends on the order alone.
    for (const [at, digits] of guesses.slice(0, 80).entries()) {
      first.push(...(await guess(changes[at % LANES] ?? '', digits)));
    }
    const inLane = async (id: string, lane: number): Promise<string[]> => {
      const said: string[] = [];
      for (let at = 80 + lane; at < guesses.length; at += LANES) said.push(...(await guess(id, guesses[at] ?? '')));
      return said;
    };
    return [...first, ...(await Promise.all(changes.map(inLane))).flat()];
  });
  expect(answers).toHaveLength(guesses.length * 2);
  // And within one world the right guess is answered as every wrong one: an edit, and its evidence with and without comparison.
  const shapes = new Set(answers.map((text) => text.replaceAll(/"revision":\d+/g, '')));
  expect(shapes.size).toBe(3);
});

/** Every number there is, as many in one text as a comment holds. */
const TEXTS = Array.from({ length: 26 }, (_, n) =>
  fourDigits()
    .slice(n * 390, (n + 1) * 390)
    .join(' '),
);

test('every number is in the texts', () => {
  expect(new Set(TEXTS.join(' ').split(' ')).size).toBe(10_000);
  expect(Math.max(...TEXTS.map((text) => text.length))).toBeLessThan(2000);
});

/** Everything that can be read of a change and of its secret. */
async function look(hear: Hear, secretId: string, changeId: string) {
  for (const api of [guesser.api, friend.api]) {
    for (const path of ['', '/evidence', '/plan', '/explain', '/comments?limit=200']) {
      hear(await api('GET', change(changeId, path)));
    }
    for (const path of ['', '/versions', '/versions/latest', '/targets', '/plan', '/plan?observe=false']) {
      hear(await api('GET', `/v1/secrets/${secretId}${path}`));
    }
  }
}

test('10,000 guesses in what is said about a change that holds it', async () => {
  await inBothWorlds(async (pin, hear) => {
    const id = await kept(pin, await profileFor(true));
    const asked = opened(
      await owner.api('POST', `/v1/secrets/${id}/versions`, { payload: { username: 'other', password: pin } }),
    );
    for (const text of [...TEXTS, ...PINS]) {
      for (const api of [guesser.api, friend.api]) {
        hear(await api('POST', change(asked.id, '/comments'), { text }));
        const vote = { decision: 'approve', revision: 99, digest: asked.digest, comment: text };
        hear(await api('POST', change(asked.id, '/reviews'), vote));
      }
      hear(await guesser.api('POST', change(asked.id, '/edit'), { comment: text, versionDescription: text }));
    }
    await look(hear, id, asked.id);
    return undefined;
  });
});

test('10,000 guesses in the comment of taking over what a source holds', async () => {
  await inBothWorlds(async (pin, hear) => {
    const id = await kept(pin, await profileFor(true));
    for (const comment of [...TEXTS, ...PINS]) {
      hear(await guesser.api('POST', `/v1/secrets/${id}/accept-source`, { comment }));
    }
    return undefined;
  });
});

const run = (profileId: string) => scene.broker.work.syncs.run(profileId, new AbortController().signal);
const prefixOf = async (profileId: string) =>
  (must(await scene.admin('GET', `/v1/vault-profiles/${profileId}`), 200).attributes as { prefix: string }).prefix;
const target = () => scene.targets[0] ?? scene.source;

test('what somebody left at a copy or at the source by hand is taken over unseen', async () => {
  await inBothWorlds(async (pin, hear) => {
    const copy = await addProfile(scene, target().vaultId);
    const profileId = await profileFor(true);
    const id = await kept('2580', profileId, { targets: [{ profileId: copy }] });
    await run(copy);
    const path = `/v1/secrets/${id}`;
    const { items } = must(await owner.api('GET', `${path}/targets`), 200) as {
      items: { id: string; remotePath: string }[];
    };
    const [{ id: targetId, remotePath } = { id: '', remotePath: '' }] = items;
    await putForeign(target().vault, `${await prefixOf(copy)}/${remotePath}`, payload(pin));
    must(await owner.api('POST', `${path}/sync`), 202);
    await run(copy);
    // The friend took it over, and the guesser is to decide: neither finds out what it is.
    const taken = opened(hear(await friend.api('POST', `${path}/targets/${targetId}/accept`, { comment: TEXTS[18] })));
    for (const text of [...TEXTS, ...PINS]) {
      for (const api of [guesser.api, friend.api]) hear(await api('POST', change(taken.id, '/comments'), { text }));
      hear(await friend.api('POST', change(taken.id, '/edit'), { comment: text }));
    }
    await look(hear, id, taken.id);
    must(await scene.admin('POST', change(taken.id, '/cancel')), 200);

    await putForeign(scene.source.vault, `${await prefixOf(profileId)}/${remotePath}`, payload(pin));
    const source = opened(hear(await friend.api('POST', `${path}/accept-source`, { comment: TEXTS[18] })));
    for (const digits of [...SOME]) {
      for (const door of ['/edit', '/rebase', '/retry', '/submit']) {
        const answer = hear(await friend.api('POST', change(source.id, door), { payload: payload(digits) }));
        expect(answer.status).not.toBe(200);
      }
    }
    await look(hear, id, source.id);
    return undefined;
  });
});

test('who may write and not read is told nothing by a version, on its way to the vaults or after', async () => {
  await inBothWorlds(async (pin, hear) => {
    const copy = await addProfile(scene, target().vaultId);
    const said: string[] = [];
    for (const digits of SOME) {
      // Each guess meets the PIN: its owner puts it back every time.
      const id = await kept(pin, await profileFor(false), { targets: [{ profileId: copy }] });
      await run(copy);
      const body = { payload: payload(digits), expectedVersion: 1 };
      const key = { 'idempotency-key': `guess-${id}` };
      const path = `/v1/secrets/${id}`;
      const written = hear(await guesser.api('POST', `${path}/versions`, body, key));
      expect(written).toMatchObject({ status: 201, json: { unchanged: false, version: { version: 2 } } });
      hear(await guesser.api('POST', `${path}/versions`, body, key));
      hear(await guesser.api('POST', `${path}/rollback`, { version: 1 }));
      await run(copy);
      for (const read of ['', '/versions', '/versions/1', '/versions/2', '/targets', '/plan']) {
        hear(await friend.api('GET', `${path}${read}`));
      }
      for (const check of [true, false]) {
        const template = `{{ if eq (index .Secrets "x" "password") "${digits}" }}1{{ end }}`;
        hear(await guesser.api('POST', '/v1/render', { project: 'shop', template, check }));
      }
      said.push(heard(written));
    }
    // Nor is the right guess answered otherwise than a wrong one.
    expect(new Set(said).size).toBe(1);
    return undefined;
  });
});

test('a foreign entry is adopted by nobody who may be guessing at it', async () => {
  await inBothWorlds(async (pin, hear) => {
    const copy = await addProfile(scene, target().vaultId);
    const body = newSecret(await profileFor(false), {
      type: 'basic_auth',
      payload: payload('0000'),
      targets: [{ profileId: copy, onConflict: 'adopt' }],
    });
    await putForeign(target().vault, `${await prefixOf(copy)}/default/shop/${body.name}`, payload(pin));
    const id = must(hear(await guesser.api('POST', '/v1/secrets', body)), 201).secretId as string;
    const path = `/v1/secrets/${id}`;
    for (const digits of SOME) {
      hear(await guesser.api('POST', `${path}/versions`, { payload: payload(digits) }));
      await run(copy);
      const targets = hear(await friend.api('GET', `${path}/targets`));
      const [{ id: targetId, state } = { id: '', state: '' }] = targets.json.items as { id: string; state: string }[];
      expect(state).toBe('conflict');
      hear(await friend.api('POST', `${path}/targets/${targetId}/resolve`, { way: 'adopt' }));
      hear(await friend.api('GET', `${path}/plan`));
      await run(copy);
      hear(await friend.api('GET', `${path}/targets`));
    }
    // Its owner, who may read the secret, may have it adopted.
    must(await owner.api('POST', `${path}/versions`, { payload: payload(pin) }), 201);
    await run(copy);
    const { items } = must(await owner.api('GET', `${path}/targets`), 200) as { items: unknown[] };
    expect(items).toMatchObject([{ state: 'synced' }]);
    return undefined;
  });
});

test('what somebody wrote at a source by hand is found by no change that is based on it anew', async () => {
  await inBothWorlds(async (pin, hear) => {
    const profileId = await profileFor(false);
    const prefix = await prefixOf(profileId);
    const changed = newSecret(profileId, { type: 'basic_auth', payload: payload('2580') });
    const id = must(await owner.api('POST', '/v1/secrets', changed), 201).secretId as string;
    await putForeign(scene.source.vault, `${prefix}/default/shop/${changed.name}`, payload(pin));
    const taken = newSecret(profileId, { type: 'basic_auth', payload: payload('0000') });
    await putForeign(scene.source.vault, `${prefix}/default/shop/${taken.name}`, payload(pin));
    const asked = [
      await guesser.api('POST', `/v1/secrets/${id}/versions`, { payload: payload('0000') }),
      await guesser.api('POST', '/v1/secrets', taken),
    ];
    for (const { status, json } of asked) {
      expect([status, json.code]).toEqual([409, 'vault_conflict']);
      const changeId = json.changeRequestId as string;
      for (const digits of SOME) {
        hear(await guesser.api('POST', change(changeId, '/rebase'), { payload: payload(digits) }));
        await work(scene, changeId);
        expect(hear(await friend.api('GET', change(changeId))).json.state).toBe('conflict');
      }
    }
    return undefined;
  });
});
