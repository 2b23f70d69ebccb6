import { spawn } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, must } from '../support/answers.ts';
import type { ApiClient } from '../support/api-client.ts';
import { type ApiProcess, startApiProcess } from '../support/broker-process.ts';
import { runProgram, runTool, TOOL, type ToolOptions } from '../support/command-line.ts';
import { describeIf } from '../support/require.ts';

/* `keyferry run`, `redact` and completion, as processes against a broker process. */

// Whole processes, on a machine that may be busy.

const PASSWORD = 'p "q" $x `y` \\z äö\nline two';

let folder: string;
let broker: ApiProcess;
let admin: ApiClient;
let env: Record<string, string>;
let profileId: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-run-test-'));
  await chmod(folder, 0o711);
  broker = await startApiProcess({ KEYFERRY_DATA_DIR: path.join(folder, 'data'), KEYFERRY_SCAN_INTERVAL_MS: '150' });
  admin = broker.api(broker.adminToken);
  const vault = must(await admin('POST', '/v1/vaults', { name: 'main', kind: 'builtin' }), 201);
  profileId = must(await admin('POST', '/v1/vault-profiles', { name: 'main', vaultId: vault.id }), 201).id as string;
  must(await admin('POST', '/v1/projects', { slug: 'shop', name: 'Shop' }), 201);
  must(await admin('POST', '/v1/projects', { slug: 'other', name: 'Other' }), 201);
  await create('shop', 'db-login', 'basic_auth', { username: 'shopkeeper', password: PASSWORD });
  await create('shop', 'pin', 'generic', { value: '42' });
  env = {
    KEYFERRY_URL: broker.url,
    KEYFERRY_TOKEN: broker.adminToken ?? '',
    KEYFERRY_PROJECT: 'shop',
    XDG_CONFIG_HOME: folder,
    HOME: folder,
  };
  await mkdir(path.join(folder, 'bin'));
  const wrapper = path.join(folder, 'bin/keyferry');
  await writeFile(wrapper, `#!/bin/sh\nexec "${process.execPath}" "${TOOL}" "$@"\n`, { mode: 0o755 });
});

