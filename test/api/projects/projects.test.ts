import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../src/ports.ts';
import { type AccessApp, startAccessApp } from '../../support/access-app.ts';

let app: AccessApp;
beforeAll(async () => {
  app = await startAccessApp();
});
afterAll(() => app.close());

test('a project is created, found by id and by slug, and changed', async () => {
  const created = await app.admin('POST', '/v1/projects', { slug: 'billing', name: 'Billing' });
  expect(created.status).toBe(201);
  expect(created.json).toMatchObject({ slug: 'billing', description: '', plainIdentifiers: false });
  expect((await app.admin('GET', '/v1/projects/billing')).json).toEqual(created.json);
  expect((await app.admin('GET', `/v1/projects/${created.json.id}`)).json).toEqual(created.json);

  const changes = { name: 'Invoices', description: 'Two\nlines', plainIdentifiers: true };
  expect((await app.admin('PATCH', '/v1/projects/billing', changes)).json).toEqual({ ...created.json, ...changes });
  expect((await app.admin('PATCH', '/v1/projects/billing', { slug: 'other' })).status).toBe(422);
  expect((await app.admin('POST', '/v1/projects', { slug: 'billing', name: 'Again' })).json).toMatchObject({
    status: 409,
    code: 'already_exists',
  });
});

test('slugs have one form, and never that of an id', async () => {
  for (const slug of [
    '',
    'A',
    'a--b',
    '-a',
    'a-',
    '1a',
    'a/b',
    'a.b',
    'ä',
    'x'.repeat(64),
    'a1b2c3d4-0000-4000-8000-000000000000',
  ]) {
    const answer = await app.admin('POST', '/v1/projects', { slug, name: 'x' });
    expect(answer.json, slug).toMatchObject({ status: 422, code: 'invalid_input' });
  }
  for (const name of ['', ' ', 'nul\u0000', 'line\nbreak', 'x'.repeat(101)]) {
    expect((await app.admin('POST', '/v1/projects', { slug: 'fine', name })).status, JSON.stringify(name)).toBe(422);
  }
});

test('a project with secrets stays; an empty one goes with the grants in it', async () => {
  const project = await app.admin('POST', '/v1/projects', { slug: 'full', name: 'Full' });
  const projectId = String(project.json.id);
  const me = (await app.admin('GET', '/v1/me')).json;
  const grant = { subjectType: 'person', subjectId: me.id, role: 'viewer', projectId };
  expect((await app.admin('POST', '/v1/role-grants', grant)).status).toBe(201);
  const secretId = newId();
  const [vaultId, profileId] = [newId(), newId()];
  const { organizationId } = app;
  await app.db.query(
    `insert into vaults (id, organization_id, name, kind, settings) values ($1::uuid, $2::uuid, 'v', 'builtin', '{}')`,
    [vaultId, organizationId],
  );
  await app.db.query(
    `insert into vault_profiles (id, organization_id, vault_id, name, naming, place)
     values ($1::uuid, $2::uuid, $3::uuid, 'p', '{name}', 'x')`,
    [profileId, organizationId, vaultId],
  );
  await app.db.query(
    `insert into secrets (id, organization_id, project_id, name, type, state, source_profile_id, source_path, created_by, updated_by)
     values ($1::uuid, $2::uuid, $3::uuid, 'x', 'generic', 'destroyed', $4::uuid, 'x', '{}', '{}')`,
    [secretId, organizationId, projectId, profileId],
  );
  expect((await app.admin('DELETE', '/v1/projects/full')).json).toMatchObject({
    status: 409,
    code: 'in_use',
    secrets: 1,
  });
  await app.db.query('delete from secrets where id = $1::uuid', [secretId]);
  expect((await app.admin('DELETE', '/v1/projects/full')).status).toBe(204);
  expect((await app.admin('GET', '/v1/projects/full')).status).toBe(404);
  expect((await app.admin('GET', `/v1/role-grants?projectId=${projectId}`)).json.items).toEqual([]);
});

test('somebody with a role in one project sees and administers that one only', async () => {
  const open = await app.admin('POST', '/v1/projects', { slug: 'open', name: 'Open' });
  await app.admin('POST', '/v1/projects', { slug: 'shut', name: 'Shut' });
  const person = await app.admin('POST', '/v1/users', { name: 'Eve', email: 'eve@example.com' });
  const subjectId = String(person.json.id);
  const issued = await app.admin('POST', '/v1/tokens', { name: 'eve', userId: subjectId });
  const eve = app.admin.as(String(issued.json.token));
  expect((await eve('GET', '/v1/projects')).json.items).toEqual([]);

  const projectId = open.json.id;
  await app.admin('POST', '/v1/role-grants', { subjectType: 'person', subjectId, role: 'viewer', projectId });
  const seen = (await eve('GET', '/v1/projects')).json.items as { slug: string }[];
  expect(seen.map((project) => project.slug)).toEqual(['open']);
  expect((await eve('GET', '/v1/projects/open')).status).toBe(200);
  expect((await eve('GET', '/v1/projects/shut')).status).toBe(403);
  expect((await eve('PATCH', '/v1/projects/open', { name: 'Mine' })).status).toBe(403);
  expect((await eve('POST', '/v1/projects', { slug: 'eves', name: 'Eves' })).status).toBe(403);

  await app.admin('POST', '/v1/role-grants', { subjectType: 'person', subjectId, role: 'admin', projectId });
  expect((await eve('PATCH', '/v1/projects/open', { name: 'Mine' })).status).toBe(200);
  expect((await eve('DELETE', '/v1/projects/shut')).status).toBe(403);
});
