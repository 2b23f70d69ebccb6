import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RouteDefinition } from '../../src/api/route.ts';
import { ADMINISTRATIVE_OPERATIONS, CHANGE_OPERATIONS } from '../../src/approvals/change-operation.ts';
import { UNGOVERNED } from '../../src/approvals/governance.ts';
import { importDesk } from '../support/import-desk.ts';
import { must, type Scene, type ScenePerson, startScene } from '../support/scene.ts';
import { putForeign } from '../support/vault-entries.ts';
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
} from './approvals/support.ts';

let scene: Scene;
let author: ScenePerson;
let reviewer: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  reviewer = await scene.person('reviewer', 'approver');
});
afterAll(() => scene.close());

const governedRoutes = () => scene.broker.routes.filter((route) => operationOf(route) !== undefined);

function operationOf({ governance }: RouteDefinition): string | undefined {
  return typeof governance === 'object' && 'governed' in governance ? governance.governed : undefined;
}

const isAdministrative = (operation: string) => (ADMINISTRATIVE_OPERATIONS as readonly string[]).includes(operation);

test('every mutating route is governed, or exempt for a reason that stands in the one table', () => {
  const mutating = scene.broker.routes.filter((route) => route.method !== 'get');
  const exempt = mutating.filter((route) => operationOf(route) === undefined);
  const reasons = Object.fromEntries(
    exempt.map(({ governance, operationId }) => [operationId, typeof governance === 'object' && governance]),
  );
  const table = Object.entries<string>(UNGOVERNED).map(([operationId, reason]) => [operationId, { exempt: reason }]);
  expect(reasons).toEqual(Object.fromEntries(table));
  for (const [operationId, reason] of Object.entries(UNGOVERNED))
    expect(reason.length, operationId).toBeGreaterThan(20);
  expect(mutating.length).toBeGreaterThan(exempt.length + 30);
});

test('every operation has a route, and every governed route an operation', () => {
  const operations = governedRoutes().map(operationOf);
  expect([...new Set(operations)].sort()).toEqual([...CHANGE_OPERATIONS].sort());
});

interface Case {
  /** Makes the request and answers with the change it led to; absent: the answer says which. */
  readonly request?: (profileId: string, params: Record<string, string>) => Promise<Opened>;
  /** Made before the policy is there; answers with the parameters of the path. */
  readonly prepare?: (profileId: string) => Promise<Record<string, string>>;
  readonly body?: (profileId: string) => unknown;
}

const target = () => scene.targets[0] ?? scene.source;
const secret = async (profileId: string) => ({ secretId: await existing(author.api, profileId) });
const named = async (profileId: string) => {
  const params = await secret(profileId);
  const { name } = must(await author.api('GET', `/v1/secrets/${params.secretId}`), 200);
  return { ...params, project: 'shop', name: String(name) };
};
const existsNot = (): never => {
  throw new Error('there is no change');
};
const after = (...changes: [method: string, path: string, body?: unknown][]) => {
  return async (profileId: string) => {
    const params = await secret(profileId);
    for (const [method, path, body] of changes) {
      must(await author.api(method, `/v1/secrets/${params.secretId}${path}`, body), 200, 201);
    }
    return params;
  };
};
const secondVersion: [string, string, unknown] = ['POST', '/versions', { payload: { value: 'second' } }];
const withVersion = (...changes: [method: string, path: string, body?: unknown][]) => {
  return async (profileId: string) => ({ ...(await after(secondVersion, ...changes)(profileId)), version: '1' });
};
const withTarget = async (profileId: string) => {
  const params = await secret(profileId);
  const path = `/v1/secrets/${params.secretId}/targets`;
  must(await author.api('POST', path, { profileId: target().profileId }), 200);
  const { items } = must(await author.api('GET', path), 200) as { items: { id: string; remotePath: string }[] };
  return { ...params, targetId: items[0]?.id ?? '', remotePath: items[0]?.remotePath ?? '' };
};
const withForeignEntry = async (profileId: string) => {
  const { remotePath, ...params } = await withTarget(profileId);
  const { vault } = target();
  const written = await fetch(`${vault.url}/v1/secret/data/${remotePath}`, {
    method: 'POST',
    headers: { 'x-vault-token': vault.token },
    body: JSON.stringify({ data: { value: 'not ours' } }),
  });
  expect(written.status).toBe(200);
  await scene.broker.work.syncs.run(target().profileId, new AbortController().signal);
  return params;
};
/** Somebody changed what lies at the source. */
const withOutsideValue = async (profileId: string) => {
  const params = await secret(profileId);
  const { attributes } = must(await scene.admin('GET', `/v1/vault-profiles/${profileId}`), 200);
  const { sourcePath } = must(await scene.admin('GET', `/v1/secrets/${params.secretId}`), 200);
  const path = `${(attributes as { prefix: string }).prefix}/${sourcePath}`;
  await putForeign(scene.source.vault, path, { value: 'from outside' });
  return params;
};
/** Somebody changed a copy, and that was seen. */
const withDriftedTarget = async (profileId: string) => {
  const { remotePath = '', ...params } = await withTarget(profileId);
  const run = () => scene.broker.work.syncs.run(target().profileId, new AbortController().signal);
  await run();
  await putForeign(target().vault, remotePath, { value: 'from outside' });
  must(await author.api('POST', `/v1/secrets/${params.secretId}/sync`), 202);
  await run();
  return params;
};

