import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AuditEvent } from '../../../src/audit/audit-event.ts';
import { startProgram } from '../../support/process.ts';
import { must } from '../../support/scene.ts';
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts';

let broker: TestBroker;
let folder: string;
/** The tables as they were, to put back what a test broke. */
let kept: { events: unknown; heads: unknown };

beforeAll(async () => {
  broker = await startTestBroker({ workers: false });
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-audit-'));
  for (let index = 0; index < 8; index++) {
    must(await broker.admin('POST', '/v1/projects', { slug: `p-${index}`, name: `P ${index}` }), 201);
  }
  const { db } = broker.broker;
  const of = async (table: string) => (await db.query(`select jsonb_agg(t) as rows from ${table} t`))[0]?.rows;
  kept = { events: await of('audit_events'), heads: await of('audit_heads') };
});
afterEach(async () => {
  await tamper('truncate audit_events, audit_heads');
  await tamper('insert into audit_events select * from jsonb_populate_recordset(null::audit_events, $1)', kept.events);
  await tamper('insert into audit_heads select * from jsonb_populate_recordset(null::audit_heads, $1)', kept.heads);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await broker.close();
});

/** Somebody with every right in the database, who switches the trigger off first. */
async function tamper(sql: string, rows?: unknown): Promise<void> {
  const client = new pg.Client({ connectionString: broker.databaseUrl });
  await client.connect();
  try {
    await client.query(`set session_replication_role = 'replica'`);
    await client.query('begin');
    await client.query('alter table audit_events disable trigger all');
    await client.query(sql, rows === undefined ? [] : [JSON.stringify(rows)]);
    await client.query('alter table audit_events enable trigger all');
    await client.query('commit');
  } finally {
    await client.end();
  }
}

const verify = async () => must(await broker.admin('GET', '/v1/audit-events/verify'), 200);
const exported = async (): Promise<AuditEvent[]> => {
  const { text, status } = await broker.admin('GET', '/v1/audit-events/export');
  expect(status).toBe(200);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditEvent);
};

test('the trail of a real broker is intact', async () => {
  const { intact, events, head } = await verify();
  expect(intact).toBe(true);
  expect(events).toBeGreaterThan(8);
  expect(head).toMatchObject({ seq: events, mac: (await exported()).at(-1)?.mac });
});

test('what one request did is found by its id, and nothing of other requests', async () => {
  const project = { slug: 'found-again', name: 'Found again' };
  const made = must(await broker.admin('POST', '/v1/projects', project), 201);
  const listed = async (query: string) =>
    must(await broker.admin('GET', `/v1/audit-events?${query}`), 200).items as unknown as AuditEvent[];
  const [event] = await listed(`objectId=${made.id}`);
  const found = await listed(`requestId=${event?.requestId}`);
  expect(found.map(({ objectId }) => objectId)).toEqual([made.id]);
  expect(await listed('requestId=nobody-asked-this')).toEqual([]);
});

test('only what is later in the chain is listed on demand, newest first and narrowed as well', async () => {
  const listed = async (query: string) =>
    must(await broker.admin('GET', `/v1/audit-events?${query}`), 200).items as unknown as AuditEvent[];
  const seen = (await listed('limit=1'))[0]?.seq ?? 0;
  expect(await listed(`afterSeq=${seen}`)).toEqual([]);
  for (const slug of ['later-one', 'later-two']) {
    must(await broker.admin('POST', '/v1/projects', { slug, name: slug }), 201);
    must(await broker.admin('POST', '/v1/groups', { name: slug }), 201);
  }
  const later = await listed(`afterSeq=${seen}`);
  expect(later.map(({ seq }) => seq)).toEqual([seen + 4, seen + 3, seen + 2, seen + 1]);
  expect(await listed(`afterSeq=${seen}&action=group.created`)).toEqual([later[0], later[2]]);
  const first = must(await broker.admin('GET', `/v1/audit-events?afterSeq=${seen}&limit=3`), 200);
  const rest = await listed(`afterSeq=${seen}&limit=3&cursor=${first.nextCursor}`);
  expect([...(first.items as AuditEvent[]), ...rest]).toEqual(later);
  expect((await broker.admin('GET', '/v1/audit-events?afterSeq=-1')).status).toBe(422);
});

test('filters narrow together, page by page', async () => {
  const all = await exported();
  const { actor } = all.at(-1) ?? {};
  const ask = async (query: string) => must(await broker.admin('GET', `/v1/audit-events?${query}`), 200);
  const both = `action=project.created&personId=${actor?.personId}`;
  const page = await ask(`${both}&limit=5`);
  const rest = await ask(`${both}&limit=5&cursor=${page.nextCursor}`);
  const found = [...(page.items as AuditEvent[]), ...(rest.items as AuditEvent[])];
  const expected = all.filter(({ action }) => action === 'project.created').map(({ seq }) => seq);
  expect(found.map(({ seq }) => seq)).toEqual(expected.reverse());
  expect((await ask('action=project.created&personId=nobody')).items).toEqual([]);
  const at = found[2]?.at ?? '';
  const [from, until] = [await ask(`${both}&from=${at}`), await ask(`${both}&until=${at}`)];
  expect((from.items as AuditEvent[]).every((event) => event.at >= at)).toBe(true);
  expect((until.items as AuditEvent[]).every((event) => event.at < at)).toBe(true);
  expect((from.items as AuditEvent[]).length + (until.items as AuditEvent[]).length).toBe(found.length);
});

