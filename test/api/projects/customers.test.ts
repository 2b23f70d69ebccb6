import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from '../../support/api-client.ts';
import { must, type Scene, startScene, targetsIn } from '../../support/scene.ts';

let scene: Scene;
const customers: Record<string, string> = {};

beforeAll(async () => {
  scene = await startScene({ targets: 1 });
  for (const slug of ['acme', 'zenith']) {
    customers[slug] = must(await scene.admin('POST', CUSTOMERS, { slug, name: slug.toUpperCase() }), 201).id as string;
  }
});
afterAll(() => scene.close());

const CUSTOMERS = '/v1/projects/shop/customers';

interface Found {
  readonly id: string;
  readonly name: string;
  readonly customerId: string | null;
  readonly sourcePath: string;
}

const body = (name: string, customer?: string, more: object = {}) => ({
  project: 'shop',
  name,
  type: 'api_key',
  sourceProfileId: scene.source.profileId,
  payload: { value: `value of ${customer ?? 'all'} ${name}` },
  ...(customer === undefined ? {} : { customer }),
  ...more,
});

async function create(name: string, customer?: string, more: object = {}): Promise<string> {
  return must(await scene.admin('POST', '/v1/secrets', body(name, customer, more)), 201).secretId as string;
}

/** Somebody with roles in the project only. */
async function holder(name: string, grants: readonly object[]): Promise<ApiClient> {
  const { id } = must(await scene.admin('POST', '/v1/users', { name, email: `${name}@example.com` }), 201);
  for (const grant of grants) {
    const given = { subjectType: 'person', subjectId: id, projectId: scene.project.id, ...grant };
    must(await scene.admin('POST', '/v1/role-grants', given), 201);
  }
  const { token } = must(await scene.admin('POST', '/v1/tokens', { name, userId: id }), 201);
  return scene.admin.as(token as string);
}

const listed = async (api: ApiClient, query = '') =>
  (must(await api('GET', `/v1/secrets?limit=200${query}`), 200).items as Found[]).map(({ name }) => name).sort();

const shown = async (api: ApiClient, id: string) => {
  const answer = await api('GET', `/v1/secrets/${id}/versions/latest/content`);
  return answer.status === 200 ? (answer.json.payload as { value: string }).value : answer.status;
};