const withLegacy = async (profileId: string) => {
  const { attributes } = must(await scene.admin('GET', `/v1/vault-profiles/${profileId}`), 200);
  await putForeign(scene.source.vault, `${(attributes as { prefix: string }).prefix}/legacy`, { value: 'not ours' });
  return { profileId };
};
/** The change is opened by a worker. */
const importing = async (profileId: string): Promise<Opened> => {
  const desk = importDesk(scene.admin);
  const id = await desk.start(profileId, { entries: [{ entry: 'legacy' }] });
  await scene.broker.work.imports.run(id, new AbortController().signal);
  const [item] = await desk.items(id);
  return must(await author.api('GET', `/v1/change-requests/${item?.changeRequestId}`), 200) as unknown as Opened;
};

/** One case per governed route. */
const CASES: Record<string, Case> = {
  createSecret: { body: (profileId) => newSecret(profileId) },
  importVaultEntries: { prepare: withLegacy, request: importing },
  createVersion: { prepare: secret, body: () => ({ payload: { value: 'governed' } }) },
  putSecret: { prepare: named, body: () => ({ payload: { value: 'governed' } }) },
  writeSecrets: {
    prepare: secret,
    request: async (_profileId, params) => {
      const items = [{ ...params, payload: { value: 'governed' } }];
      const answer = must(await author.api('POST', '/v1/secrets/bulk', { items }), 202).items as {
        changeRequest: Opened;
      }[];
      return answer[0]?.changeRequest ?? existsNot();
    },
  },
  editSecret: { prepare: secret, body: () => ({ description: 'governed' }) },
  renameSecret: { prepare: secret, body: () => ({ name: `renamed-${++things}` }) },
  deleteSecret: { prepare: secret },
  destroySecret: { prepare: secret },
  restoreSecret: { prepare: after(['DELETE', '']) },
  protectSecret: { prepare: secret },
  unprotectSecret: { prepare: after(['POST', '/protect']) },
  enableSecret: { prepare: after(['POST', '/disable']) },
  disableSecret: { prepare: secret },
  rollbackSecret: { prepare: after(secondVersion), body: () => ({ version: 1 }) },
  editVersion: { prepare: withVersion(), body: () => ({ description: 'governed' }) },
  enableVersion: { prepare: withVersion(['POST', '/versions/1/disable']) },
  disableVersion: { prepare: withVersion() },
  destroyVersion: { prepare: withVersion() },
  changeSource: { prepare: secret, body: () => ({ profileId: target().profileId, oldSource: 'drop' }) },
  addTarget: { prepare: secret, body: () => ({ profileId: target().profileId }) },
  removeTarget: { prepare: withTarget },
  acceptSource: { prepare: withOutsideValue },
  acceptTarget: { prepare: withDriftedTarget },
  resolveTarget: { prepare: withForeignEntry, body: () => ({ way: 'overwrite' }) },
};

