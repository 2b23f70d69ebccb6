import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RouteDefinition } from '../../../src/api/route.ts';
import { evaluatePolicy, type PolicySnapshot, type Voter } from '../../../src/approvals/approval-policy.ts';
import { SECRET_OPERATIONS } from '../../../src/approvals/change-operation.ts';
import { createRandom } from '../../e2e/kill-loop/random.ts';
import type { ApiAnswer } from '../../support/api-client.ts';
import type { EmulatedRequest } from '../../support/emulators/emulated-request.ts';
import { startVaultEmulator, type VaultEmulator } from '../../support/emulators/hashicorp-vault.ts';
import { must, type Scene, type ScenePerson, startScene, targetsIn } from '../../support/scene.ts';
import { DANGEROUS, MOVES } from './attack/moves.ts';
import { createWorld, KINDS, type Kind, type World } from './attack/world.ts';
import { addPolicy, step } from './support.ts';

const SEED = Math.floor(Math.random() * 2 ** 31);
const SEQUENCES = 60;
const CALLS = 25;
const CANARY = 'Kana-of-the-governed';

let scene: Scene;
let lair: VaultEmulator;
let approvers: ScenePerson[];
let deciders: string;
let world: World;
let began: Date;
/** Governed things, by table. */
const governed = {
  secrets: [] as string[],
  profiles: [] as string[],
  vaults: [] as string[],
  policies: [] as string[],
};
/** Every request that carried a governed value, as `<emulator> <path>`. */
const carried = new Set<string>();

beforeAll(async () => {
  scene = await startScene();
  lair = await startVaultEmulator();
  const places = { source: scene.source.vault, target: scene.targets[0]?.vault as VaultEmulator, lair };
  for (const [name, vault] of Object.entries(places)) {
    const note = ({ body, path }: EmulatedRequest) => body.includes(CANARY) && void carried.add(`${name} ${path}`);
    vault.barrier({ when: (request) => note(request) === undefined && false });
  }
  await prepare();
});
afterAll(async () => {
  await scene.close();
  await lair.close();
});

/** Three gates, by person, group and role; behind each a secret with a copy at a profile that asks for nothing itself. */
async function prepare(): Promise<void> {
  const attackers = [await scene.person('mallory', 'admin'), await scene.person('eve', 'admin')];
  attackers.push(await scene.person('oscar', 'operator'), await scene.person('rita', 'read_write'));
  approvers = [];
  for (const name of ['ann', 'bob', 'cleo']) approvers.push(await scene.person(name, 'approver'));
  const [ann, bob, cleo] = approvers.map((person) => person.id) as [string, string, string];
  deciders = must(await scene.admin('POST', '/v1/groups', { name: 'deciders' }), 201).id as string;
  for (const id of [ann, bob, cleo]) must(await scene.admin('PUT', `/v1/groups/${deciders}/members/${id}`), 204);
  const places = [...SECRET_OPERATIONS, 'edit_vault', 'edit_vault_profile'];
  governed.policies = [
    await addPolicy(scene, [step({ users: [ann, bob, cleo] }, 2)]),
    await addPolicy(scene, [step({ groups: [deciders] }, 2)], { operations: places }),
    await addPolicy(scene, [step({ roles: ['approver'] }), step({ users: [ann, bob] })], { operations: places }),
  ];
  const copy = scene.targets[0];
  for (const [at, approvalProfileId] of governed.policies.entries()) {
    const body = { name: `gate-${at}`, vaultId: scene.source.vaultId, attributes: { prefix: `gate-${at}` } };
    const profileId = must(await scene.admin('POST', '/v1/vault-profiles', body), 201).id as string;
    const secret = { project: 'shop', name: `kept-${at}`, type: 'key_value', sourceProfileId: profileId };
    const created = await scene.admin('POST', '/v1/secrets', {
      ...secret,
      payload: { value: `${CANARY}-${at}` },
      targets: [{ profileId: copy?.profileId }],
    });
    const secretId = must(created, 201).secretId as string;
    await targetsIn(scene.admin, secretId, 'synced');
    must(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId }), 200);
    governed.secrets.push(secretId);
    governed.profiles.push(profileId);
  }
  governed.policies.push(
    await addPolicy(scene, [step({ users: [ann, bob] }, 2)], { operations: ['edit_organization'] }),
  );
  const organization = `/v1/organizations/${scene.organizationId}`;
  must(await scene.admin('PATCH', organization, { approvalProfileId: governed.policies[3] }), 200);
  governed.profiles.push(copy?.profileId ?? '');
  governed.vaults = [scene.source.vaultId, copy?.vaultId ?? ''];
  world = await knownTo(attackers, cleo);
  began = await clock();
}

