import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { Io } from '../../../src/cli/io.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { packageRoot } from '../../../src/setup/package-root.ts';

/** Somebody who sees no terminal, and remembers what was said. */
function world(env: Record<string, string> = {}) {
  const said = { out: '', err: '' };
  const into = (name: 'out' | 'err') =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        said[name] += chunk.toString();
        done();
      },
    });
  const io: Io = {
    stdin: Readable.from([]),
    stdout: into('out'),
    stderr: into('err'),
    env: { XDG_CONFIG_HOME: '/nonexistent', ...env },
    signal: new AbortController().signal,
    takeSignals: () => () => undefined,
  };
  return { io, said };
}

/** An address where nobody is. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const program = createProgram(world().io, () => undefined);

function everyCommand(command: Command, path: readonly string[] = []): [path: string, command: Command][] {
  const here: [string, Command][] = [[path.join(' '), command]];
  const visible = command.commands.filter((child) => child.name() !== '__complete');
  return [...here, ...visible.flatMap((child) => everyCommand(child, [...path, child.name()]))];
}

const commands = everyCommand(program);

describe('help', () => {
  test('there are as many commands as the job needs', () => {
    const paths = commands.map(([path]) => path);
    const secrets =
      'set get list list-versions describe delete delete-version restore rollback protect import export rename edit folders uses move-source enable disable';
    const changes = 'list show approve reject comment retry explain verify override review-override edit rebase';
    const others =
      'customers,consumers,login,contexts,vaults,profiles,targets,sync,plan,render,run,redact,doctor,users,tokens,completion';
    const wanted = [
      ...secrets.split(' ').map((name) => `secrets ${name}`),
      ...changes.split(' ').map((name) => `changes ${name}`),
      ...others.split(','),
      ...'list show create rename delete add remove grant grants revoke'.split(' ').map((name) => `groups ${name}`),
      ...'list show create rename enable disable grant grants revoke'.split(' ').map((name) => `machines ${name}`),
      ...'list show cancel review'.split(' ').map((name) => `imports ${name}`),
      ...'list show create update delete ping deliveries replay rotate-secret'
        .split(' ')
        .map((name) => `webhooks ${name}`),
      'audit tail',
      'audit verify',
    ];
    expect(paths).toEqual(expect.arrayContaining(wanted));
  });

  test.each(commands.map(([path]) => path))('keyferry %s --help reads well at 80 columns', async (path) => {
    const { io, said } = world();
    expect(await runCli([...path.split(' ').filter(Boolean), '--help'], io)).toBe(0);
    expect(said.err).toBe('');
    const lines = said.out.split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(said.out).toMatch(/^Usage: keyferry /);
    expect(said.out).not.toContain('\u001b');
  });

  test('every command, argument of several and option says what it is for', () => {
    for (const [path, command] of commands) {
      expect(command.description().length, path).toBeGreaterThan(5);
      if (path !== '') expect(command.description(), path).not.toMatch(/\.$/);
      for (const argument of command.registeredArguments) {
        if (argument.argChoices === undefined)
          expect(argument.description.length, `${path} ${argument.name()}`).toBeGreaterThan(2);
      }
      for (const option of command.options)
        expect(option.description.length, `${path} ${option.flags}`).toBeGreaterThan(2);
    }
  });
});

test('it says its version, which is that of the package', async () => {
  const { io, said } = world();
  expect(await runCli(['--version'], io)).toBe(0);
  const manifest = JSON.parse(await readFile(path.join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  expect(said.out).toBe(`${manifest.version}\n`);
});

describe('what goes wrong before anything is done', () => {
  test('an unknown command is refused, with the one that was meant', async () => {
    const { io, said } = world();
    expect(await runCli(['secrets', 'lst'], io)).toBe(2);
    expect(said.err).toContain('Did you mean list?');
  });

  test('an unknown option, a missing argument and a wrong choice are refused', async () => {
    for (const args of [
      ['secrets', 'list', '--wat'],
      ['secrets', 'get'],
      ['secrets', 'list', '-o', 'xml'],
    ]) {
      const { io, said } = world();
      expect(await runCli(args, io), args.join(' ')).toBe(2);
      expect(said.err).toMatch(/^error: /);
    }
  });

  test('whoever is not signed in is told how to', async () => {
    const { io, said } = world();
    expect(await runCli(['secrets', 'list', '-p', 'shop'], io)).toBe(3);
    expect(said.err).toBe(
      'keyferry: You are not signed in.\n  Use `keyferry login`, or set KEYFERRY_URL and KEYFERRY_TOKEN.\n',
    );
  });

  test('a token that was kept for one address is not sent to another', async () => {
    const { io, said } = world({ KEYFERRY_URL: 'http://127.0.0.1:1' });
    expect(await runCli(['whoami'], io)).toBe(3);
    expect(said.err).toContain('There is no token for http://127.0.0.1:1.');
  });

  test('nobody there: a code of its own, and what to look at', async () => {
    const { io, said } = world({ KEYFERRY_URL: await deadAddress(), KEYFERRY_TOKEN: 'kf_secret-token' });
    expect(await runCli(['whoami', '-q'], io)).toBe(6);
    expect(said.err).toContain('The API does not answer (ECONNREFUSED).');
    expect(said.err).toContain('keyferry doctor');
    expect(said.err).not.toContain('kf_secret-token');
  });

  test('doctor says which step fails, and ends with its own code', async () => {
    const { io, said } = world({ KEYFERRY_URL: await deadAddress(), KEYFERRY_TOKEN: 'kf_x' });
    expect(await runCli(['doctor', '-o', 'value'], io)).toBe(8);
    expect(said.out).toBe('address ok\nAPI fail\n');
  });
});