test('every governed route has a case below', () => {
  expect(
    governedRoutes()
      .map((route) => route.operationId)
      .sort(),
  ).toEqual([...Object.keys(CASES), ...Object.keys(ADMINISTRATION)].sort());
});

interface AdministrativeCase {
  /** Makes what the route is about, before anybody asks; answers with the parameters of the path. */
  readonly prepare: () => Promise<Record<string, string>>;
  readonly body?: (params: Record<string, string>) => unknown;
}

let things = 0;
const made = async (path: string, body: Record<string, unknown>) => {
  const name = `thing-${++things}`;
  return String(must(await scene.admin('POST', path, { name, ...body }), 201).id);
};
const aPerson = () => made('/v1/users', { email: `thing-${things + 1}@example.com` });
const aVault = async () => ({ vaultId: await made('/v1/vaults', { kind: 'builtin' }) });
const aProfile = async () => ({ profileId: await made('/v1/vault-profiles', await aVault()) });
const aPolicy = async () => ({ approvalProfileId: await addPolicy(scene, [step({ users: [reviewer.id] })]) });
const aGroup = async () => ({ groupId: await made('/v1/groups', {}) });
const aMember = async () => {
  const params = { ...(await aGroup()), userId: await aPerson() };
  must(await scene.admin('PUT', `/v1/groups/${params.groupId}/members/${params.userId}`), 204);
  return params;
};
const aGrant = async () => {
  const subjectId = await aPerson();
  return {
    grantId: await made('/v1/role-grants', { name: undefined, subjectType: 'person', subjectId, role: 'viewer' }),
  };
};
const aDisabled = async (path: string, id: string) => {
  must(await scene.admin('PATCH', `${path}/${id}`, { disabled: true }), 200);
  return id;
};

/** One case per governed administrative route; the organization asks for all of them. */
const ADMINISTRATION: Record<string, AdministrativeCase> = {
  updateVault: { prepare: aVault, body: () => ({ name: `renamed-${++things}` }) },
  deleteVault: { prepare: aVault },
  updateVaultProfile: { prepare: aProfile, body: () => ({ concurrency: 3 }) },
  deleteVaultProfile: { prepare: aProfile },
  updateApprovalProfile: { prepare: aPolicy, body: () => ({ expiresAfterHours: 5 }) },
  deleteApprovalProfile: { prepare: aPolicy },
  updateOrganization: {
    prepare: async () => ({ organizationId: scene.organizationId }),
    body: () => ({ name: `renamed-${++things}` }),
  },
  createRoleGrant: {
    prepare: async () => ({ userId: await aPerson() }),
    body: ({ userId }) => ({ subjectType: 'person', subjectId: userId, role: 'viewer' }),
  },
  deleteRoleGrant: { prepare: aGrant },
  deleteGroup: { prepare: aGroup },
  addGroupMember: { prepare: async () => ({ ...(await aGroup()), userId: await aPerson() }) },
  removeGroupMember: { prepare: aMember },
  updateUser: {
    prepare: async () => ({ userId: await aPerson() }),
    body: () => ({ email: `new-${++things}@example.com` }),
  },
  updateMachine: {
    prepare: async () => ({ machineId: await aDisabled('/v1/machines', await made('/v1/machines', {})) }),
    body: () => ({ disabled: false }),
  },
  createToken: {
    prepare: async () => ({ userId: await aPerson() }),
    body: ({ userId }) => ({ name: 'first', userId }),
  },
};

