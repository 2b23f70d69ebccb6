import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { breakingChanges } from '../support/breaking-changes.ts';
import { type ApiContract, contractOf, contractText } from '../support/openapi-contract.ts';
import { startTestBroker, type TestBroker } from '../support/test-broker.ts';

/** What was promised to clients. `npm run openapi:accept` adds what is new; what breaks is only taken with ACCEPT_BREAKING=1. */
const BASELINE = path.join(import.meta.dirname, 'openapi-baseline.json');

let broker: TestBroker;
let now: ApiContract;

beforeAll(async () => {
  broker = await startTestBroker({ workers: false });
  now = contractOf((await broker.admin.as(undefined)('GET', '/openapi.json')).json);
});
afterAll(() => broker.close());

test('nothing that clients rely on has changed', async () => {
  const before = JSON.parse(await readFile(BASELINE, 'utf8')) as ApiContract;
  const broken = breakingChanges(before, now);
  const accept = process.env.ACCEPT_OPENAPI === '1';
  if (accept && (broken.length === 0 || process.env.ACCEPT_BREAKING === '1')) {
    await writeFile(BASELINE, contractText(now));
    return;
  }
  expect(broken, 'clients break; if that is meant: ACCEPT_BREAKING=1 npm run openapi:accept').toEqual([]);
  expect(Object.keys(before.operations).length).toBeGreaterThan(100);
});
