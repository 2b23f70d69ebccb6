import { afterAll, beforeAll, expect, test } from 'vitest';
import { canary, findLeaks } from '../../support/canaries.ts';
import { eventually, must, type Scene, startScene } from '../../support/scene.ts';

const value = canary('value');
const TOKEN = 'metrics-token-0815';
let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ targets: 2, metricsToken: TOKEN });
});
afterAll(() => scene.close());

const scrape = async () => {
  const answer = await fetch(`${scene.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(answer.status).toBe(200);
  return answer.text();
};
/** The value of a series, its labels in any order. */
const series = (text: string, name: string, labels: Record<string, string> = {}) => {
  const line = text
    .split('\n')
    .find(
      (each) =>
        (each.startsWith(`${name}{`) || each.startsWith(`${name} `)) &&
        Object.entries(labels).every(([label, wanted]) => each.includes(`${label}="${wanted}"`)),
    );
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
};

test('with a token configured, nobody scrapes without it', async () => {
  for (const authorization of ['', 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN} `.trim().slice(0, -1)]) {
    expect((await fetch(`${scene.url}/metrics`, { headers: { authorization } })).status).toBe(401);
  }
  expect((await fetch(`${scene.url}/metrics/`)).status).toBe(401);
});

test('calls, results, states, lag, queue and breaker show per profile, kind and code, and no value, name or path', async () => {
  const [good, bad] = scene.targets;
  bad?.vault.script({ method: 'POST', steps: { status: 403 } });
  const id = await scene.secret('measured', { value: value.text });
  await eventually(async () => (await scrape()).includes('outcome="failed"'), 'a failed result');
  const profile = { profile: good?.profileId ?? '', kind: 'hashicorp-vault' };
  const text = await eventually(async () => {
    const seen = await scrape();
    return series(seen, 'keyferry_profile_targets', { ...profile, state: 'synced' }) === 1 ? seen : undefined;
  }, 'a synced target in the metrics');
  const failed = { profile: bad?.profileId ?? '', kind: 'hashicorp-vault' };
  expect(series(text, 'keyferry_vault_calls_total', { ...profile, operation: 'write', code: 'ok' })).toBe(1);
  expect(
    series(text, 'keyferry_vault_calls_total', { ...failed, operation: 'write', code: 'permission_denied' }),
  ).toBeGreaterThan(0);
  expect(series(text, 'keyferry_sync_results_total', { ...profile, outcome: 'synced', code: 'ok' })).toBe(1);
  expect(
    series(text, 'keyferry_sync_results_total', { ...failed, outcome: 'failed', code: 'permission_denied' }),
  ).toBeGreaterThan(0);
  expect(series(text, 'keyferry_profile_targets', { ...failed, state: 'failed', code: 'permission_denied' })).toBe(1);
  expect(series(text, 'keyferry_profile_lag_seconds', profile)).toBe(0);
  expect(series(text, 'keyferry_profile_lag_seconds', failed)).toBeGreaterThan(0);
  expect(series(text, 'keyferry_oldest_due_target_seconds')).toBe(series(text, 'keyferry_profile_lag_seconds', failed));
  expect(series(text, 'keyferry_targets', { state: 'synced' })).toBe(1);
  expect(series(text, 'keyferry_vault_breaker_state', { profile: profile.profile })).toBe(0);
  expect(series(text, 'keyferry_queue_jobs', { backend: 'postgres', state: 'waiting' })).toBeGreaterThanOrEqual(0);
  expect(series(text, 'keyferry_oldest_due_change_seconds')).toBe(0);
  expect(series(text, 'keyferry_notice_outbox_events')).toBeGreaterThanOrEqual(0);

  const { sourcePath } = must(await scene.admin('GET', `/v1/secrets/${id}`), 200) as { sourcePath: string };
  const secret = [
    value,
    { name: 'path', text: sourcePath },
    { name: 'name', text: 'measured' },
    { name: 'token', text: TOKEN },
  ];
  expect(findLeaks(secret, [['metrics', text]])).toEqual([]);
  expect(text).not.toContain('target-1');
});

test('changes that wait show until they are decided', async () => {
  const reviewer = await scene.person('reviewer', 'approver');
  await scene.govern([{ name: 'review', approvers: { users: [reviewer.id] }, required: 1 }]);
  const body = {
    project: 'shop',
    name: 'waiting',
    type: 'api_key',
    sourceProfileId: scene.source.profileId,
    payload: { value: 'x' },
  };
  must(await scene.admin('POST', '/v1/secrets', body), 202);
  expect(series(await scrape(), 'keyferry_open_changes', { state: 'pending_approval', code: 'ok' })).toBe(1);
});