async function clock(): Promise<Date> {
  const [row] = await scene.broker.db.query<{ now: Date }>('select clock_timestamp() as now');
  return row?.now ?? new Date();
}

async function knownTo(attackers: readonly ScenePerson[], sacrificed: string): Promise<World> {
  const idsOf = async (sql: string, params: unknown[] = []) =>
    (await scene.broker.db.query<{ id: string }>(sql, params)).map((row) => row.id);
  const known: Partial<Record<Kind, readonly string[]>> = {
    secretId: governed.secrets,
    targetId: await idsOf('select id from targets'),
    profileId: governed.profiles,
    vaultId: governed.vaults,
    approvalProfileId: governed.policies,
    userId: approvers.map((person) => person.id),
    groupId: [deciders],
    grantId: await idsOf('select id from role_grants where subject_id = any($1::uuid[])', [
      approvers.map((person) => person.id),
    ]),
    tokenId: await idsOf('select id from tokens where person_id = $1::uuid', [sacrificed]),
    project: ['shop', scene.project.id],
    organizationId: [scene.organizationId],
  };
  const settings = { address: lair.url, authMethod: 'token', token: lair.token };
  const body = { name: 'lair', kind: 'hashicorp-vault', settings };
  const vaultId = must(await scene.admin('POST', '/v1/vaults', body), 201).id as string;
  const profileId = must(await scene.admin('POST', '/v1/vault-profiles', { name: 'lair', vaultId }), 201).id as string;
  return createWorld(
    known,
    { vaultId: [vaultId], profileId: [profileId] },
    {
      random: createRandom(SEED),
      voices: attackers.map((person) => person.api),
      lair,
      source: scene.source.vault,
      projectId: scene.project.id,
      deciders: approvers.slice(0, 2).map((person) => person.id),
    },
  );
}

const mutating = (): RouteDefinition[] => scene.broker.routes.filter((route) => route.method !== 'get');

async function move(route: RouteDefinition): Promise<ApiAnswer> {
  const params: Record<string, string> = {};
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    const other = name === 'name' ? world.random.pick(['kept-0', 'kept-1', 'kept-2']) : '1';
    params[name] = (KINDS as readonly string[]).includes(name) ? world.pick(name as Kind) : other;
    return params[name] ?? '';
  });
  let body = MOVES[route.operationId]?.(world);
  // Those who go on deciding are not locked out; that this is possible at once is tested elsewhere.
  if (route.operationId === 'updateUser' && world.deciders.includes(params.userId ?? '')) body = { disabled: false };
  const answer = await world.voice()(route.method.toUpperCase(), path, body);
  world.learn(route.operationId, answer);
  return answer;
}

/** Two honest people approve updates, each on their own, of whoever asks: one vote is not enough, two are. */
async function honestVotes(): Promise<void> {
  for (const person of approvers.slice(0, 2)) {
    const list = await person.api('GET', '/v1/change-requests?state=pending_approval&operation=update&limit=20');
    for (const { id, revision, digest } of (list.json.items ?? []) as Record<string, unknown>[]) {
      if (world.random.next() < 0.5) continue;
      await person.api('POST', `/v1/change-requests/${id}/reviews`, { decision: 'approve', revision, digest });
    }
  }
}

/** Room for the next ones: at most one change is open per secret. */
async function withdrawAll(): Promise<void> {
  const list = await scene.admin('GET', '/v1/change-requests?state=pending_approval&limit=100');
  for (const { id } of (list.json.items ?? []) as { id: string }[]) {
    await scene.admin('POST', `/v1/change-requests/${id}/cancel`);
  }
}

test('every mutating route takes part', () => {
  expect(Object.keys(MOVES).sort()).toEqual(
    mutating()
      .map((route) => route.operationId)
      .sort(),
  );
});

