import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyChain } from '../../../src/audit/audit-service.ts';
import { newId } from '../../../src/ports.ts';
import { type AccessApp, startAccessApp } from '../../support/access-app.ts';
import type { ApiClient } from '../../support/api-client.ts';

let app: AccessApp;
let admin: ApiClient;

beforeAll(async () => {
  app = await startAccessApp();
  admin = app.admin;
});
afterAll(() => app.close());

let serial = 0;

/** A person with roles and a token of its own. */
async function personWith(...roles: { role: string; projectId?: string }[]) {
  serial += 1;
  const person = await admin('POST', '/v1/users', { name: `Person ${serial}`, email: `p${serial}@example.com` });
  expect(person.status).toBe(201);
  const id = String(person.json.id);
  for (const role of roles) {
    const granted = await admin('POST', '/v1/role-grants', { subjectType: 'person', subjectId: id, ...role });
    expect(granted.status).toBe(201);
  }
  const token = await admin('POST', '/v1/tokens', { name: 'test', userId: id });
  expect(token.status).toBe(201);
  return {
    id,
    tokenId: String(token.json.id),
    token: String(token.json.token),
    call: admin.as(String(token.json.token)),
  };
}

async function makeProject(slug: string): Promise<string> {
  const project = await admin('POST', '/v1/projects', { slug, name: slug });
  expect(project.status).toBe(201);
  return String(project.json.id);
}

test('the first administrator holds every right in the whole organization', async () => {
  const me = await admin('GET', '/v1/me');
  expect(me.status).toBe(200);
  expect(me.json).toMatchObject({ type: 'person', grants: [{ role: 'admin', projectId: null }] });
  const [scope] = me.json.rights as { rights: string[] }[];
  expect(scope?.rights).toContain('installation.administer');
  expect(scope?.rights).toContain('secret.read_value');
});

test('no token, a malformed and an unknown one get the same 401', async () => {
  const shapes = [];
  for (const authorization of [undefined, 'Bearer nonsense', 'Basic a2Y6a2Y=', `Bearer kf_${'A'.repeat(43)}`]) {
    const answer = await admin.as(undefined)('GET', '/v1/me', undefined, authorization ? { authorization } : {});
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    shapes.push({ ...answer.json, requestId: '' });
  }
  expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
});

test('a token stops with its revocation, its expiry and its disabled person', async () => {
  const person = await personWith({ role: 'viewer' });
  expect((await person.call('GET', '/v1/users')).status).toBe(200);
  expect((await admin('PATCH', `/v1/users/${person.id}`, { disabled: true })).status).toBe(200);
  expect((await person.call('GET', '/v1/users')).status).toBe(401);
  expect((await admin('PATCH', `/v1/users/${person.id}`, { disabled: false })).status).toBe(200);
  expect((await person.call('GET', '/v1/users')).status).toBe(200);

  await app.db.query(`update tokens set expires_at = now() - interval '1 second' where id = $1::uuid`, [
    person.tokenId,
  ]);
  expect((await person.call('GET', '/v1/users')).status).toBe(401);
  await app.db.query('update tokens set expires_at = null where id = $1::uuid', [person.tokenId]);
  expect((await person.call('GET', '/v1/users')).status).toBe(200);

  expect((await admin('DELETE', `/v1/tokens/${person.tokenId}`)).status).toBe(204);
  expect((await admin('DELETE', `/v1/tokens/${person.tokenId}`)).status).toBe(204);
  expect((await person.call('GET', '/v1/users')).status).toBe(401);
});

