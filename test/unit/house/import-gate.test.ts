import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { packageRoot } from '../../../src/setup/package-root.ts';

const gate = path.join(packageRoot(), 'test', 'support', 'import-gate.mjs');
const trees: string[] = [];

/** Runs the gate over a small tree of files and returns what it printed. */
async function judge(files: Readonly<Record<string, string>>): Promise<{ status: number | null; problems: string }> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'keyferry-gate-'));
  trees.push(root);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }
  const { status, stderr } = spawnSync(process.execPath, [gate, root], { encoding: 'utf8' });
  return { status, problems: stderr };
}

afterEach(async () => {
  for (const tree of trees.splice(0)) await rm(tree, { recursive: true });
});

const clean = {
  'adapters/adapter.ts': 'export interface A {}\n',
  'adapters/memory/adapter.ts': "import type { A } from '../adapter.ts';\nexport const a: A = {};\n",
  'adapters/registry.ts': "export const load = () => import('./memory/adapter.ts');\n",
  'src/db.ts': "import pg from 'pg';\nexport const db = pg;\n",
  'src/things/thing-store.ts': "import { db } from '../db.ts';\nexport const store = db;\n",
  'src/things/thing-service.ts':
    "import { store } from './thing-store.ts';\n// import x from 'express';\nexport const s = store;\n",
  'src/things/thing-routes.ts':
    "import express from 'express';\nimport { s } from './thing-service.ts';\nexport const r = [express, s];\n",
  'src/compose.ts': "import { r } from './things/thing-routes.ts';\nexport const c = r;\n",
  'src/main.ts':
    "import { c } from './compose.ts';\nimport { w } from '../workers/start.ts';\nexport const m = [c, w];\n",
  'workers/start.ts': "import type { c } from '../src/compose.ts';\nexport const w: typeof c = [];\n",
};

test('a tree that keeps the rules passes', async () => {
  expect(await judge(clean)).toEqual({ status: 0, problems: '' });
});

test.each([
  ['adapters/memory/x.ts', "import '../../src/db.ts';", 'ground floor'],
  ['adapters/other/x.ts', "import { a } from '../memory/adapter.ts';", 'another kind'],
  ['adapters/lib/x.ts', "import { a } from '../memory/adapter.ts';", 'know no kind'],
  ['src/things/x.ts', "import { a } from '../../adapters/memory/adapter.ts';", 'only the registry'],
  ['src/things/x.ts', "export * from '../../adapters/registry.ts';", 'open adapters'],
  ['src/things/x.ts', "const w = await import('../../workers/start.ts');", 'does not know the workers'],
  ['src/things/x.ts', "import {\n  c,\n} from '../compose.ts';", 'import compose'],
  ['src/things/x.ts', "import { m } from '../main.ts';", 'nobody imports a main.ts'],
  ['src/things/x.ts', "import { t } from '../../test/support/t.ts';", 'does not import its tests'],
  ['src/things/x-store.ts', "import { s } from './thing-service.ts';", 'stores know no service'],
  ['src/things/x-service.ts', "import { Router } from 'express';", 'services do not know HTTP'],
  ['src/things/x-service.ts', "import { Queue } from 'bullmq';", 'the queue stays'],
  ['src/things/x-routes.ts', "import { store } from './thing-store.ts';", 'routes call services'],
  [
    'src/things/x-routes.ts',
    "import { PrismaClient } from '../../prisma/generated/client.ts';",
    'routes call services',
  ],
  ['src/api/x.ts', "import { store } from '../things/thing-store.ts';", 'api knows no feature store'],
  ['src/approvals/x.ts', "import type { S } from '../secrets/secret.ts';", 'do not know what they approve'],
  ['workers/x.ts', "import { store } from '../src/things/thing-store.ts';", 'workers have no rules'],
  ['src/cli/x.ts', "import type { D } from '../db.ts';", 'ordinary customers'],
  ['src/console/ui/x.ts', "import { Row } from '../screens/audit/event-row.tsx';", 'knows no screen'],
  ['src/redaction/x.ts', "import { readFileSync } from 'node:fs';", 'redaction is pure'],
  ['src/templates/x.ts', "import type { D } from '../db.ts';", 'without anything around them'],
  ['src/things/x.ts', "import pg from 'pg';", 'SQL connections'],
  ['src/things/x.ts', "import vault from 'node-vault';", 'vendor SDKs'],
  ['src/things/x.ts', 'export const home = process.env;', 'reads process.env'],
  ['src/things/x.ts', 'export const leak = (v: any) => v.revealText();', 'reveals a secret'],
])('%s with %s is a problem', async (file, line, why) => {
  const { status, problems } = await judge({ ...clean, [file]: `${line}\n` });
  expect(status).toBe(1);
  expect(problems).toContain(file);
  expect(problems).toContain(why);
});

test('finds a cycle', async () => {
  const { status, problems } = await judge({
    'src/a.ts': "import { b } from './b.ts';\nexport const a = b;\n",
    'src/b.ts': "import { c } from './c.ts';\nexport const b = c;\n",
    'src/c.ts': "import { a } from './a.ts';\nexport const c = a;\n",
  });
  expect(status).toBe(1);
  expect(problems).toContain('import cycle: src/a.ts -> src/b.ts -> src/c.ts -> src/a.ts');
});

test('fails when it saw nothing', async () => {
  expect((await judge({ 'README.md': '' })).status).toBe(1);
  expect((await judge({ 'src/a.ts': 'export {};\n', 'src/b.ts': 'export {};\n' })).status).toBe(1);
});