/** Everything anybody can see of a secret and everything that was ever written to a vault. */
async function seen(secretId: string | undefined) {
  const tables: unknown[] = [];
  for (const [table, column] of [
    ['secrets', 'id'],
    ['secret_versions', 'secret_id'],
    ['targets', 'secret_id'],
  ]) {
    const ignored = table === 'secrets' ? ` - 'pending_change_id' - 'updated_at'` : '';
    const rows = await scene.broker.db.query<{ row: unknown }>(
      `select to_jsonb(t)${ignored} as row from ${table} t where ${column} = $1::uuid order by 1`,
      [secretId ?? null],
    );
    tables.push(rows);
  }
  return { tables, vaults: [scene.source, target()].map((place) => place.vault.journal.length) };
}

test.each(Object.keys(CASES))(
  '%s waits under a policy for all operations and changes nothing before (D6)',
  async (id) => {
    const route = scene.broker.routes.find((candidate) => candidate.operationId === id);
    const one = CASES[id];
    if (route === undefined || one === undefined) throw new Error('no such route');
    const profileId = await addProfile(scene, scene.source.vaultId);
    const params = (await one.prepare?.(profileId)) ?? {};
    const approvalProfileId = await addPolicy(scene, [step({ users: [reviewer.id] })]);
    must(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId }), 200);
    const path = route.path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? '');
    const before = await seen(params.secretId);
    const ask = async () => opened(await author.api(route.method.toUpperCase(), path, one.body?.(profileId)));
    const change = await (one.request?.(profileId, params) ?? ask());
    expect(await changeOf(author.api, change.id)).toMatchObject({ operation: operationOf(route) });
    expect(await work(scene, change.id)).toBe(false);
    expect(await seen(params.secretId)).toEqual(before);
    must(await review(reviewer.api, change), 200);
    expect(await seen(params.secretId)).toEqual(before);
    expect(await work(scene, change.id)).toBe(true);
    expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'applied' });
    expect(await seen(change.secretId)).not.toEqual(before);
  },
);

/** Every table that administration writes to. */
async function administered() {
  const tables = ['vaults', 'vault_profiles', 'approval_profiles', 'approval_profile_versions', 'organizations'];
  const access = ['role_grants', 'groups', 'group_members', 'people', 'machines', 'tokens'];
  const watched = ` - 'looked_at' - 'next_check_at' - 'checked_at' - 'check_state' - 'check_code' - 'missing_rights'`;
  return Promise.all(
    [...tables, ...access].map((table) =>
      scene.broker.db.query(`select to_jsonb(t)${watched} as row from ${table} t order by to_jsonb(t)::text`),
    ),
  );
}

test.each(Object.keys(ADMINISTRATION))(
  '%s waits when the organization asks, and changes nothing before (D6)',
  async (id) => {
    const route = scene.broker.routes.find((candidate) => candidate.operationId === id);
    const one = ADMINISTRATION[id];
    if (route === undefined || one === undefined) throw new Error('no such route');
    expect(isAdministrative(operationOf(route) ?? '')).toBe(true);
    const params = await one.prepare();
    const { approvalProfileId } = await aPolicy();
    const organization = `/v1/organizations/${scene.organizationId}`;
    must(await scene.admin('PATCH', organization, { approvalProfileId }), 200);
    const path = route.path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? '');
    const before = await administered();
    const change = opened(await scene.admin(route.method.toUpperCase(), path, one.body?.(params)));
    expect(await changeOf(reviewer.api, change.id)).toMatchObject({ operation: operationOf(route) });
    await work(scene, change.id);
    expect(await administered()).toEqual(before);
    expect((await review(scene.admin, change)).status).toBe(403);
    must(await review(reviewer.api, change), 200);
    expect(await administered()).toEqual(before);
    await work(scene, change.id);
    expect(await changeOf(reviewer.api, change.id)).toMatchObject({ state: 'applied' });
    expect(await administered()).not.toEqual(before);
    const free = opened(await scene.admin('PATCH', organization, { approvalProfileId: null }));
    must(await review(reviewer.api, free), 200);
    await work(scene, free.id);
    expect(await changeOf(reviewer.api, free.id)).toMatchObject({ state: 'applied' });
  },
);
