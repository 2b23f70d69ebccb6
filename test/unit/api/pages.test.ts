import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { systemActor } from '../../../src/access/actor.ts';
import { mountConsole } from '../../../src/api/console-routes.ts';
import { mountQueueConsole } from '../../../src/api/queue-console.ts';
import type { QueueBoard } from '../../../src/jobs/queue-board.ts';
import { serve } from '../../support/api-client.ts';

async function served(mount: (app: express.Express) => void): Promise<string> {
  const app = express();
  mount(app);
  const server = await serve(app);
  onTestFinished(() => server.close());
  return server.url;
}

test('a page that could not be read once is read again', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pages-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const url = await served((app) => mountConsole(app, folder));
  expect((await fetch(`${url}/console`)).status).toBe(500);
  await writeFile(path.join(folder, 'index.html'), '<p>here</p>');
  expect(await (await fetch(`${url}/console`)).text()).toBe('<p>here</p>');
});

test('a board of the queue that could not be loaded once is loaded again', async () => {
  let loads = 0;
  const board = async (): Promise<QueueBoard> => {
    if (++loads === 1) throw new Error('too many open files');
    return { assets: '/nowhere', views: ['/'], page: '<p>queue</p>', reads: [] };
  };
  const administrator = {
    ...systemActor('organization', 'administrator'),
    isOperator: true,
    grants: [{ role: 'admin' as const, projectId: null, customerId: null, shared: false }],
  };
  const parts = { board, recordOpened: async () => {}, authenticate: async () => administrator };
  const url = await served((app) => mountQueueConsole(app, parts));
  expect((await fetch(`${url}/admin/queues`)).status).toBe(500);
  expect(await (await fetch(`${url}/admin/queues`)).text()).toBe('<p>queue</p>');
});