test('a machine acts with its own roles, answers through its owner and stops with it', async () => {
  const owner = await personWith({ role: 'admin' });
  const machine = await admin('POST', '/v1/machines', { name: 'pipeline', ownerId: owner.id });
  const machineId = String(machine.json.id);
  const issued = await owner.call('POST', '/v1/tokens', { name: 'ci', machineId });
  const call = admin.as(String(issued.json.token));

  expect((await call('GET', '/v1/me')).json).toMatchObject({
    type: 'machine',
    id: machineId,
    personId: owner.id,
    grants: [],
  });
  expect((await call('GET', '/v1/users')).status).toBe(403);
  await admin('POST', '/v1/role-grants', { subjectType: 'machine', subjectId: machineId, role: 'viewer' });
  expect((await call('GET', '/v1/users')).status).toBe(200);

  expect((await admin('PATCH', `/v1/machines/${machineId}`, { disabled: true })).json).toMatchObject({
    disabled: true,
  });
  expect((await call('GET', '/v1/users')).status).toBe(401);
  await admin('PATCH', `/v1/machines/${machineId}`, { disabled: false });
  await admin('PATCH', `/v1/users/${owner.id}`, { disabled: true });
  expect((await call('GET', '/v1/users')).status).toBe(401);
});

test('a group gives its roles to its members, from the next request on', async () => {
  const person = await personWith();
  const group = await admin('POST', '/v1/groups', { name: 'readers' });
  const groupId = String(group.json.id);
  const grant = await admin('POST', '/v1/role-grants', { subjectType: 'group', subjectId: groupId, role: 'viewer' });
  expect(grant.status).toBe(201);
  expect((await person.call('GET', '/v1/groups')).status).toBe(403);

  expect((await admin('PUT', `/v1/groups/${groupId}/members/${person.id}`)).status).toBe(204);
  expect((await admin('PUT', `/v1/groups/${groupId}/members/${person.id}`)).status).toBe(204);
  expect((await person.call('GET', '/v1/groups')).status).toBe(200);
  expect((await person.call('GET', '/v1/me')).json).toMatchObject({ groupIds: [groupId] });
  const members = (await person.call('GET', `/v1/groups/${groupId}/members`)).json.items as { id: string }[];
  expect(members.map((member) => member.id)).toEqual([person.id]);
  const other = String((await admin('POST', '/v1/groups', { name: 'without-members' })).json.id);
  const groupsOf = async (userId: string) =>
    ((await admin('GET', `/v1/groups?userId=${userId}`)).json.items as { id: string }[]).map(({ id }) => id);
  expect(await groupsOf(person.id)).toEqual([groupId]);
  expect(await groupsOf((await personWith()).id)).toEqual([]);
  expect((await admin('DELETE', `/v1/groups/${other}`)).status).toBe(204);

  expect((await admin('PATCH', `/v1/groups/${groupId}`, { name: 'lookers' })).json).toMatchObject({ name: 'lookers' });
  expect((await admin('DELETE', `/v1/groups/${groupId}/members/${person.id}`)).status).toBe(204);
  expect((await person.call('GET', '/v1/groups')).status).toBe(403);
  expect((await admin('DELETE', `/v1/groups/${groupId}`)).status).toBe(204);
  const left = await admin('GET', `/v1/role-grants?subjectId=${groupId}`);
  expect(left.json.items).toEqual([]);
});

test('a group that approval profiles name stays', async () => {
  const groupId = String((await admin('POST', '/v1/groups', { name: 'deciders' })).json.id);
  const profileId = newId();
  const policy = (groups: string[]) =>
    JSON.stringify({ rules: [{ steps: [{ name: 'one', approvers: { users: [], groups, roles: [] }, required: 1 }] }] });
  await app.db.query(
    `insert into approval_profiles (id, organization_id, name, version) values ($1::uuid, $2::uuid, 'strict', 2)`,
    [profileId, app.organizationId],
  );
  for (const [version, groups] of [
    [1, []],
    [2, [groupId]],
    [3, []],
  ] as const) {
    await app.db.query(
      `insert into approval_profile_versions (profile_id, version, policy, created_by)
       values ($1::uuid, $2, $3::jsonb, $1::uuid)`,
      [profileId, version, policy([...groups])],
    );
  }
  const refused = await admin('DELETE', `/v1/groups/${groupId}`);
  expect(refused.json).toMatchObject({ status: 409, code: 'in_use', approvalProfiles: ['strict'] });
  await app.db.query('update approval_profiles set version = 3 where id = $1::uuid', [profileId]);
  expect((await admin('DELETE', `/v1/groups/${groupId}`)).status).toBe(204);
});

