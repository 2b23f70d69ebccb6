import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/setup/package-root.ts';
import { must } from '../support/answers.ts';
import type { ApiClient } from '../support/api-client.ts';
import { type ApiProcess, startApiProcess } from '../support/broker-process.ts';
import { describeIf } from '../support/require.ts';

/* What README.md tells people to paste, pasted: the tour, and the transcript of a discussed change behind it. */

const missing = await lacking('curl');

describeIf('the commands of README.md', missing, () => {
  let folder: string;
  let broker: ApiProcess;
  let admin: ApiClient;
  let said: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-readme-'));
    await chmod(folder, 0o711);
    broker = await startApiProcess({ KEYFERRY_DATA_DIR: path.join(folder, 'data'), KEYFERRY_SCAN_INTERVAL_MS: '150' });
    const token = broker.adminToken ?? '';
    admin = broker.api(token);
    const text = await readFile(path.join(packageRoot(), 'README.md'), 'utf8');
    const tour = blockAfter(text, '## A five-minute tour').replace(/^export KEYFERRY=.*$/m, '');
    said = await paste(`${tour}\n${blockAfter(text, 'The tour’s last part')}`, { KEYFERRY: broker.url, TOKEN: token });
  });

  afterAll(async () => {
    await broker?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('the requester is refused, and the tour ends with an intact trail', () => {
    expect(said).toContain('"reason":"requester_or_editor"');
    expect(said).toContain('"password":"second"');
    expect(said).toContain('"intact":true');
  });

  test('a discussed change is applied at its second revision, and every copy is proved', async () => {
    const { items } = must(await admin('GET', '/v1/change-requests?state=applied&operation=update'), 200);
    const discussed = (items as { id: string; comment: string; revision: number }[]).find(
      ({ comment }) => comment === 'generated this time',
    );
    expect(discussed?.revision).toBe(2);
    const thread = must(await admin('GET', `/v1/change-requests/${discussed?.id}/comments`), 200);
    expect(thread.items).toHaveLength(1);
    expect(said).toContain('"code":"low_strength"');
    const [secret] = must(await admin('GET', '/v1/secrets'), 200).items as { id: string }[];
    const copies = must(await admin('GET', `/v1/secrets/${secret?.id}/targets`), 200).items as { state: string }[];
    expect(copies.map(({ state }) => state)).toEqual(['synced']);
  });
});

/** The first shell block behind a text. */
function blockAfter(readme: string, text: string): string {
  const from = readme.indexOf(text);
  const block = /```sh\n([\s\S]*?)```/.exec(from < 0 ? '' : readme.slice(from))?.[1];
  if (block === undefined) throw new Error(`README.md has no commands behind "${text}"`);
  return block;
}

function paste(commands: string, env: Record<string, string>): Promise<string> {
  const shell = spawn('bash', ['-s'], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  shell.stdout.on('data', (data: Buffer) => {
    output += data.toString('utf8');
  });
  shell.stdin.end(commands);
  return new Promise((resolve, reject) => {
    shell.once('error', reject);
    shell.once('close', () => resolve(output));
  });
}

function lacking(program: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = spawn(program, ['--version'], { stdio: 'ignore' });
    probe.once('error', () => resolve(`${program} is not installed`));
    probe.once('close', () => resolve(undefined));
  });
}
