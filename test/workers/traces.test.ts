import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTracing } from '../../src/tracing/otlp-tracing.ts';
import type { Tracing } from '../../src/tracing/tracing.ts';
import { type Beside, startBeside } from '../support/beside.ts';
import { canary, findLeaks } from '../support/canaries.ts';
import { dumpTables } from '../support/dump-tables.ts';
import { eventually, must, type Scene, startScene, targetsIn } from '../support/scene.ts';
import { type CollectedSpan, startTraceCollector, type TraceCollector } from '../support/trace-collector.ts';

const log = pino({ level: 'silent' });
const NAMED = 'traced-name-4711';
const value = canary('value');
const baggage = canary('baggage');
const collectorToken = canary('token of the collector');

let collector: TraceCollector;
let apiTracing: Tracing;
let workerTracing: Tracing;
let scene: Scene;
let worker: Beside;

beforeAll(async () => {
  collector = await startTraceCollector();
  const settings = { endpoint: `${collector.url}/`, headers: {} };
  apiTracing = await openTracing(settings, 'api', log);
  workerTracing = await openTracing(settings, 'worker', log);
  scene = await startScene({ targets: 2, workers: false, tracing: apiTracing });
  worker = await startBeside(scene, { tracing: workerTracing, scanIntervalMs: 3_600_000 });
});
afterAll(async () => {
  await worker.close();
  await scene.close();
  await Promise.all([apiTracing.close(), workerTracing.close()]);
  await collector.close();
});

const traceId = () => randomBytes(16).toString('hex');
const parentOf = (id: string) => `00-${id}-${randomBytes(8).toString('hex')}-00`;

const body = (name: string) => ({
  project: 'shop',
  name,
  type: 'key_value',
  sourceProfileId: scene.source.profileId,
  targets: scene.targets.map(({ profileId }) => ({ profileId })),
  payload: { PASSWORD: value.text },
});

/** The spans of a trace once `enough` of them have arrived: they are sent when they end. */
const spansOf = (id: string, enough: (spans: readonly CollectedSpan[]) => boolean) =>
  eventually(async () => {
    const spans = collector.spans.filter((span) => span.traceId === id);
    return enough(spans) ? spans : undefined;
  }, `spans of ${id}`);
const named = (spans: readonly CollectedSpan[], name: string) => spans.filter((span) => span.name === name);

test('a write with two targets is one connected trace over API, change, queue, worker and vaults', async () => {
  const id = traceId();
  const traceparent = parentOf(id);
  const headers = { traceparent, baggage: `who=${encodeURIComponent(baggage.text)}` };
  const made = must(await scene.admin('POST', '/v1/secrets', body(NAMED), headers), 201);
  const secretId = String(made.secretId);
  await targetsIn(scene.admin, secretId, 'synced');
  const spans = await spansOf(id, (found) => named(found, 'job.sync-profile').length === 2);

  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const [request] = named(spans, 'POST /v1/secrets');
  expect(request).toMatchObject({ parentSpanId: traceparent.split('-')[2], process: 'api', kind: 2 });
  expect(request?.facts).toMatchObject({ 'http.route': '/v1/secrets', 'http.response.status_code': 201 });
  for (const span of spans) {
    if (span !== request) expect(byId.has(span.parentSpanId ?? ''), `${span.name} hangs on a span`).toBe(true);
  }
  const up = (span: CollectedSpan): string[] => {
    const parent = byId.get(span.parentSpanId ?? '');
    return parent === undefined ? [span.name] : [span.name, ...up(parent)];
  };
  const writes = spans.filter((span) => span.facts['keyferry.vault.operation'] === 'write');
  expect(writes.map((span) => [span.facts['keyferry.profile.id'], up(span), span.process])).toEqual(
    expect.arrayContaining([
      [scene.source.profileId, ['vault.call', 'change.execute', 'POST /v1/secrets'], 'api'],
      ...scene.targets.map(({ profileId }) => [
        profileId,
        ['vault.call', 'target.sync', 'job.sync-profile', 'change.execute', 'POST /v1/secrets'],
        'worker',
      ]),
    ]),
  );
  expect(writes).toHaveLength(3);
  expect(writes[0]).toMatchObject({ kind: 3, failed: false });
  expect(writes[0]?.facts).toMatchObject({ 'keyferry.vault.kind': 'hashicorp-vault', 'keyferry.code': 'ok' });
  const [execution] = named(spans, 'change.execute');
  expect(execution?.facts).toMatchObject({ 'keyferry.secret.id': secretId, 'keyferry.state': 'applied' });
  expect(named(spans, 'target.sync').map((span) => span.facts['keyferry.state'])).toEqual(['synced', 'synced']);
});

