import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { measureChanges } from '../../../src/approvals/change-metrics.ts';
import { measureNotices } from '../../../src/notifications/notice-metrics.ts';
import { measureFreshness } from '../../../src/sync/freshness-service.ts';
import { measureTargets } from '../../../src/sync/target-metrics.ts';

test('a database that does not answer leaves its series out and fails no scrape', async () => {
  const registry = new Registry();
  const db = { query: () => Promise.reject(new Error('away')) };
  measureChanges(registry, db);
  measureFreshness(registry, db);
  measureTargets(registry, db);
  measureNotices(registry, db)('webhook', 'delivered');
  const text = await registry.metrics();
  expect(text).toContain('keyferry_notice_attempts_total{channel="webhook",outcome="delivered"} 1');
  expect(text).toMatch(/^keyferry_stale_profiles NaN$/im);
  expect(text).not.toMatch(/^keyferry_notices_waiting\{/m);
});