test(`no sequence of calls by people without the right moves or changes a governed value (seed ${SEED})`, async () => {
  const before = await gates();
  const read = await held();
  const routes = mutating();
  const dangerous = routes.filter((route) => DANGEROUS.includes(route.operationId));
  const statuses = new Map<number, number>();
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    for (let call = 0; call < CALLS; call++) {
      const route = world.random.pick(world.random.next() < 0.6 ? dangerous : routes);
      const { status, text } = await move(route);
      if (status === 500) throw new Error(`${route.operationId}: ${text}`);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    if (sequence >= SEQUENCES / 2) await honestVotes();
    if (world.random.next() < 0.7) await withdrawAll();
  }
  // The attack was one: much was refused, much waits, much was done.
  for (const status of [202, 201, 403, 409]) expect(statuses.get(status), `answers ${status}`).toBeGreaterThan(10);
  expect(await ungranted()).toEqual([]);
  expect(await gates()).toEqual(before);
  expect(await held()).toEqual(read);
  expect([...carried].filter((where) => !home(where))).toEqual([]);
});

/** What decides where the governed secrets lie and who must agree. */
async function gates(): Promise<unknown> {
  const { db } = scene.broker;
  const ids = approvers.map((person) => person.id);
  return {
    vaults: await db.query(
      'select id, settings, sealed_credentials, revision from vaults where id = any($1::uuid[]) order by id',
      [governed.vaults],
    ),
    profiles: await db.query(
      `select id, vault_id, naming, attributes, place, approval_profile_id, revision from vault_profiles
       where id = any($1::uuid[]) order by id`,
      [governed.profiles],
    ),
    organization: await db.query('select approval_profile_id from organizations where id = $1::uuid', [
      scene.organizationId,
    ]),
    policies: await db.query('select id, version from approval_profiles where id = any($1::uuid[]) order by id', [
      governed.policies,
    ]),
    deciding: await db.query(
      `select p.id, p.email from people p where exists (
         select 1 from role_grants g where g.role in ('approver', 'break_glass') and g.subject_type <> 'machine' and (
           g.subject_id = p.id or g.subject_id in (select group_id from group_members where person_id = p.id)))
         or p.id in (select person_id from group_members where group_id = $1::uuid) order by p.id`,
      [deciders],
    ),
    faces: await db.query('select id from tokens where person_id = any($1::uuid[]) order by id', [ids]),
    targets: await db.query(
      `select secret_id, profile_id, remote_path from targets where secret_id = any($1::uuid[]) order by 1, 2`,
      [governed.secrets],
    ),
  };
}

/** Governed secrets but for what two honest people agreed to: new versions. */
async function held(): Promise<unknown> {
  return scene.broker.db.query(
    `select s.id, s.state, s.enabled, s.protected, s.tags, s.description, s.path, s.name, s.source_profile_id, s.source_path,
       s.revision - (select count(*)::int from change_requests c
         where c.secret_id = s.id and c.operation = 'update' and c.state = 'applied') as revision,
       (select v.fingerprint from secret_versions v where v.secret_id = s.id and v.version = 1) as first
     from secrets s where s.id = any($1::uuid[]) order by s.id`,
    [governed.secrets],
  );
}

interface AppliedRow {
  id: string;
  operation: string;
  revision: number;
  policies: PolicySnapshot[];
  guarded: boolean;
  editors: string[];
  votes: string[];
}

/** Applied changes that a policy asked about, or that are about something governed, without enough votes of those who may. */
async function ungranted(): Promise<unknown[]> {
  const rows = await scene.broker.db.query<AppliedRow>(
    `select c.id, c.operation, c.revision, c.policies, c.subject_id = any($2::uuid[]) as guarded,
       array(select e.person_id::text from change_editors e where e.change_id = c.id) as editors,
       array(select r.person_id::text from reviews r
         where r.change_id = c.id and r.revision = c.revision and r.decision = 'approve' and r.digest = c.digest) as votes
     from change_requests c where c.state = 'applied' and c.created_at >= $1`,
    [began, [...governed.secrets, ...governed.profiles, ...governed.vaults, ...governed.policies, deciders]],
  );
  const able = approvers.map(
    ({ id: personId }): Voter => ({ personId, groupIds: [deciders], roles: ['approver'], mayReview: true }),
  );
  return rows.filter(({ policies, guarded, editors, votes }) => {
    const voters = able.filter(({ personId }) => votes.includes(personId) && !editors.includes(personId));
    const met = policies.every((policy) => evaluatePolicy(policy, voters).satisfied);
    return !met || (guarded && policies.length === 0);
  });
}

/** Where the governed values belong. */
function home(where: string): boolean {
  return (
    /^source \/v1\/secret\/data\/gate-[0-2]\/default\/shop\/kept-[0-2]$/.test(where) ||
    /^target \/v1\/secret\/data\/default\/shop\/kept-[0-2]$/.test(where)
  );
}
