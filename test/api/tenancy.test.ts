import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RouteDefinition } from '../../src/api/route.ts';
import { newId } from '../../src/ports.ts';
import type { ApiAnswer, ApiClient } from '../support/api-client.ts';
import { signIn } from '../support/browser-session.ts';
import { must } from '../support/scene.ts';
import { startTestBroker, type TestBroker } from '../support/test-broker.ts';

let broker: TestBroker;
/** An administrator of another organization. */
let stranger: ApiClient;
/** Ids of the first organization, and the stranger's own of the same kinds, by path parameter. */
let theirs: Record<string, string>;
let own: Record<string, string>;

beforeAll(async () => {
  broker = await startTestBroker({ workers: false });
  const founded = await broker.admin('POST', '/v1/organizations', {
    slug: 'neighbour',
    name: 'Neighbour',
    administrator: { name: 'Stranger', email: 'stranger@example.com' },
  });
  stranger = broker.admin.as(String(must(founded, 201).token));
  theirs = { ...(await furnish(broker.admin, 'theirs')), organizationId: broker.organizationId };
  own = {
    ...(await furnish(stranger, 'own')),
    organizationId: String((await stranger('GET', '/v1/me')).json.organizationId),
  };
});
afterAll(() => broker.close());

/** One object of every kind there is, in the caller's organization. */
async function furnish(api: ApiClient, name: string): Promise<Record<string, string>> {
  const add = async (path: string, body: unknown) => must(await api('POST', path, body), 201).id as string;
  const userId = await add('/v1/users', { name, email: `${name}@example.com` });
  const groupId = await add('/v1/groups', { name });
  must(await api('PUT', `/v1/groups/${groupId}/members/${userId}`), 204);
  const vaultId = await add('/v1/vaults', { name, kind: 'builtin' });
  const copies = await add('/v1/vaults', { name: `${name} copies`, kind: 'builtin' });
  await add('/v1/role-grants', { subjectType: 'person', subjectId: userId, role: 'approver' });
  const approvers = { users: [userId], groups: [], roles: [] };
  const approvalProfileId = await add('/v1/approval-profiles', {
    name,
    operations: ['protect'],
    steps: [{ name: 'any', approvers, required: 1 }],
  });
  const profileId = await add('/v1/vault-profiles', { name, vaultId, approvalProfileId });
  const targetProfileId = await add('/v1/vault-profiles', { name: `${name} copies`, vaultId: copies });
  const project = await add('/v1/projects', { slug: name, name });
  const secret = { project, name: `${name}-secret`, type: 'generic', sourceProfileId: profileId };
  const body = { ...secret, targets: [{ profileId: targetProfileId }], payload: { value: `${name} value` } };
  const secretId = must(await api('POST', '/v1/secrets', body), 201).secretId as string;
  const targets = must(await api('GET', `/v1/secrets/${secretId}/targets`), 200).items as { id: string }[];
  const waiting = must(await api('POST', `/v1/secrets/${secretId}/protect`), 202).changeRequest as { id: string };
  must(await api('POST', `/v1/change-requests/${waiting.id}/cancel`), 200);
  const entries = [{ entry: 'legacy' }];
  const imported = await api('POST', `/v1/vault-profiles/${profileId}/import`, { project, entries });
  const hook = { name, url: 'http://127.0.0.1:9/hook', enabled: true };
  const webhookId = must(await api('POST', '/v1/webhooks', hook), 201).id as string;
  const delivery = must(await api('POST', `/v1/webhooks/${webhookId}/ping`), 202);
  const signedIn = must(await api('POST', '/v1/tokens', { name: `${name} browser` }), 201);
  const session = await signIn(api, String(signedIn.token));
  return {
    sessionId: session.id,
    importId: must(imported, 202).id as string,
    ...{ webhookId, deliveryId: delivery.id as string },
    ...{ userId, groupId, vaultId, approvalProfileId, profileId, targetProfileId, project, secretId },
    machineId: await add('/v1/machines', { name }),
    tokenId: await add('/v1/tokens', { name }),
    grantId: await add('/v1/role-grants', { subjectType: 'person', subjectId: userId, role: 'viewer' }),
    targetId: targets[0]?.id ?? '',
    customer: await add(`/v1/projects/${project}/customers`, { slug: name, name }),
    consumerId: await add('/v1/consumers', { project, name, references: [`${name}-secret`] }),
    changeId: waiting.id,
    name: `${name}-secret`,
    reference: `${name}-secret`,
    version: '1',
  };
}

