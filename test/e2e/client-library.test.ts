import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/setup/package-root.ts';
import { must } from '../support/answers.ts';
import type { ApiClient } from '../support/api-client.ts';
import { type ApiProcess, startApiProcess } from '../support/broker-process.ts';
import { missingBrowser, startBrowser } from '../support/browser.ts';
import { describeIf } from '../support/require.ts';

/* `import { Keyferry } from 'keyferry/client'` as somebody outside has it: the built package, in Node, in TypeScript, and in a browser. */

// Whole processes, on a machine that may be busy.

const run = promisify(execFile);
const EXAMPLE = path.join(packageRoot(), 'examples/client.mjs');
const SAID = ['sk-first', 'sk-second', 'sk-first', 'stripe-key'];

let folder: string;
let broker: ApiProcess;
let admin: ApiClient;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-client-'));
  await chmod(folder, 0o711);
  await mkdir(path.join(folder, 'node_modules'));
  await symlink(packageRoot(), path.join(folder, 'node_modules/keyferry'));
  broker = await startApiProcess({ KEYFERRY_DATA_DIR: path.join(folder, 'data'), KEYFERRY_SCAN_INTERVAL_MS: '150' });
  admin = broker.api(broker.adminToken);
  const vault = must(await admin('POST', '/v1/vaults', { name: 'main', kind: 'builtin' }), 201);
  must(await admin('POST', '/v1/vault-profiles', { name: 'main', vaultId: vault.id }), 201);
});

afterAll(async () => {
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The example leaves its secret recoverable: its name is free again only when it is destroyed. */
async function destroyDeleted(): Promise<void> {
  const { items } = must(await admin('GET', '/v1/secrets?state=deleted'), 200) as { items: { id: string }[] };
  for (const { id } of items) must(await admin('POST', `/v1/secrets/${id}/destroy`, {}), 200);
  expect(items).toHaveLength(1);
}

describe('outside of this repository', () => {
  test('the example runs in Node', async () => {
    await cp(EXAMPLE, path.join(folder, 'client.mjs'));
    const call = `import('./client.mjs').then((m) => m.tryClient({ url: process.argv[1], token: process.argv[2] }))`;
    const args = ['--input-type=module', '--eval', call, broker.url, broker.adminToken ?? ''];
    const { stdout, stderr } = await run(process.execPath, args, { cwd: folder });
    expect(stdout.trim().split('\n')).toEqual(SAID);
    expect(stderr).toBe('');
    await destroyDeleted();
  });

  test('it has types, and they are wrong where they should be', async () => {
    const text = `import { Keyferry, KeyferryError, type Secret } from 'keyferry/client';
const kf = new Keyferry({ url: 'http://x', token: async () => 't' });
const secrets: Secret[] = await kf.secrets.list({ project: 'p', limit: 5 }).all();
const state: 'active' | undefined = secrets.map((secret) => secret.state).find((found) => found === 'active');
const { items } = await kf.call('listTargets', { params: { secretId: 'x' } });
items[0]?.desiredVersion?.toFixed();
try { await kf.secrets.get('x'); } catch (error) { if (error instanceof KeyferryError && error.code === 'not_found') console.log(state); }
// @ts-expect-error no such code
if (new KeyferryError('network', 'x').code === 'no_such_code') console.log();
// @ts-expect-error no such operation
await kf.call('noSuchOperation', {});
// @ts-expect-error the name is missing
await kf.projects.create({ slug: 'x' });
// @ts-expect-error not a type of secret
await kf.secrets.list({ type: 'password' }).all();
`;
    await writeFile(path.join(folder, 'typed.mts'), text);
    const tsc = path.join(packageRoot(), 'node_modules/typescript/bin/tsc');
    const flags = '--noEmit --strict --exactOptionalPropertyTypes --module nodenext --target es2022 --lib es2023,dom';
    const told = await run(process.execPath, [tsc, ...flags.split(' '), 'typed.mts'], { cwd: folder }).catch(
      (error: { stdout?: string }) => ({ stdout: error.stdout ?? String(error) }),
    );
    expect(told.stdout).toBe('');
  });
});

describeIf('the client library in a browser', missingBrowser(), () => {
  let site: Server;

  /** Its files as a browser gets them, and the API behind the same origin, as a proxy has it. */
  beforeAll(async () => {
    site = createServer((request, response) => {
      answer(request, response).catch(() => response.writeHead(500).end());
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    site.closeAllConnections();
    site.close();
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    if (url.startsWith('/v1/')) return forward(request, response);
    if (url === '/') {
      const map = JSON.stringify({ imports: { 'keyferry/client': '/client/keyferry.js' } });
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<!doctype html><script type="importmap">${map}</script>`);
      return;
    }
    const file = url === '/example.mjs' ? EXAMPLE : path.join(packageRoot(), 'dist/src', path.posix.normalize(url));
    const script = await readFile(file).catch(() => undefined);
    response.writeHead(script === undefined ? 404 : 200, { 'content-type': 'text/javascript' }).end(script);
  }

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = new Headers();
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'accept']) {
      const value = request.headers[name];
      if (typeof value === 'string') headers.set(name, value);
    }
    const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
    const told = await fetch(broker.url + request.url, { method: request.method ?? 'GET', headers, ...body });
    const type = told.headers.get('content-type');
    response.writeHead(told.status, type === null ? {} : { 'content-type': type });
    response.end(Buffer.from(await told.arrayBuffer()));
  }

  test('the same example runs in Chromium, and loads nothing but the client', async () => {
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      const said: string[] = [];
      const loaded: string[] = [];
      const wrong: string[] = [];
      page.on('console', (message) => (message.type() === 'log' ? said : wrong).push(message.text()));
      page.on('pageerror', (error) => wrong.push(error.message));
      page.on('response', (answer) => loaded.push(new URL(answer.url()).pathname));
      await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
      const call = `import('/example.mjs').then((m) => m.tryClient({ token: ${JSON.stringify(broker.adminToken)} }))`;
      await page.evaluate(call);
      expect(said).toEqual(SAID);
      const scripts = loaded.filter((address) => address.endsWith('js'));
      expect(scripts.filter((address) => !/^\/(client\/|example\.mjs$)/.test(address))).toEqual([]);
      // The project is there, so that nothing is asked that fails.
      expect(wrong.filter((text) => !text.includes('favicon') && !text.includes('404'))).toEqual([]);
    } finally {
      await browser.close();
    }
    await destroyDeleted();
  });
});
