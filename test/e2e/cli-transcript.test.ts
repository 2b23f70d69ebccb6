import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/setup/package-root.ts';
import { type ApiProcess, startApiProcess } from '../support/broker-process.ts';
import { runTool } from '../support/command-line.ts';

/*
 * The whole job, with the command line tool alone, against a broker as `npm start` starts it. What it says is
 * `examples/transcript.txt`; `npx vitest run test/e2e/cli-transcript.test.ts --update` writes it anew.
 */

let folder: string;
let broker: ApiProcess;
let transcript = '';
const people: Record<string, string> = {};

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-transcript-'));
  await chmod(folder, 0o711);
  broker = await startApiProcess({ KEYFERRY_DATA_DIR: path.join(folder, 'data'), KEYFERRY_SCAN_INTERVAL_MS: '150' });
  people.root = broker.adminToken ?? '';
});

afterAll(async () => {
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Step {
  readonly as?: string;
  readonly stdin?: string;
  readonly code?: number;
}

/** Types one command, as people do, and writes down what came of it. */
async function keyferry(typed: string, { as = 'root', stdin, code = 0 }: Step = {}): Promise<string> {
  const env = { XDG_CONFIG_HOME: path.join(folder, as), HOME: folder };
  const args = [...typed.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const ran = await runTool(args, { env, stdin: stdin ?? '' });
  expect(`${typed}: ${ran.code}\n${ran.stderr}`).toContain(`${typed}: ${code}\n`);
  const input =
    stdin === undefined || typed.includes('--token-stdin') ? '' : `printf '${stdin.replace(/\n/g, '\\n')}' | `;
  const failed = code === 0 ? '' : `[exit ${code}]\n`;
  transcript += `${as}$ ${input}keyferry ${typed}\n${ran.stdout}${ran.stderr}${failed}\n`;
  return ran.stdout;
}

const idIn = (text: string): string => /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? '';

/** What differs from run to run. */
function masked(text: string): string {
  const names = new Map<string, string>();
  const called = (id: string): string => {
    if (!names.has(id)) names.set(id, `<id ${names.size + 1}>`);
    return names.get(id) ?? '';
  };
  return text
    .replaceAll(broker.url, 'http://127.0.0.1:7300')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, called)
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/kf_[\w-]{20,}/g, 'kf_…')
    .replaceAll(/[0-9a-f]{64}|[\w-]{43}(?=\s)/g, '<digest>')
    .replaceAll(/(?<=events?: |: )\d+ events/g, '<n> events')
    .replaceAll(/ +$/gm, '');
}

test('the whole job by command line', async () => {
  await keyferry(`login ${broker.url} --token-stdin`, { stdin: people.root ?? '' });
  expect((await stat(path.join(folder, 'root/keyferry/config.json'))).mode & 0o777).toBe(0o600);
  await keyferry('projects create shop --name Shop');
  for (const name of ['main', 'copy']) {
    await keyferry(`vaults create ${name} --kind builtin`);
    await keyferry(`profiles create ${name} --vault ${name}`);
  }
  await keyferry('contexts set -p shop --source main');

  // A typed secret with a copy, and reading it.
  await keyferry(
    'secrets set db-login --type basic_auth --target copy --field username=shop --field password=- -w -q',
    {
      stdin: 'first-password\n',
    },
  );
  await keyferry('secrets get db-login#password');
  await keyferry('secrets list');
  await keyferry('targets list db-login');

  await keyferry('secrets protect db-login');
  await keyferry('secrets delete db-login --yes', { code: 5 });
  await keyferry('secrets get no-such-secret', { code: 4 });

  // From now on Ann has to agree.
  await keyferry('users create Ann ann@example.com');
  await keyferry('users grant ann@example.com approver --everywhere');
  people.ann = (await keyferry('tokens create ann --user ann@example.com -q')).trim();
  await keyferry('approval-profiles create "four eyes" --approver ann@example.com');
  await keyferry('profiles set main --approval "four eyes"');
  await keyferry(`login ${broker.url} --token-stdin -p shop`, { as: 'ann', stdin: people.ann });

  const waiting = await keyferry('secrets set db-login --field username=shop --field password=- -m rotation', {
    stdin: 'V7p-kQ2z-Xw81-sLt9\n',
  });
  expect(waiting).toContain('Waits for approval');
  const change = idIn(waiting);
  await keyferry(`changes explain ${change}`);
  await keyferry(`changes approve ${change} --yes`, { code: 3 });
  await keyferry('changes list --for-me', { as: 'ann' });
  await keyferry(`changes show ${change} --evidence`, { as: 'ann' });
  await keyferry(`changes comment ${change} "Looks good."`, { as: 'ann' });
  await keyferry(`changes approve ${change}`, { as: 'ann', code: 2 });
  await keyferry(`changes approve ${change} --yes -m fine`, { as: 'ann' });
  await keyferry(`changes wait ${change} --wait -q`);
  await keyferry(`changes verify ${change}`);
  await keyferry('secrets get db-login#password');
  await keyferry('secrets list-versions db-login');
  await keyferry('sync db-login -q');
  await keyferry('plan db-login');

  // Use it, without a value in sight.
  await keyferry('render --format env --check', { stdin: 'DB={{ index .Secrets "db-login" "password" }}\n' });
  await keyferry('render --format env', { stdin: 'DB={{ index .Secrets "db-login" "password" }}\n' });
  await keyferry('run --all -- sh -c "echo as $DB_LOGIN_USERNAME with $DB_LOGIN_PASSWORD; exit 7"', { code: 7 });
  await keyferry('redact', { stdin: 'login with V7p-kQ2z-Xw81-sLt9 after first-password\n' });

  // And the rest of its life.
  const rejected = idIn(await keyferry('secrets rollback db-login 1'));
  await keyferry(`changes reject ${rejected} --yes -m "not that one"`, { as: 'ann' });
  await keyferry('profiles set main --approval none');
  await keyferry('audit verify');
  await keyferry('doctor');

  const text = masked(transcript);
  expect(text).not.toMatch(/kf_\w/);
  await expect(text).toMatchFileSnapshot(path.join(packageRoot(), 'examples/transcript.txt'));
});