test('nobody grants rights they do not hold, or outside the scope they administer', async () => {
  const mine = await makeProject('escalation-mine');
  const other = await makeProject('escalation-other');
  const projectAdmin = await personWith({ role: 'admin', projectId: mine });
  const target = await personWith();
  const grant = (role: string, projectId: string | null) =>
    projectAdmin.call('POST', '/v1/role-grants', { subjectType: 'person', subjectId: target.id, role, projectId });

  expect((await grant('reader', mine)).status).toBe(201);
  expect((await grant('reader', mine)).json).toMatchObject({ status: 409, code: 'already_exists' });
  expect((await grant('viewer', other)).json).toMatchObject({ status: 403, code: 'forbidden' });
  expect((await grant('viewer', null)).json).toMatchObject({ status: 403, code: 'forbidden' });
  expect((await projectAdmin.call('POST', '/v1/users', { name: 'X', email: 'x@example.com' })).status).toBe(403);
  expect((await projectAdmin.call('POST', '/v1/tokens', { name: 'x', userId: target.id })).status).toBe(403);
  const listed = (await projectAdmin.call('GET', '/v1/role-grants')).json.items as { projectId: string }[];
  expect(new Set(listed.map((item) => item.projectId))).toEqual(new Set([mine]));

  const approver = await personWith({ role: 'approver' });
  expect((await approver.call('GET', '/v1/role-grants')).status).toBe(403);
});

test('the last administrator stays, whichever way is tried', async () => {
  const founded = await admin('POST', '/v1/organizations', {
    slug: 'lonely',
    name: 'Lonely',
    administrator: { name: 'Only One', email: 'one@example.com' },
  });
  const lonely = admin.as(String(founded.json.token));
  const me = await lonely('GET', '/v1/me');
  const meId = String(me.json.id);
  const [grant] = (await lonely('GET', '/v1/role-grants')).json.items as { id: string }[];
  expect((await lonely('DELETE', `/v1/role-grants/${grant?.id}`)).json).toMatchObject({ status: 409, code: 'in_use' });
  expect((await lonely('PATCH', `/v1/users/${meId}`, { disabled: true })).json).toMatchObject({ code: 'in_use' });

  const groupId = String((await lonely('POST', '/v1/groups', { name: 'admins' })).json.id);
  await lonely('PUT', `/v1/groups/${groupId}/members/${meId}`);
  await lonely('POST', '/v1/role-grants', { subjectType: 'group', subjectId: groupId, role: 'admin' });
  expect((await lonely('DELETE', `/v1/role-grants/${grant?.id}`)).status).toBe(204);
  expect((await lonely('DELETE', `/v1/groups/${groupId}/members/${meId}`)).json).toMatchObject({ code: 'in_use' });
  expect((await lonely('DELETE', `/v1/groups/${groupId}`)).json).toMatchObject({ code: 'in_use' });
  expect((await lonely('GET', '/v1/users')).status).toBe(200);
});

test('two administrators who remove each other at once leave one', async () => {
  const founded = await admin('POST', '/v1/organizations', {
    slug: 'duel',
    name: 'Duel',
    administrator: { name: 'First', email: 'first@example.com' },
  });
  const first = admin.as(String(founded.json.token));
  const second = await first('POST', '/v1/users', { name: 'Second', email: 'second@example.com' });
  const secondId = String(second.json.id);
  await first('POST', '/v1/role-grants', { subjectType: 'person', subjectId: secondId, role: 'admin' });
  const grants = (await first('GET', '/v1/role-grants')).json.items as { id: string }[];
  const answers = await Promise.all(grants.map((grant) => first('DELETE', `/v1/role-grants/${grant.id}`)));
  const removed = answers.filter((answer) => answer.status === 204).length;
  expect(grants).toHaveLength(2);
  expect(removed).toBe(1);
});