/** Bodies for routes that demand one and give no example. */
const BODIES: Record<string, unknown> = {
  putSecret: { payload: { value: 'x' } },
  reviewImport: { decision: 'approve', digest: '00' },
  reviewChangeRequest: { decision: 'approve', revision: 1, digest: 'k1:00' },
};

function bodyFor(route: RouteDefinition): unknown {
  if (route.body === undefined) return undefined;
  const body = BODIES[route.operationId] ?? route.bodyExample;
  expect(route.body.safeParse(body).success, `${route.operationId} needs a body that only the id spoils`).toBe(true);
  return body;
}

const call = (api: ApiClient, route: RouteDefinition, params: Record<string, string | undefined>) => {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${route.operationId}: no case for the parameter ${name}`);
    return value;
  });
  return api(route.method.toUpperCase(), path, bodyFor(route));
};

const unknown = () => {
  const ids = Object.fromEntries(Object.keys(theirs).map((name) => [name, newId()]));
  return { ...ids, name: 'nothing-of-that-name', reference: 'nothing-of-that-name', version: '1' };
};
const shapeOf = (answer: ApiAnswer) => ({ status: answer.status, body: { ...answer.json, requestId: '' } });
const withParameters = () => broker.broker.routes.filter((route) => route.path.includes(':'));

/** Everything stored of the first organization. */
async function stored(): Promise<unknown> {
  const { db } = broker.broker;
  const tables = await db.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'organization_id' order by 1`,
  );
  const rows = tables.map(({ name }) =>
    db.query(`select to_jsonb(t) as row from ${name} t where organization_id = $1::uuid order by 1`, [
      broker.organizationId,
    ]),
  );
  expect(tables.length).toBeGreaterThan(12);
  return Promise.all(rows);
}

test("every route with another tenant's ids answers as for ids that do not exist, and does nothing (F1)", async () => {
  const before = await stored();
  for (const route of withParameters()) {
    const foreign = await call(stranger, route, theirs);
    const random = await call(stranger, route, unknown());
    expect(foreign.status, route.operationId).toBe(404);
    expect(shapeOf(foreign), route.operationId).toEqual(shapeOf(random));
  }
  expect(withParameters().length).toBeGreaterThan(50);
  expect(await stored()).toEqual(before);
});

test("an own object named together with another tenant's one does not open it", async () => {
  const before = await stored();
  const nested = withParameters().filter((route) => (route.path.match(/:/g) ?? []).length > 1);
  expect(nested.length).toBeGreaterThan(6);
  for (const route of nested) {
    const [outer = ''] = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
    if (route.path.endsWith(':version') || route.path.includes(':version/')) continue;
    const mixed = { ...theirs, [outer]: own[outer] };
    expect((await call(stranger, route, mixed)).status, route.operationId).toBe(404);
  }
  expect(await stored()).toEqual(before);
});

test('the ids do exist: their own administrator gets something else than 404', async () => {
  for (const route of withParameters().filter((candidate) => candidate.method === 'get')) {
    expect((await call(broker.admin, route, theirs)).status, route.operationId).toBe(200);
  }
});

