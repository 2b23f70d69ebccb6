import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../src/ports.ts';
import { type AccessApp, startAccessApp } from '../../support/access-app.ts';
import type { ApiAnswer, ApiClient } from '../../support/api-client.ts';
import { signIn } from '../../support/browser-session.ts';

let app: AccessApp;
let stranger: ApiClient;
/** Ids of the first organization, by path parameter. */
let theirs: Record<string, string>;

const idOf = (answer: ApiAnswer) => {
  expect(answer.status).toBe(201);
  return String(answer.json.id);
};

beforeAll(async () => {
  app = await startAccessApp();
  const { admin } = app;
  const founded = await admin('POST', '/v1/organizations', {
    slug: 'neighbour',
    name: 'Neighbour',
    administrator: { name: 'Stranger', email: 'stranger@example.com' },
  });
  expect(founded.status).toBe(201);
  stranger = admin.as(String(founded.json.token));
  const userId = idOf(await admin('POST', '/v1/users', { name: 'Ann', email: 'ann@example.com' }));
  const groupId = idOf(await admin('POST', '/v1/groups', { name: 'team' }));
  theirs = {
    userId,
    groupId,
    machineId: idOf(await admin('POST', '/v1/machines', { name: 'robot' })),
    tokenId: idOf(await admin('POST', '/v1/tokens', { name: 'spare' })),
    sessionId: (await signIn(admin, String((await admin('POST', '/v1/tokens', { name: 'browser' })).json.token))).id,
    grantId: idOf(await admin('POST', '/v1/role-grants', { subjectType: 'person', subjectId: userId, role: 'viewer' })),
    project: idOf(await admin('POST', '/v1/projects', { slug: 'secret-project', name: 'Secret' })),
    organizationId: app.organizationId,
  };
  await admin('PUT', `/v1/groups/${groupId}/members/${userId}`);
});
afterAll(() => app.close());

/** A body that the route accepts, so that only the id decides. */
const bodies: Record<string, unknown> = {
  updateOrganization: { name: 'Taken over' },
  updateUser: { name: 'Taken over' },
  renameGroup: { name: 'taken-over' },
  updateMachine: { name: 'taken-over' },
  updateProject: { name: 'Taken over' },
};

const shapeOf = (answer: ApiAnswer) => ({ status: answer.status, body: { ...answer.json, requestId: '' } });

test("every route with another tenant's id answers as for an id that does not exist", async () => {
  let walked = 0;
  for (const route of app.routes.filter((candidate) => candidate.path.includes(':'))) {
    const fill = (idFor: (name: string) => string) => route.path.replace(/:(\w+)/g, (_, name: string) => idFor(name));
    const body = bodies[route.operationId];
    const foreign = await stranger(
      route.method.toUpperCase(),
      fill((name) => theirs[name] ?? ''),
      body,
    );
    const unknown = await stranger(route.method.toUpperCase(), fill(newId), body);
    expect(foreign.status, route.operationId).toBe(404);
    expect(shapeOf(foreign), route.operationId).toEqual(shapeOf(unknown));
    walked += 1;
  }
  expect(walked).toBeGreaterThanOrEqual(15);
});

test("another tenant's ids in a body are as unknown as random ones", async () => {
  const tries: [string, Record<string, unknown>][] = [
    ['/v1/tokens', { name: 'x', userId: theirs.userId }],
    ['/v1/tokens', { name: 'x', machineId: theirs.machineId }],
    ['/v1/machines', { name: 'x', ownerId: theirs.userId }],
    ['/v1/role-grants', { subjectType: 'person', subjectId: theirs.userId, role: 'viewer' }],
    ['/v1/role-grants', { subjectType: 'group', subjectId: theirs.groupId, role: 'viewer' }],
    ['/v1/role-grants', { subjectType: 'machine', subjectId: theirs.machineId, role: 'viewer' }],
  ];
  for (const [path, body] of tries) expect((await stranger('POST', path, body)).status, JSON.stringify(body)).toBe(404);
  const me = (await stranger('GET', '/v1/me')).json;
  const grant = { subjectType: 'person', subjectId: me.id, role: 'viewer', projectId: theirs.project };
  expect((await stranger('POST', '/v1/role-grants', grant)).status).toBe(404);
});

test('a slug of another tenant is unknown too, and may be used again', async () => {
  expect((await stranger('GET', '/v1/projects/secret-project')).status).toBe(404);
  expect((await stranger('POST', '/v1/projects', { slug: 'secret-project', name: 'Ours' })).status).toBe(201);
});

test('lists hold only the own tenant', async () => {
  const foreignIds = Object.values(theirs);
  for (const path of [
    '/v1/users',
    '/v1/groups',
    '/v1/machines',
    '/v1/tokens',
    '/v1/role-grants',
    '/v1/projects',
    '/v1/organizations',
  ]) {
    const { status, text } = await stranger('GET', path);
    expect(status).toBe(200);
    for (const id of foreignIds) expect(text, path).not.toContain(id);
  }
  for (const query of [
    `/v1/tokens?userId=${theirs.userId}`,
    `/v1/role-grants?subjectId=${theirs.userId}`,
    `/v1/groups?userId=${theirs.userId}`,
  ]) {
    expect((await stranger('GET', query)).json.items).toEqual([]);
  }
});

test('nothing of the first tenant changed', async () => {
  const { admin } = app;
  expect((await admin('GET', `/v1/users/${theirs.userId}`)).json).toMatchObject({ name: 'Ann', disabled: false });
  const members = (await admin('GET', `/v1/groups/${theirs.groupId}/members`)).json.items;
  expect(members).toMatchObject([{ id: theirs.userId }]);
  expect((await admin('GET', `/v1/tokens/${theirs.tokenId}`)).json).toMatchObject({ revokedAt: null });
});

test('only administrators of the operator create organizations and see others', async () => {
  const body = { slug: 'third', name: 'Third', administrator: { name: 'T', email: 't@example.com' } };
  const refused = await stranger('POST', '/v1/organizations', body);
  expect(refused.json).toMatchObject({ status: 403, code: 'forbidden', right: 'installation.administer' });
  const all = (await app.admin('GET', '/v1/organizations')).json.items as { slug: string }[];
  expect(all.map((organization) => organization.slug).sort()).toEqual(['default', 'neighbour']);
  expect((await app.admin('POST', '/v1/organizations', { ...body, slug: 'neighbour' })).json).toMatchObject({
    code: 'already_exists',
  });
});