test('in one process, where no queue lies between, it is one trace as well', async () => {
  const id = traceId();
  must(await worker.admin('POST', '/v1/secrets', body('together'), { traceparent: parentOf(id) }), 201);
  const spans = await spansOf(id, (found) => named(found, 'job.sync-profile').length === 2);
  expect(named(spans, 'target.sync').map((span) => span.facts['keyferry.state'])).toEqual(['synced', 'synced']);
  const ids = new Set(spans.map((span) => span.spanId));
  const roots = spans.filter((span) => !ids.has(span.parentSpanId ?? ''));
  expect(roots.map((span) => span.name)).toEqual(['POST /v1/secrets']);
});

test('what the scanner finds begins a trace of its own that leads back too', async () => {
  const id = traceId();
  const [target] = scene.targets;
  const profile = `/v1/vault-profiles/${target?.profileId}`;
  must(await scene.admin('POST', `${profile}/disable`), 200);
  const made = must(await scene.admin('POST', '/v1/secrets', body('scanned'), { traceparent: parentOf(id) }), 201);
  await spansOf(id, (found) => named(found, 'job.sync-profile').length === 2);
  await scene.broker.db.query('update vault_profiles set enabled = true where id = $1::uuid', [target?.profileId]);
  await worker.broker.scanner.scan();
  await targetsIn(scene.admin, String(made.secretId), 'synced');
  const late = await eventually(
    async () => collector.spans.find((span) => span.name === 'target.sync' && span.links.includes(id)),
    'a target that leads back',
  );
  expect(late.traceId).not.toBe(id);
  expect(late.facts['keyferry.secret.id']).toBe(made.secretId);
});

test('a failing vault shows as a code, and an unknown trace context is not taken over', async () => {
  const script = scene.source.vault.script({ path: '/data/', steps: { status: 403 } });
  const answer = await scene.admin('POST', '/v1/secrets', body('denied'), {
    traceparent: '00-0-0-00',
    'x-request-id': 'r'.repeat(20),
  });
  script.remove();
  expect(answer.status).not.toBe(201);
  const failed = await eventually(
    async () => collector.spans.find((span) => span.name === 'vault.call' && span.failed),
    'a failed call',
  );
  expect(failed.facts['keyferry.code']).toBe('permission_denied');
  expect(failed.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
});

test('a change that runs later leads back to the request that asked for it', async () => {
  const author = await scene.person('author', 'read_write');
  const reviewer = await scene.person('reviewer', 'approver');
  await scene.govern([{ name: 'review', approvers: { users: [reviewer.id] }, required: 1 }]);
  const [asked, decided] = [traceId(), traceId()];
  const opened = must(await author.api('POST', '/v1/secrets', body('later'), { traceparent: parentOf(asked) }), 202)
    .changeRequest as { id: string };
  const { digest } = must(await reviewer.api('GET', `/v1/change-requests/${opened.id}`), 200);
  const vote = { decision: 'approve', revision: 1, digest };
  const path = `/v1/change-requests/${opened.id}/reviews`;
  must(await reviewer.api('POST', path, vote, { traceparent: parentOf(decided) }), 200);
  const spans = await spansOf(decided, (found) => named(found, 'target.sync').length === 2);
  const [execution] = named(spans, 'change.execute');
  expect(execution).toMatchObject({ links: [asked], process: 'worker' });
  expect(execution?.facts['keyferry.change.id']).toBe(opened.id);
});

test('what leaves holds no value, no name, no path, no address and no credential', async () => {
  const { sourcePath } = (
    must(await scene.admin('GET', '/v1/secrets?limit=1'), 200).items as { sourcePath: string }[]
  )[0] ?? {
    sourcePath: '',
  };
  expect(sourcePath).not.toBe('');
  const secretsAndPlaces = [
    value,
    baggage,
    { name: 'name of a secret', text: NAMED },
    { name: 'path', text: sourcePath },
    { name: 'address of a vault', text: scene.source.vault.url.replace('http://', '') },
    { name: 'vault token', text: scene.source.vault.token },
    { name: 'master key', text: scene.masterKey },
    { name: 'mail address', text: 'author@example.com' },
  ];
  expect(findLeaks(secretsAndPlaces, [['traces', collector.received()]])).toEqual([]);
  expect(findLeaks([baggage], await dumpTables(scene.databaseUrl))).toEqual([]);
  expect(findLeaks([{ name: 'planted', text: 'keyferry.vault.kind' }], [['traces', collector.received()]])).not.toEqual(
    [],
  );
});

test('a collector that is away is told of once and delays nobody', async () => {
  const away = await startTraceCollector();
  const lines: string[] = [];
  const tracing = await openTracing(
    { endpoint: away.url, headers: { authorization: collectorToken.text.replaceAll(/[^ -~]/g, '') } },
    'api',
    pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
  );
  const span = () => tracing.span('job.run-change', {}, async () => 'done');
  away.refuse(true);
  expect(await span()).toBe('done');
  await eventually(async () => lines.length > 0, 'a line about the collector');
  await span();
  expect(lines.join('')).toContain('does not take them');
  expect(lines).toHaveLength(1);
  expect(findLeaks([collectorToken], [['log', lines.join('')]])).toEqual([]);
  await tracing.close();
  await away.close();
});