test('the database itself refuses to change, delete or empty the trail', async () => {
  const { db } = broker.broker;
  for (const sql of [
    `update audit_events set action = 'secret.read' where seq = 1`,
    'delete from audit_events where seq = 1',
    'truncate audit_events',
  ]) {
    await expect(db.query(sql)).rejects.toThrow('append-only');
  }
  expect(await verify()).toMatchObject({ intact: true });
});

const BREAKS: [string, string, Record<string, unknown>][] = [
  ['an edited detail', `update audit_events set details = '{}' where seq = 4`, { brokenAt: 4, reason: 'altered' }],
  [
    'a detail we could not have recorded',
    `update audit_events set details = '{"x":0.5}' where seq = 4`,
    { brokenAt: 4 },
  ],
  ['another actor', `update audit_events set actor = actor || '{"name":"x"}' where seq = 4`, { brokenAt: 4 }],
  ['something added to the actor', `update audit_events set actor = actor || '{"x":1}' where seq = 4`, { brokenAt: 4 }],
  ['another time', `update audit_events set at = at + interval '1 second' where seq = 4`, { brokenAt: 4 }],
  ['a deleted event', 'delete from audit_events where seq = 4', { brokenAt: 4, reason: 'missing_or_reordered' }],
  ['a deleted first event', 'delete from audit_events where seq = 1', { brokenAt: 1 }],
  ['a cut tail', 'delete from audit_events where seq > 6', { brokenAt: 7, reason: 'missing_or_reordered' }],
  ['everything deleted', 'delete from audit_events', { brokenAt: 1 }],
  [
    'a cut tail with the number in the head put right',
    `with d as (delete from audit_events where seq > 6) update audit_heads set seq = 6`,
    { brokenAt: 6, reason: 'link_broken' },
  ],
  [
    'two events swapped',
    `update audit_events set seq = case seq when 4 then 1005 else 1004 end where seq in (4, 5);
     update audit_events set seq = seq - 1000 where seq > 1000`,
    { brokenAt: 4 },
  ],
  [
    'an event put in behind the head',
    `insert into audit_events select organization_id, seq + 1, gen_random_uuid(), at, actor, action, object_type, object_id,
       details, request_id, key_id, mac, mac from audit_events order by seq desc limit 1`,
    { reason: 'altered' },
  ],
  ['the head deleted', 'delete from audit_heads', { reason: 'link_broken' }],
  ['an older head', 'update audit_heads set seq = seq - 1', { reason: 'link_broken' }],
];
test.each(BREAKS)('%s is found (E6)', async (_, sql, found) => {
  await tamper(sql);
  expect(await verify()).toMatchObject({ intact: false, ...found });
});

async function verifyOffline(lines: readonly string[], masterKey = broker.masterKey) {
  const file = path.join(folder, `${randomBytes(6).toString('hex')}.jsonl`);
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  const program = startProgram('src/audit/verify-main.js', { args: [file], env: { KEYFERRY_MASTER_KEY: masterKey } });
  const { code } = await program.ended;
  return { code, output: program.output() };
}

test('an export verifies away from the database, with nothing but the keys', async () => {
  const events = await exported();
  const lines = events.map((event) => JSON.stringify(event));
  const head = events.at(-1);
  expect(await verifyOffline(lines)).toEqual({ code: 0, output: `intact: ${head?.seq} events, head ${head?.mac}\n` });
  const edited = lines.map((line, index) => (index === 3 ? line.replace('"action":"', '"action":"x') : line));
  const tries: [string, readonly string[], string?][] = [
    ['broken at event 4: altered', edited],
    ['broken at event 4: missing_or_reordered', lines.filter((__, index) => index !== 3)],
    ['broken at event 1: altered', lines, randomBytes(32).toString('base64')],
    ['broken at event 1: unknown_key', lines, `other:${randomBytes(32).toString('base64')}`],
    ['broken at line 3: not an event', [...lines.slice(0, 2), '{"seq":', ...lines.slice(2)]],
  ];
  for (const [expected, given, masterKey] of tries) {
    const { code, output } = await verifyOffline(given, masterKey);
    expect([code, output.trim()]).toEqual([1, expected]);
  }
});

test('a cut export differs in its head, which is what an anchor kept elsewhere is compared with', async () => {
  const lines = (await exported()).map((event) => JSON.stringify(event));
  const whole = await verifyOffline(lines);
  const cut = await verifyOffline(lines.slice(0, -1));
  expect(cut.code).toBe(0);
  expect(cut.output).not.toBe(whole.output);
});
