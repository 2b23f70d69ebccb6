import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runTool } from '../support/command-line.ts';
import { describeIf } from '../support/require.ts';
import { must, type Scene, startScene } from '../support/scene.ts';
import { CTRL_C, ENTER, openTerminal, type Terminal, terminalMissing } from '../support/terminal.ts';

/* The built tool with a person at a real terminal: what is asked, what shows, and what never shows. */

// Whole processes, on a machine that may be busy.

let scene: Scene;
let folder: string;
let token: string;
const open: Terminal[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-terminal-'));
  scene = await startScene({ targets: 1 });
  token = must(await scene.admin('POST', '/v1/tokens', { name: 'terminal' }), 201).token as string;
});
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill();
});
afterAll(async () => {
  await scene?.close();
  await rm(folder, { recursive: true, force: true });
});

const place = () => ({ XDG_CONFIG_HOME: folder, HOME: folder });
const signedIn = () => ({ ...place(), KEYFERRY_URL: scene.url, KEYFERRY_TOKEN: token, KEYFERRY_PROJECT: 'shop' });
const at = (args: string, env: Record<string, string> = signedIn()): Terminal => {
  const terminal = openTerminal(args, env);
  open.push(terminal);
  return terminal;
};
const get = async (name: string) => (await runTool(['secrets', 'get', name], { env: signedIn() })).stdout;
const ESC = '\u001b';

describeIf('at a terminal', terminalMissing, () => {
  test('the token is asked for, and does not show', async () => {
    const terminal = at(`login ${scene.url} -p shop --source source`, place());
    await terminal.shows('Token');
    terminal.types(`${token}${ENTER}`);
    await terminal.shows('Signed in to');
    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).not.toContain(token);
    expect(await readFile(path.join(folder, 'keyferry/config.json'), 'utf8')).toContain(token);
  });

  test('a value is asked for and does not show; each field of a type is asked for', async () => {
    const terminal = at('secrets set typed --source source');
    await terminal.shows('Value');
    terminal.types(`canary-typed${ENTER}`);
    await terminal.shows('Created secret version: typed@1');
    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).not.toContain('canary');
    expect(await get('typed')).toBe('canary-typed');

    const login = at('secrets set login -t basic_auth --source source');
    await login.shows('username');
    login.types(`canary-user${ENTER}`);
    await login.shows('password');
    login.types(`canary-pass${ENTER}`);
    await login.shows('login@1');
    expect(await login.ended).toBe(0);
    expect(login.output()).not.toContain('canary');
    expect(await get('login#password')).toBe('canary-pass');
  });

  test('a question is answered with yes, with no, and with Ctrl-C', async () => {
    const kept = at('secrets delete typed');
    await kept.shows('Delete typed and its copies?');
    kept.types('n');
    expect(await kept.ended).toBe(130);
    expect(kept.output()).toContain('nothing was done');
    const interrupted = at('secrets delete typed');
    await interrupted.shows('Delete typed and its copies?');
    interrupted.types(CTRL_C);
    expect(await interrupted.ended).toBe(130);
    expect(await get('typed')).toBe('canary-typed');
    const gone = at('secrets delete typed');
    await gone.shows('Delete typed and its copies?');
    gone.types('y');
    await gone.shows('Deleted: typed');
    expect(await gone.ended).toBe(0);
    const nobody = await runTool(['secrets', 'delete', 'login'], { env: signedIn() });
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('Say so with --yes.')]);
  });

  test('what is waited for shows in one line that is wiped; Ctrl-C ends the waiting, not the change', async () => {
    must(await scene.admin('POST', '/v1/sync/pause'), 200);
    const terminal = at('secrets set slow --source source --target target-1 -w -f /dev/stdin');
    terminal.types('canary-slow\n\u0004');
    await terminal.shows('Proved at 0 of 1; waiting for target-1');
    expect(terminal.output()).toContain(`\r${ESC}[2K`);
    terminal.types(CTRL_C);
    await terminal.shows('It goes on all the same. Wait on: keyferry changes wait');
    expect(await terminal.ended).toBe(130);
    must(await scene.admin('POST', '/v1/sync/resume'), 200);
    expect(await get('slow')).toBe('canary-slow');
    const done = at('sync slow');
    await done.shows('synced');
    expect(await done.ended).toBe(0);
    const piped = await runTool(['sync', 'slow'], { env: signedIn() });
    expect(piped.stdout + piped.stderr).not.toContain(ESC);
  });

  test('colours are for terminals that want them', async () => {
    const bold = `${ESC}[1m`;
    const list = at('secrets list');
    expect(await list.ended).toBe(0);
    expect(list.output()).toContain(bold);
    const plain = at('secrets list', { ...signedIn(), NO_COLOR: '1' });
    expect(await plain.ended).toBe(0);
    expect(plain.output()).not.toContain(ESC);
    expect((await runTool(['secrets', 'list'], { env: signedIn() })).stdout).not.toContain(ESC);
  });

  test('a value that is no text does not go to a terminal', async () => {
    await runTool(['secrets', 'set', 'bytes', '--source', 'source'], {
      env: signedIn(),
      stdin: Uint8Array.from([0xff, 0x1b, 0x5b]),
    });
    const terminal = at('secrets get bytes');
    expect(await terminal.ended).toBe(2);
    expect(terminal.output()).toContain('Send it to a file');
    const text = at('secrets get slow');
    expect(await text.ended).toBe(0);
    expect(text.output()).toBe('canary-slow\r\n');
  });
});