afterAll(async () => {
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function create(project: string, name: string, type: string, payload: object): Promise<string> {
  const body = { project, name, type, sourceProfileId: profileId, payload };
  return must(await admin('POST', '/v1/secrets', body), 201).secretId as string;
}

const keyferry = (args: string[], options: ToolOptions = {}) =>
  runTool(args, { ...options, env: { ...env, ...options.env } });
const node = (script: string) => ['--', process.execPath, '-e', script];
const gone = (file: string) =>
  access(file).then(
    () => false,
    () => true,
  );

describe('keyferry run', () => {
  test('a value arrives exactly, and what leads to Keyferry does not', async () => {
    const script = `const e = process.env; console.log(JSON.stringify([Buffer.from(e.PW).toString('base64').split('').reverse().join(''), Object.keys(e).filter((n) => n.startsWith('KEYFERRY'))]))`;
    const { stdout, code } = await keyferry(['run', '-e', 'PW=db-login#password', ...node(script)]);
    expect(code).toBe(0);
    const [reversed, inherited] = JSON.parse(stdout) as [string, string[]];
    expect(Buffer.from([...reversed].reverse().join(''), 'base64').toString()).toBe(PASSWORD);
    expect(inherited).toEqual([]);
  });

  test('its output is redacted, on both streams and over chunk borders, in encodings too', async () => {
    const script = `const p = process.env.DB_LOGIN_USERNAME;
      process.stdout.write('a ' + p.slice(0, 4)); setTimeout(() => { process.stdout.write(p.slice(4) + ' b\\n');
      console.error(Buffer.from(p).toString('base64'), encodeURIComponent(process.env.DB_LOGIN_PASSWORD)); }, 30)`;
    const { stdout, stderr } = await keyferry(['run', '--all', ...node(script)]);
    expect(stdout).toBe('a ******** b\n');
    expect(stderr).toContain('******** ********\n');
    expect(stderr).toContain('Not redacted, because they are too short: pin@1\n');
    const open = await keyferry(['run', '--all', '--no-redact', ...node('console.log(process.env.DB_LOGIN_USERNAME)')]);
    expect(open.stdout).toBe('shopkeeper\n');
  });

  test('files lie where only their owner looks, and are gone at the end', async () => {
    const script = `const fs = require('node:fs'), path = require('node:path'), f = process.env.PW_FILE;
      const mode = (x) => (fs.statSync(x).mode & 0o777).toString(8);
      console.log([f, mode(f), mode(path.dirname(f)), fs.readFileSync(f).length].join(' '))`;
    const { stdout, code } = await keyferry(['run', '--file', 'PW_FILE=db-login#password', ...node(script)]);
    expect(code).toBe(0);
    const [file = '', mode, folderMode, length] = stdout.trim().split(' ');
    expect([mode, folderMode, length]).toEqual(['600', '700', String(Buffer.byteLength(PASSWORD))]);
    expect(await gone(path.dirname(file))).toBe(true);
  });

  test('its code is ours; a signal is 128 and its number; none to start is 127', async () => {
    expect((await keyferry(['run', '-e', 'P=pin', ...node('process.exit(7)')])).code).toBe(7);
    expect((await keyferry(['run', '-e', 'P=pin', ...node('process.kill(process.pid, "SIGTERM")')])).code).toBe(143);
    const none = await keyferry(['run', '-e', 'P=pin', '--', 'no-such-program']);
    expect([none.code, none.stderr]).toEqual([127, expect.stringContaining('There is no command no-such-program.')]);
  });

  test('nothing is started when a secret is missing or two want one name', async () => {
    const started = path.join(folder, 'started');
    const script = node(`require('node:fs').writeFileSync(${JSON.stringify(started)}, '')`);
    expect((await keyferry(['run', '-e', 'P=none', ...script])).code).toBe(4);
    expect((await keyferry(['run', '-e', 'P=pin', '-e', 'P=db-login#username', ...script])).code).toBe(2);
    expect((await keyferry(['run', ...script])).code).toBe(2);
    expect(await gone(started)).toBe(true);
  });

  /** Runs it in the background; answers with its output so far. */
  function begin(args: string[]) {
    const child = spawn(process.execPath, [TOOL, ...args], { env: { PATH: process.env.PATH ?? '', ...env } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const says = (text: string) => eventually(async () => output.includes(text), `${text} in ${output}`);
    return { child, ended, says, output: () => output };
  }

  test('signals go to the command, which decides; its files go with it', async () => {
    const script = `process.on('SIGTERM', () => { console.log('asked to end'); process.exit(9); });
      console.log('at ' + process.env.F); setInterval(() => {}, 1000)`;
    const run = begin(['run', '--file', 'F=db-login#password', ...node(script)]);
    await run.says('at /');
    const file = /at (\S+)/.exec(run.output())?.[1] ?? '';
    expect(await gone(file)).toBe(false);
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(9);
    expect(run.output()).toContain('asked to end');
    expect(await gone(path.dirname(file))).toBe(true);
  });

  test('a new version starts it anew, and the old value stays redacted', async () => {
    const secretId = await create('other', 'rotating', 'generic', { value: 'value-number-one' });
    const script = `console.log('with ' + process.env.V + ' was value-number-one ' + process.env.V.length); setInterval(() => {}, 1000)`;
    const args = ['run', '-p', 'other', '-e', 'V=rotating', '--watch', '--interval', '0.2'];
    const run = begin([...args, ...node(script)]);
    await run.says('with ******** was ******** 16');
    must(await admin('POST', `/v1/secrets/${secretId}/versions`, { payload: { value: 'the-second-value!' } }), 201);
    await run.says('with ******** was ******** 17');
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(143);
    expect(run.output()).toContain('A secret has changed');
    expect(run.output()).not.toContain('second-value');
  });
});

describe('keyferry redact', () => {
  test('takes every version out of a log, and tells what it leaves', async () => {
    const secretId = await create('other', 'logged', 'generic', { value: 'older-value-here' });
    must(await admin('POST', `/v1/secrets/${secretId}/versions`, { payload: { value: 'newer-value-here' } }), 201);
    await create('other', 'tiny', 'generic', { value: 'abc' });
    const stdin = `older-value-here ${Buffer.from('newer-value-here').toString('hex')} abc\n`;
    const all = await keyferry(['redact', '-p', 'other'], { stdin });
    expect(all).toMatchObject({ code: 0, stdout: '******** ******** abc\n' });
    expect(all.stderr).toContain('too short: tiny@1');
    const newest = await keyferry(['redact', '-p', 'other', '--newest', 'logged'], { stdin });
    expect(newest.stdout).toBe('older-value-here ******** abc\n');
  });
});

describe('output', () => {
  test('Ctrl-C ends what goes on for ever, with its own code', async () => {
    const tool = spawn(process.execPath, [TOOL, 'audit', 'tail', '-f'], {
      env: { PATH: process.env.PATH ?? '', ...env },
    });
    const ended = new Promise<number | null>((resolve) => tool.once('close', resolve));
    let output = '';
    tool.stdout.on('data', (data: Buffer) => {
      output += data.toString();
    });
    await eventually(async () => output.includes('project.created') || output.split('\n').length > 5, 'events');
    tool.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(output).toMatch(/^\d+ {2}/);
  });

  test('a reader that has seen enough is no failure', async () => {
    const script = 'set -o pipefail; keyferry audit tail -n 500 -o json | head -n 1 > /dev/null; echo $?';
    const { stdout } = await runProgram('bash', ['-c', script], { env: { ...env, PATH: withTool() } });
    expect(stdout).toBe('0\n');
  });

  test('a value goes out byte by byte, and what is exported can be imported', async () => {
    await create('other', 'blob', 'generic', { value: { base64: Buffer.from([0, 255, 10]).toString('base64') } });
    const file = path.join(folder, 'blob');
    await runProgram('bash', ['-c', `keyferry secrets get -p other blob > ${file}`], {
      env: { ...env, PATH: withTool() },
    });
    expect([...(await readFile(file))]).toEqual([0, 255, 10]);
    const exported = await keyferry(['secrets', 'export', '-p', 'shop', '--format', 'yaml']);
    const again = await keyferry(['secrets', 'import', '-', '-p', 'shop', '-o', 'json'], { stdin: exported.stdout });
    expect(JSON.parse(again.stdout)).toEqual([
      expect.objectContaining({ result: 'unchanged' }),
      expect.objectContaining({ result: 'unchanged' }),
    ]);
    const moved = await keyferry(['secrets', 'import', '-', '-p', 'other', '-o', 'json'], { stdin: exported.stdout });
    expect(JSON.parse(moved.stdout)).toContainEqual({ name: 'db-login', result: 'created', code: '' });
    const shell = await keyferry(['secrets', 'export', '-p', 'shop', '--format', 'env']);
    const sourced = await runProgram('sh', ['-c', `${shell.stdout}\nprintf %s "$DB_LOGIN_PASSWORD"`]);
    expect(sourced.stdout).toBe(PASSWORD);
  });
});

const withTool = (): string => `${path.join(folder, 'bin')}:${process.env.PATH ?? ''}`;

describe('completion in bash', () => {
  /** What bash itself offers behind a line, with our script loaded. */
  async function offered(line: string): Promise<string[]> {
    const words = line.split(' ');
    const script = `eval "$(keyferry completion bash)"
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
      _keyferry; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await runProgram('bash', ['--norc', '-c', script], {
      env: { ...env, PATH: withTool() },
    });
    expect(stderr).toBe('');
    return stdout.trim().split('\n').filter(Boolean);
  }

  test('commands, options, choices and names', async () => {
    expect(await offered('keyferry sec')).toEqual(['secrets']);
    expect(await offered('keyferry secrets list-')).toEqual(['list-versions']);
    expect(await offered('keyferry secrets get d')).toEqual(['db-login']);
    expect(await offered('keyferry secrets get pin d')).toEqual(['db-login']);
    expect(await offered('keyferry -p other secrets get ro')).toEqual(['rotating']);
    expect(await offered('keyferry secrets list --fol')).toEqual(['--folder']);
    expect(await offered('keyferry -o ')).toEqual(['table', 'json', 'yaml', 'value']);
    expect(await offered('keyferry -p ')).toEqual(expect.arrayContaining(['other', 'shop']));
    expect(await offered('keyferry users grant x adm')).toEqual(['admin']);
    expect(await offered('keyferry run -- no')).toEqual([]);
  });

  test('nobody signed in: nothing offered, nothing said', async () => {
    env = { ...env, KEYFERRY_TOKEN: '' };
    try {
      expect(await offered('keyferry secrets get d')).toEqual([]);
    } finally {
      env = { ...env, KEYFERRY_TOKEN: broker.adminToken ?? '' };
    }
  });
});

const zshMissing = await runProgram('zsh', ['--version']).then(
  () => undefined,
  () => 'zsh is not installed',
);

describeIf('completion in zsh', zshMissing, () => {
  test('offers what bash is offered', async () => {
    const script = `autoload -U compinit; compinit -u -d ${path.join(folder, 'zcompdump')}
      eval "$(keyferry completion zsh)"
      [[ "$_comps[keyferry]" = _keyferry ]] && print -r -- registered
      compadd() { shift; print -rl -- "$@" }
      words=(keyferry secrets get d); CURRENT=4; _keyferry
      words=(keyferry secrets list-); CURRENT=3; _keyferry`;
    const { stdout, stderr } = await runProgram('zsh', ['-f', '-c', script], { env: { ...env, PATH: withTool() } });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual(['registered', 'db-login', 'list-versions']);
  });
});