test('nobody can make a token that decides in the name of somebody who has one', async () => {
  const person = await admin('POST', '/v1/users', { name: 'Iris', email: 'iris@example.com' });
  const first = await admin('POST', '/v1/tokens', { name: 'first', userId: person.json.id });
  expect(first.status).toBe(201);
  const iris = admin.as(String(first.json.token));
  const second = { name: 'second', userId: person.json.id };
  expect((await admin('POST', '/v1/tokens', second)).status).toBe(403);
  expect((await iris('POST', '/v1/tokens', { name: 'own' })).status).toBe(201);
  const machine = await admin('POST', '/v1/machines', { name: 'robot of iris', ownerId: person.json.id });
  const ofMachine = { name: 'robot', machineId: machine.json.id };
  expect((await admin('POST', '/v1/tokens', ofMachine)).status).toBe(403);
  expect((await iris('POST', '/v1/tokens', ofMachine)).status).toBe(201);
  const { items } = (await admin('GET', `/v1/tokens?userId=${person.json.id}`)).json as { items: { id: string }[] };
  for (const { id } of items) expect((await admin('DELETE', `/v1/tokens/${id}`)).status).toBe(204);
  expect((await admin('POST', '/v1/tokens', second)).status).toBe(201);
});

test('a new token is shown once and stands nowhere in clear', async () => {
  const created = await admin('POST', '/v1/tokens', { name: 'once' }, { 'idempotency-key': 'make-one-token' });
  const token = String(created.json.token);
  expect(token).toMatch(/^kf_[A-Za-z0-9_-]{43}$/);
  const read = await admin('GET', `/v1/tokens/${created.json.id}`);
  expect(read.text).not.toContain(token);
  expect((await admin('GET', '/v1/tokens')).text).not.toContain(token);
  expect(app.log()).not.toContain(token);
  const tables = await app.db.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  expect(tables.length).toBeGreaterThan(20);
  const hex = Buffer.from(token).toString('hex');
  for (const { name } of tables) {
    const hits = await app.db.query(`select 1 from "${name}" r where r::text like $1 or r::text like $2`, [
      `%${token}%`,
      `%${hex}%`,
    ]);
    expect(hits, name).toEqual([]);
  }
});

test('an expiry in the past and an unknown field are refused by pointer', async () => {
  const past = await admin('POST', '/v1/tokens', { name: 'x', expiresAt: '2001-01-01T00:00:00Z' });
  expect(past.json).toMatchObject({
    status: 422,
    errors: [{ pointer: '/expiresAt', expected: 'a time in the future' }],
  });
  const unknown = await admin('POST', '/v1/tokens', { name: 'x', scope: 'all' });
  expect(unknown.json).toMatchObject({ errors: [{ pointer: '/scope', expected: 'no such field' }] });
});

test('lists come in pages, each item once', async () => {
  for (let i = 0; i < 5; i++) await admin('POST', '/v1/groups', { name: `page-${i}` });
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await admin('GET', `/v1/groups?limit=2${cursor && `&cursor=${cursor}`}`);
    expect(page.status).toBe(200);
    seen.push(...(page.json.items as { name: string }[]).map((group) => group.name));
    cursor = page.json.nextCursor as string | null;
  }
  expect(seen.filter((name) => name.startsWith('page-'))).toEqual(['page-0', 'page-1', 'page-2', 'page-3', 'page-4']);
  expect((await admin('GET', '/v1/groups?cursor=nonsense')).status).toBe(422);
  expect((await admin('GET', '/v1/groups?limit=201')).status).toBe(422);
});

test('every edit is in the audit trail, which verifies', async () => {
  const rows = await app.db.query<{ action: string }>('select action from audit_events');
  const actions = new Set(rows.map((row) => row.action));
  for (const action of [
    'organization.created',
    'person.created',
    'person.updated',
    'machine.created',
    'machine.updated',
    'group.created',
    'group.updated',
    'group.deleted',
    'group_member.added',
    'group_member.removed',
    'role_grant.created',
    'role_grant.deleted',
    'token.created',
    'token.revoked',
    'project.created',
  ]) {
    expect(actions).toContain(action);
  }
  expect(await verifyChain(app.db, app.keyring, app.organizationId)).toMatchObject({ intact: true });
});
