import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/setup/package-root.ts';
import { type ApiDocument, clientTypes } from '../support/client-types.ts';
import { startTestBroker, type TestBroker } from '../support/test-broker.ts';

let broker: TestBroker;

beforeAll(async () => {
  broker = await startTestBroker({ workers: false });
});
afterAll(() => broker.close());

test('the types of the client are those of the API; `npm run client-types` writes them anew', async () => {
  const { json } = await broker.admin.as(undefined)('GET', '/openapi.json');
  const types = clientTypes(json as unknown as ApiDocument);
  expect(types).toContain('readonly createSecret: {');
  await expect(types).toMatchFileSnapshot(path.join(packageRoot(), 'src/client/api-types.ts'));
});