test("another tenant's ids in a body are as unknown as random ones", async () => {
  const secret = { project: own.project, name: 'new', type: 'generic', payload: { value: 'x' } };
  const tries: [string, (ids: Record<string, string | undefined>) => unknown][] = [
    ['/v1/secrets', (ids) => ({ ...secret, sourceProfileId: ids.profileId })],
    ['/v1/secrets', (ids) => ({ ...secret, sourceProfileId: own.profileId, targets: [{ profileId: ids.profileId }] })],
    ['/v1/secrets', (ids) => ({ ...secret, project: ids.project, sourceProfileId: own.profileId })],
    ['/v1/secrets', (ids) => ({ ...secret, sourceProfileId: own.profileId, customer: ids.customer })],
    ['/v1/render', (ids) => ({ project: ids.project, template: '{{ .Secrets.x }}' })],
    ['/v1/render', (ids) => ({ project: own.project, customer: ids.customer, template: '{{ .Secrets.x }}' })],
    ['/v1/consumers', (ids) => ({ project: ids.project, name: 'x', references: ['own-secret'] })],
    [
      '/v1/consumers',
      (ids) => ({ project: own.project, name: 'x', references: ['own-secret'], webhookId: ids.webhookId }),
    ],
    ['/v1/render', (ids) => ({ project: ids.project, template: '{{ .Secrets.x }}', check: true })],
    [`/v1/secrets/${own.secretId}/targets`, (ids) => ({ profileId: ids.profileId })],
    [`/v1/secrets/${own.secretId}/source-profile`, (ids) => ({ profileId: ids.profileId, oldSource: 'drop' })],
    ['/v1/vault-profiles', (ids) => ({ name: 'x', vaultId: ids.vaultId })],
    ['/v1/vault-profiles', (ids) => ({ name: 'x', vaultId: own.vaultId, approvalProfileId: ids.approvalProfileId })],
    ['/v1/tokens', (ids) => ({ name: 'x', userId: ids.userId })],
    ['/v1/tokens', (ids) => ({ name: 'x', machineId: ids.machineId })],
    ['/v1/machines', (ids) => ({ name: 'x', ownerId: ids.userId })],
    ['/v1/role-grants', (ids) => ({ subjectType: 'person', subjectId: ids.userId, role: 'viewer' })],
    ['/v1/role-grants', (ids) => ({ subjectType: 'group', subjectId: ids.groupId, role: 'viewer' })],
    [
      '/v1/role-grants',
      (ids) => ({ subjectType: 'person', subjectId: own.userId, role: 'viewer', projectId: ids.project }),
    ],
    [
      '/v1/role-grants',
      (ids) => ({
        ...{ subjectType: 'person', subjectId: own.userId, role: 'viewer' },
        ...{ projectId: own.project, customerId: ids.customer },
      }),
    ],
    [
      '/v1/approval-profiles',
      (ids) => ({
        name: 'x',
        steps: [{ name: 'x', approvers: { users: [ids.userId], groups: [ids.groupId], roles: [] }, required: 1 }],
      }),
    ],
  ];
  for (const [path, bodyOf] of tries) {
    const foreign = await stranger('POST', path, bodyOf(theirs));
    expect([404, 422], `${path} ${foreign.text}`).toContain(foreign.status);
    expect(shapeOf(foreign), path).toEqual(shapeOf(await stranger('POST', path, bodyOf(unknown()))));
  }
});

test('lists and filters show nothing of another tenant', async () => {
  const { version: _, ...ids } = theirs;
  // A stream has no end to wait for; what it shows another tenant has tests of its own.
  const endless = (route: RouteDefinition) => route.responses[200]?.contentType === 'text/event-stream';
  const lists = broker.broker.routes.filter(
    (route) => route.method === 'get' && !route.path.includes(':') && !endless(route),
  );
  expect(lists.length).toBeGreaterThan(12);
  const filters = [
    ...['secretId', 'requester'].map((name) => `/v1/change-requests?${name}=${theirs[name] ?? theirs.userId}`),
    `/v1/change-requests?project=${theirs.project}`,
    `/v1/secrets?project=${theirs.project}`,
    '/v1/secrets?project=theirs',
    `/v1/secrets?profileId=${theirs.profileId}`,
    `/v1/secrets?customer=${theirs.customer}&owner=all`,
    `/v1/consumers?secretId=${theirs.secretId}`,
    `/v1/consumers?project=${theirs.project}`,
    `/v1/audit-events?objectId=${theirs.secretId}`,
    `/v1/tokens?userId=${theirs.userId}`,
    `/v1/sessions?userId=${theirs.userId}`,
    `/v1/vault-profiles?vaultId=${theirs.vaultId}`,
    `/v1/sync/map?profileId=${theirs.profileId}`,
    `/v1/sync/map?project=${theirs.project}`,
  ];
  for (const path of [...lists.map((route) => route.path), ...filters]) {
    const { status, text } = await stranger('GET', path);
    expect(status, path).toBe(200);
    for (const [kind, id] of Object.entries(ids)) expect(text.includes(id), `${path} shows ${kind}`).toBe(false);
  }
});
