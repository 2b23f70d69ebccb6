import { spawn } from 'node:child_process';
import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../../../src/setup/package-root.ts';

let root: string;
const at = (...parts: string[]) => path.join(root, ...parts);

async function put(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(at(file)), { recursive: true });
  await writeFile(at(file), text);
}

/** A checkout in small: the real prepare.mjs with stand-ins for npm, prisma, tsc and vite that note each run. */
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'keyferry-prepare-'));
  await put('src/main.ts', 'export {};\n');
  await copyFile(path.join(packageRoot(), 'src', 'setup', 'prepare.mjs'), at('src', 'prepare.mjs'));
  await mkdir(at('src', 'setup'));
  await copyFile(at('src', 'prepare.mjs'), at('src', 'setup', 'prepare.mjs'));
  await put('src/page.css', 'body {}\n');
  await put('src/console/main.tsx', 'export {};\n');
  await put('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/x': { version: '1.0.0' } } }));
  await put('prisma/schema.prisma', 'model A {}\n');
  await put('tsconfig.json', '{}');
  await put('tsconfig.build.json', '{}');
  await put(
    'npm.js',
    `const fs = require('node:fs');
     const note = (name, extra) => "require('node:fs').appendFileSync(" + JSON.stringify(__dirname + '/runs') + ", '" + name + "\\\\n');" + extra;
     fs.appendFileSync(__dirname + '/runs', 'npm ' + process.argv[2] + '\\n');
     fs.rmSync('node_modules', { recursive: true, force: true });
     fs.mkdirSync('node_modules/prisma/build', { recursive: true });
     fs.mkdirSync('node_modules/typescript/bin', { recursive: true });
     fs.mkdirSync('node_modules/vite/bin', { recursive: true });
     fs.mkdirSync('prisma/generated', { recursive: true });
     fs.writeFileSync('node_modules/prisma/build/index.js', note('generate', ''));
     fs.writeFileSync('node_modules/vite/bin/vite.js', note('vite', "require('node:fs').mkdirSync('dist/console', { recursive: true });"));
     fs.writeFileSync('node_modules/typescript/bin/tsc', note('tsc', "require('node:fs').mkdirSync('dist/src', { recursive: true }); require('node:fs').writeFileSync('dist/src/main.js', '');"));`,
  );
});
afterEach(() => rm(root, { recursive: true, force: true }));

function prepare(): Promise<{ code: number | null; said: string }> {
  const env = { ...process.env, npm_execpath: at('npm.js') };
  const child = spawn(process.execPath, [at('src', 'setup', 'prepare.mjs')], { cwd: '/', env });
  let said = '';
  child.stderr.on('data', (data) => {
    said += String(data);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

/** What ran for the program, and how often the console was built beside it. */
async function runs(): Promise<{ program: string[]; console: number }> {
  const all = (await readFile(at('runs'), 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const program = all.filter((name) => name !== 'vite');
  return { program, console: all.length - program.length };
}

test('does everything once in a fresh clone, also when two start together, then nothing', async () => {
  const both = await Promise.all([prepare(), prepare()]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await runs()).toEqual({ program: ['npm ci', 'generate', 'tsc'], console: 1 });
  expect(await readFile(at('dist', 'src', 'page.css'), 'utf8')).toBe('body {}\n');
  expect(await prepare()).toEqual({ code: 0, said: '' });
  expect(await runs()).toEqual({ program: ['npm ci', 'generate', 'tsc'], console: 1 });
});

test('does again only what a change asks for', async () => {
  await prepare();
  await appendFile(at('src', 'main.ts'), '// changed\n');
  expect((await prepare()).said).toBe('keyferry: compiling\n');
  await appendFile(at('prisma', 'schema.prisma'), '// changed\n');
  await prepare();
  expect(await runs()).toEqual({ program: ['npm ci', 'generate', 'tsc', 'tsc', 'generate', 'tsc'], console: 1 });
  await appendFile(at('src', 'console', 'main.tsx'), '// changed\n');
  expect((await prepare()).said).toBe('keyferry: building the console\n');
  await put('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/x': { version: '2.0.0' } } }));
  await prepare();
  const { program, console } = await runs();
  expect([program.slice(6), console]).toEqual([['npm ci', 'generate', 'tsc'], 3]);
});

test('a step that fails ends it with its output, and the next start tries again', async () => {
  await prepare();
  const tsc = at('node_modules', 'typescript', 'bin', 'tsc');
  const works = await readFile(tsc, 'utf8');
  await writeFile(tsc, "console.log('src/main.ts: broken'); process.exit(1);");
  await appendFile(at('src', 'main.ts'), '// changed\n');
  const failed = await prepare();
  expect(failed.code).toBe(1);
  expect(failed.said).toContain('src/main.ts: broken');
  await writeFile(tsc, works);
  expect((await prepare()).code).toBe(0);
  expect((await runs()).program.at(-1)).toBe('tsc');
});

test('takes over the lock of a process that is gone or went silent', async () => {
  await put('.prepare-lock/pid', '999999999');
  expect((await prepare()).code).toBe(0);
  await put('.prepare-lock/pid', String(process.pid));
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(at('.prepare-lock'), longAgo, longAgo);
  await appendFile(at('src', 'main.ts'), '// changed\n');
  expect((await prepare()).code).toBe(0);
  expect((await runs()).program.at(-1)).toBe('tsc');
});