test('customers are made, found by id and slug, listed over pages, renamed and deleted', async () => {
  const made = must(await scene.admin('POST', CUSTOMERS, { slug: 'short-lived', name: 'Short' }), 201);
  expect(made).toMatchObject({ slug: 'short-lived', name: 'Short', projectId: scene.project.id });
  expect(must(await scene.admin('GET', `${CUSTOMERS}/short-lived`), 200)).toEqual(made);
  expect(must(await scene.admin('GET', `${CUSTOMERS}/${made.id}`), 200)).toEqual(made);
  const seen: unknown[] = [];
  for (let cursor: unknown = ''; cursor !== null; ) {
    const page: Record<string, unknown> = must(
      await scene.admin('GET', `${CUSTOMERS}?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`),
      200,
    );
    seen.push(...(page.items as { slug: string }[]).map(({ slug }) => slug));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(['acme', 'zenith', 'short-lived']);
  const renamed = must(await scene.admin('PATCH', `${CUSTOMERS}/short-lived`, { name: 'Still short' }), 200);
  expect(renamed).toEqual({ ...made, name: 'Still short' });
  expect((await scene.admin('PATCH', `${CUSTOMERS}/short-lived`, { slug: 'other' })).status).toBe(422);
  expect((await scene.admin('DELETE', `${CUSTOMERS}/short-lived`)).status).toBe(204);
  expect((await scene.admin('GET', `${CUSTOMERS}/short-lived`)).status).toBe(404);
  const { items } = must(await scene.admin('GET', `/v1/audit-events?objectId=${made.id}`), 200) as {
    items: { action: string }[];
  };
  expect(items.map(({ action }) => action).sort()).toEqual([
    'customer.created',
    'customer.deleted',
    'customer.updated',
  ]);
});

test('a slug is the project’s own, and `shared` is nobody’s', async () => {
  expect((await scene.admin('POST', CUSTOMERS, { slug: 'acme', name: 'Again' })).json).toMatchObject({
    status: 409,
    code: 'already_exists',
  });
  expect((await scene.admin('POST', CUSTOMERS, { slug: 'shared', name: 'All' })).json).toMatchObject({
    status: 422,
    code: 'invalid_input',
  });
  must(await scene.admin('POST', '/v1/projects', { slug: 'other', name: 'Other' }), 201);
  must(await scene.admin('POST', '/v1/projects/other/customers', { slug: 'acme', name: 'Acme elsewhere' }), 201);
  expect((await scene.admin('POST', '/v1/secrets', body('x', 'nobody'))).json).toMatchObject({
    status: 422,
    errors: [{ pointer: '/customer' }],
  });
});

test('one name for everybody and for each customer; lookup falls back only where that is asked for', async () => {
  const shared = await create('mail');
  const acme = await create('mail', 'acme');
  const named = async (query: string) => (await scene.admin('GET', `/v1/projects/shop/secrets/mail${query}`)).json;
  expect(await named('')).toMatchObject({ id: shared, customerId: null });
  expect(await named('?customer=acme')).toMatchObject({ id: acme, customerId: customers.acme });
  expect(await named('?customer=acme&fallback=true')).toMatchObject({ id: acme });
  expect(await named(`?customer=${customers.acme}`)).toMatchObject({ id: acme });
  expect(await named('?customer=zenith')).toMatchObject({ status: 404 });
  expect(await named('?customer=zenith&fallback=true')).toMatchObject({ id: shared, customerId: null });
  expect(await named('?customer=nobody&fallback=true')).toMatchObject({ status: 404 });
  expect((await scene.admin('POST', '/v1/secrets', body('mail', 'acme'))).json).toMatchObject({
    code: 'already_exists',
  });
  // The customer's own counts again only while it can be read.
  must(await scene.admin('DELETE', `/v1/secrets/${acme}`), 200);
  expect(await named('?customer=acme&fallback=true')).toMatchObject({ id: shared });
  must(await scene.admin('POST', `/v1/secrets/${acme}/restore`), 200);
  expect(await named('?customer=acme&fallback=true')).toMatchObject({ id: acme });
});

test('entries of customers stand apart in every vault, whether or not the template names customers', async () => {
  const [target] = scene.targets;
  const change = { naming: '{project}/{customer}/{path}/{name}' };
  must(await scene.admin('PATCH', `/v1/vault-profiles/${target?.profileId}`, change), 200);
  const places: Record<string, unknown> = {};
  for (const customer of [undefined, 'acme', 'zenith']) {
    const id = await create('apart', customer, { path: 'deep', targets: [{ profileId: target?.profileId }] });
    const [copy] = (await targetsIn(scene.admin, id, 'synced')) as unknown as { remotePath: string }[];
    const { sourcePath } = must(await scene.admin('GET', `/v1/secrets/${id}`), 200);
    places[customer ?? 'all'] = [sourcePath, copy?.remotePath];
    expect(await shown(scene.admin, id)).toBe(`value of ${customer ?? 'all'} apart`);
  }
  const organization = String((places.all as string[])[0]).split('/')[0];
  expect(places).toEqual({
    all: [`${organization}/shop/deep/apart`, 'shop/shared/deep/apart'],
    acme: [`${organization}/shop.acme/deep/apart`, 'shop/acme/deep/apart'],
    zenith: [`${organization}/shop.zenith/deep/apart`, 'shop/zenith/deep/apart'],
  });
});

test('a role for one customer reaches that customer’s secrets alone, by every door', async () => {
  const shared = await create('db');
  const acme = await create('db', 'acme');
  const zenith = await create('db', 'zenith');
  const api = await holder('ann', [{ role: 'read_write', customerId: customers.acme }]);
  expect(await listed(api, '&name=db')).toEqual(['db']);
  expect(await shown(api, acme)).toBe('value of acme db');
  for (const id of [shared, zenith]) {
    expect(await shown(api, id)).toBe(403);
    for (const path of ['', '/versions', '/versions/latest', '/targets', '/plan']) {
      expect((await api('GET', `/v1/secrets/${id}${path}`)).status, path).toBe(403);
    }
    expect((await api('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'mine' } })).status).toBe(403);
    expect((await api('POST', `/v1/secrets/${id}/sync`)).status).toBe(403);
    expect((await api('DELETE', `/v1/secrets/${id}`)).status).toBe(403);
  }
  for (const query of ['', '?customer=zenith', '?customer=zenith&fallback=true']) {
    expect((await api('GET', `/v1/projects/shop/secrets/db${query}`)).status, query).toBe(403);
  }
  expect((await api('GET', '/v1/projects/shop/secrets/db?customer=acme')).status).toBe(200);
  // Making, changing and following what one asked for works; whoever sees it all is asked nothing more.
  expect((await api('POST', '/v1/secrets', body('new'))).status).toBe(403);
  expect((await api('POST', '/v1/secrets', body('new', 'zenith'))).status).toBe(403);
  const made = must(await api('POST', '/v1/secrets', body('new', 'acme')), 201);
  const changeId = (made.changeRequest as { id: string }).id;
  expect(made).toMatchObject({
    version: { fingerprint: expect.any(String) },
    changeRequest: { customerId: customers.acme },
  });
  must(await api('GET', `/v1/change-requests/${changeId}`), 200);
  must(await api('GET', `/v1/change-requests/${changeId}/evidence`), 200);
  const { items } = must(await api('GET', '/v1/change-requests?limit=200'), 200) as { items: { customerId: string }[] };
  expect(items.length).toBeGreaterThan(0);
  expect(items.every(({ customerId }) => customerId === customers.acme)).toBe(true);
  // What belongs to the project as a whole, or the organization, is not theirs.
  expect((await api('GET', '/v1/projects/shop')).status).toBe(403);
  expect((await api('GET', '/v1/users')).status).toBe(403);
  expect((await api('GET', '/v1/vault-profiles')).status).toBe(403);
  expect((await api('POST', CUSTOMERS, { slug: 'mine', name: 'Mine' })).status).toBe(403);
  expect(must(await api('GET', CUSTOMERS), 200).items).toMatchObject([{ slug: 'acme' }]);
  expect((await api('GET', `${CUSTOMERS}/zenith`)).status).toBe(403);
  expect(must(await api('GET', '/v1/me'), 200)).toMatchObject({
    grants: [{ role: 'read_write', projectId: scene.project.id, customerId: customers.acme, shared: false }],
    rights: [{ customerId: customers.acme }],
  });
});

test('customers of all projects are one list, as far as somebody sees them', async () => {
  const all = async (api: ApiClient, query = '') =>
    must(await api('GET', `/v1/customers${query}`), 200) as {
      items: { id: string; slug: string; projectId: string }[];
    };
  must(await scene.admin('POST', '/v1/projects', { slug: 'second', name: 'Second' }), 201);
  const there = must(await scene.admin('POST', '/v1/projects/second/customers', { slug: 'there', name: 'There' }), 201);
  const { items } = await all(scene.admin);
  expect(items.map(({ slug }) => slug)).toEqual(expect.arrayContaining(['acme', 'zenith', 'there']));
  const first = must(await scene.admin('GET', '/v1/customers?limit=1'), 200);
  const rest = await all(scene.admin, `?cursor=${first.nextCursor}`);
  expect([...(first.items as typeof items), ...rest.items]).toEqual(items);

  const of = async (api: ApiClient) => (await all(api)).items.map(({ id }) => id);
  expect(await of(await holder('cus', [{ role: 'reader', customerId: customers.acme }]))).toEqual([customers.acme]);
  expect(await of(await holder('pro', [{ role: 'reader', projectId: there.projectId }]))).toEqual([there.id]);
  expect(await of(await holder('non', []))).toEqual([]);
});

test('with the shared ones granted too, lookup and templates fall back for the customer, and nothing else opens', async () => {
  await create('both');
  await create('both', 'acme');
  await create('only-shared');
  await create('of-zenith', 'zenith');
  const alone = await holder('ben', [{ role: 'reader', customerId: customers.acme }]);
  const along = await holder('bob', [{ role: 'reader', customerId: customers.acme, shared: true }]);
  const request = {
    project: 'shop',
    customer: 'acme',
    template: '{{ .Secrets.both }} / {{ index .Secrets "only-shared" }}',
  };
  expect((await along('POST', '/v1/render', { ...request, template: '{{ .Secrets.both }}' })).json).toMatchObject({
    output: 'value of acme both',
  });
  expect((await along('POST', '/v1/render', request)).status).toBe(422);
  const rendered = await along('POST', '/v1/render', { ...request, fallback: true });
  expect(rendered.json).toMatchObject({
    output: 'value of acme both / value of all only-shared',
    secrets: [
      { name: 'both', customerId: customers.acme },
      { name: 'only-shared', customerId: null },
    ],
  });
  must(await along('POST', '/v1/render', { ...request, fallback: true, check: true }), 200);
  expect((await alone('POST', '/v1/render', { ...request, fallback: true })).json).toMatchObject({
    status: 403,
    secret: 'only-shared',
  });
  expect((await along('POST', '/v1/render', { ...request, customer: 'zenith' })).status).toBe(403);
  expect((await along('POST', '/v1/render', { ...request, customer: 'nobody' })).status).toBe(404);
  const template = '{{ index .Secrets "of-zenith" }}';
  expect((await along('POST', '/v1/render', { ...request, template, fallback: true })).status).toBe(422);
  expect(await listed(along, '&name=of-zenith')).toEqual([]);
  expect((await listed(along, '&name=only-shared')).length).toBe(1);
});

test('lists are filtered by customer and by what is shared', async () => {
  await create('filtered');
  await create('filtered', 'acme');
  await create('filtered', 'zenith');
  const whose = async (query: string) =>
    (must(await scene.admin('GET', `/v1/secrets?name=filtered${query}`), 200).items as Found[]).map(
      (it) => it.customerId,
    );
  expect((await whose('')).length).toBe(3);
  expect(await whose('&customer=shared')).toEqual([null]);
  expect(await whose('&customer=acme')).toEqual([customers.acme]);
  expect(await whose(`&customer=${customers.zenith}`)).toEqual([customers.zenith]);
  expect(await whose('&customer=nobody')).toEqual([]);
});

test('roles that administer, decide or audit are not given for a customer; nor is a customer of another project', async () => {
  const { id } = must(await scene.admin('POST', '/v1/users', { name: 'eve', email: 'eve@example.com' }), 201);
  const grant = { subjectType: 'person', subjectId: id, projectId: scene.project.id, customerId: customers.acme };
  for (const role of ['approver', 'auditor', 'operator', 'break_glass', 'admin']) {
    expect((await scene.admin('POST', '/v1/role-grants', { ...grant, role })).status, role).toBe(422);
  }
  const reader = { ...grant, role: 'reader' };
  expect((await scene.admin('POST', '/v1/role-grants', { ...reader, projectId: null })).status).toBe(422);
  expect((await scene.admin('POST', '/v1/role-grants', { ...reader, customerId: null, shared: true })).status).toBe(
    422,
  );
  const { id: elsewhere } = must(await scene.admin('GET', '/v1/projects/other'), 200);
  expect((await scene.admin('POST', '/v1/role-grants', { ...reader, projectId: elsewhere })).status).toBe(404);
  must(await scene.admin('POST', '/v1/role-grants', reader), 201);
  expect((await scene.admin('POST', '/v1/role-grants', { ...reader, shared: true })).status).toBe(409);
});

test('a customer with secrets stays, and goes with its grants when it never had any', async () => {
  const { id: customerId } = must(await scene.admin('POST', CUSTOMERS, { slug: 'gone', name: 'Gone' }), 201);
  const secretId = await create('last', 'gone');
  const refused = { status: 409, code: 'in_use', secrets: 1 };
  expect((await scene.admin('DELETE', `${CUSTOMERS}/gone`)).json).toMatchObject(refused);
  must(await scene.admin('POST', `/v1/secrets/${secretId}/destroy`), 200);
  expect((await scene.admin('DELETE', `${CUSTOMERS}/gone`)).json).toMatchObject(refused);
  const { id: other } = must(await scene.admin('POST', CUSTOMERS, { slug: 'brief', name: 'Brief' }), 201);
  const { id: personId } = must(await scene.admin('GET', '/v1/me'), 200);
  const grant = { subjectType: 'person', subjectId: personId, role: 'reader', projectId: scene.project.id };
  must(await scene.admin('POST', '/v1/role-grants', { ...grant, customerId: other }), 201);
  expect((await scene.admin('DELETE', `${CUSTOMERS}/brief`)).status).toBe(204);
  expect(must(await scene.admin('GET', `/v1/role-grants?customerId=${other}`), 200).items).toEqual([]);
  expect(customerId).not.toBe(other);
});

test('content by name, its version and several at once are those of the customer, or of all when that is asked for', async () => {
  const own = await create('named', 'acme');
  const shared = await create('named');
  const common = await create('common');
  const at = (what: string, name: string, query: string) =>
    scene.admin('GET', `/v1/projects/shop/secrets/${name}/${what}?${query}`);
  for (const [name, query, id] of [
    ['named', '', shared],
    ['named', 'customer=acme', own],
    ['named@1', `customer=${customers.acme}&fallback=true`, own],
    ['named', 'customer=zenith', undefined],
    ['named', 'customer=zenith&fallback=true', shared],
    ['common', 'customer=acme&fallback=true', common],
    ['common', 'customer=acme&fallback=false', undefined],
    ['common', 'customer=nobody&fallback=true', undefined],
  ] as const) {
    const [content, version] = [await at('content', name, query), await at('version', name, query)];
    if (id === undefined) expect([content.status, version.status], query).toEqual([404, 404]);
    else {
      expect(content.json.secretId, query).toBe(id);
      expect(must(version, 200), query).toEqual(must(await scene.admin('GET', `/v1/secrets/${id}/versions/1`), 200));
    }
  }
  const items = [
    { reference: 'named' },
    { reference: 'named', customer: 'acme' },
    { reference: 'named', customer: 'zenith' },
    { reference: 'named@1', customer: 'zenith', fallback: true },
    { reference: 'common', customer: customers.acme, fallback: true, field: 'value' },
  ].map((item) => ({ project: 'shop', ...item }));
  const read = must(await scene.admin('POST', '/v1/secrets/read', { items }), 200) as {
    items: { content: { secretId: string } | null; error: { code: string } | null }[];
  };
  expect(read.items.map(({ content, error }) => content?.secretId ?? error?.code)).toEqual([
    shared,
    own,
    'not_found',
    shared,
    common,
  ]);

  // Falling back does not widen what somebody may see.
  const alone = await holder('cleo', [{ role: 'reader', customerId: customers.acme }]);
  const body = { items: [items[1], { ...items[4] }] };
  const seen = must(await alone('POST', '/v1/secrets/read', body), 200) as typeof read;
  expect(seen.items.map(({ content, error }) => content?.secretId ?? error?.code)).toEqual([own, 'forbidden']);
});

test('an approval rule can be about a customer; evidence names the customer, and a replay knows it', async () => {
  const approver = await scene.person('approver', 'approver');
  const acme = await create('ruled', 'acme');
  const zenith = await create('ruled', 'zenith');
  const shared = await create('ruled');
  const rule = {
    name: 'acme',
    when: { customers: [customers.acme] },
    steps: [{ name: 'review', approvers: { users: [approver.id] }, required: 1 }],
  };
  const unknown = { ...rule, when: { customers: [scene.project.id] } };
  expect((await scene.admin('POST', '/v1/approval-profiles', { name: 'no', rules: [unknown] })).json).toMatchObject({
    status: 422,
    errors: [{ pointer: '/rules/0/when/customers/0' }],
  });
  const { id: policyId } = must(
    await scene.admin('POST', '/v1/approval-profiles', { name: 'acme', rules: [rule] }),
    201,
  );
  const attach = (approvalProfileId: unknown) =>
    scene.admin('PATCH', `/v1/vault-profiles/${scene.source.profileId}`, { approvalProfileId });
  must(await attach(policyId), 200);
  const write = (id: string) => scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'next' } });
  expect((await write(zenith)).status).toBe(201);
  expect((await write(shared)).status).toBe(201);
  const { changeRequest } = must(await write(acme), 202) as { changeRequest: { id: string; digest: string } };
  expect(must(await approver.api('GET', `/v1/change-requests/${changeRequest.id}/evidence`), 200)).toMatchObject({
    customer: { id: customers.acme, slug: 'acme', name: 'ACME' },
  });
  expect(must(await scene.admin('GET', `/v1/change-requests/${changeRequest.id}/explain`), 200)).toMatchObject({
    approval: [{ name: 'acme' }],
  });
  expect((await scene.admin('POST', '/v1/secrets', body('ruled-new', 'acme'))).status).toBe(202);
  const replayed = must(
    await scene.admin('POST', '/v1/approval-profiles/replay', { policy: { rules: [rule] }, limit: 200 }),
    200,
  ) as {
    items: { changeId: string; subjectId: string; wouldWait: boolean }[];
  };
  const wouldWait = (id: string) => replayed.items.filter((it) => it.subjectId === id).map((it) => it.wouldWait);
  expect(new Set(wouldWait(acme))).toEqual(new Set([true]));
  expect(new Set([...wouldWait(zenith), ...wouldWait(shared)])).toEqual(new Set([false]));
  const vote = { decision: 'approve', revision: 1, digest: changeRequest.digest };
  must(await approver.api('POST', `/v1/change-requests/${changeRequest.id}/reviews`, vote), 200);
});
