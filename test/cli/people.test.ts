import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliDesk, cliDesk } from '../support/cli-desk.ts';
import { type Scene, startScene } from '../support/scene.ts';

/* People, tokens, contexts, policies and the record by command line; and values in use. */

let scene: Scene;
let cli: CliDesk;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-people-'));
  scene = await startScene({ targets: 1 });
  cli = await cliDesk(scene.admin, scene.url);
});
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

const set = (name: string, value: string, more = '') =>
  cli.ok(`secrets set ${name} --source source ${more}`, { stdin: value });

describe('people and tokens', () => {
  test('somebody gets a role and a token, loses them, and is told each time', async () => {
    await cli.ok('users create Zoe zoe@example.com');
    await cli.ok('users grant zoe@example.com reader');
    const env = { KEYFERRY_TOKEN: (await cli.ok('tokens create laptop --user zoe@example.com -q')).trim() };
    expect(await cli.ok('whoami', { env })).toMatch(/name: +Zoe[\s\S]*roles: +reader/);
    expect(await cli.fails('users create X x@example.com', 3, { env })).toContain('keyferry whoami');

    const [grant] = await cli.json<{ id: string; role: string }[]>('users grants Zoe');
    expect(grant?.role).toBe('reader');
    await cli.ok(`users revoke ${grant?.id}`);
    expect(await cli.ok('users grants Zoe -o value')).toBe('');
    await cli.fails('projects show shop', 3, { env });

    await cli.ok('users disable zoe@example.com');
    expect(await cli.fails('whoami', 3, { env })).toContain('keyferry login');
    expect(await cli.ok('users list')).toMatch(/Zoe +zoe@example\.com +disabled/);
    await cli.ok('users enable zoe@example.com');
    await cli.ok('whoami', { env });

    const [token] = await cli.json<{ id: string }[]>('tokens list --user zoe@example.com');
    expect(await cli.fails(`tokens revoke ${token?.id}`, 2)).toContain('--yes');
    expect(await cli.ok(`tokens revoke ${token?.id} --yes`)).toBe('Revoked.\n');
    await cli.fails('whoami', 3, { env });
    expect(await cli.fails('users disable nobody', 4)).toContain('keyferry users list');
    expect(await cli.fails('tokens create x --days soon', 2)).toContain('--days');
  });
});

describe('contexts', () => {
  test('are made by login, chosen, changed and forgotten; the file is for its owner alone', async () => {
    const token = (await cli.ok('tokens create context -q')).trim();
    const bare = { XDG_CONFIG_HOME: folder };
    const alone = (typed: string, stdin = '') => cli.alone(typed, { env: bare, stdin });
    expect((await alone(`login ${scene.url} --token-stdin --name main -p shop`, `${token}\n`)).out).toContain(
      'Signed in',
    );
    expect((await alone(`login ${scene.url} --token-stdin --name other`, `${token}\n`)).code).toBe(0);
    expect((await stat(path.join(folder, 'keyferry/config.json'))).mode & 0o777).toBe(0o600);
    expect((await alone('contexts')).out).toMatch(/^\* +other /m);
    expect((await alone('contexts')).out).not.toContain(token);
    expect((await alone('secrets list')).err).toContain('Which project?');
    await alone('contexts use main');
    expect((await alone('secrets list')).code).toBe(0);
    await alone('contexts set --source source');
    expect((await alone('secrets set from-context', 'x')).out).toBe('Created secret version: from-context@1\n');
    expect((await alone('-c none whoami')).err).toContain('keyferry contexts');
    expect((await alone('logout')).out).toContain('keyferry tokens revoke');
    expect((await alone('whoami')).code).toBe(3);
    expect(await readFile(path.join(folder, 'keyferry/config.json'), 'utf8')).toContain('other');
  });
});

describe('policies', () => {
  test('are made of a file with rules, shown, and refused with the place of the mistake', async () => {
    await cli.ok('users create Ann ann@example.com');
    await cli.ok('users grant Ann approver');
    const ann = await cli.json<{ id: string; email: string }[]>('users list');
    const id = ann.find(({ email }) => email === 'ann@example.com')?.id;
    const file = path.join(folder, 'rules.yaml');
    const steps = `steps: [{name: review, approvers: {users: ["${id}"]}, required: 1}]`;
    await writeFile(file, `rules:\n  - name: production\n    when: {tags: [production]}\n    ${steps}\n`);
    expect(await cli.ok(`approval-profiles create "by file" -f ${file}`)).toContain(
      'Created approval profile: by file',
    );
    expect(await cli.ok('approval-profiles show "by file"')).toMatch(/rules: +production: review \(1\)/);
    expect(await cli.ok('policies list -o value')).toMatch(/^[0-9a-f-]{36}\n$/);
    await writeFile(file, `rules:\n  - name: x\n    ${steps.replace('required: 1', 'required: 0')}\n`);
    expect(await cli.fails(`policies create wrong -f ${file}`, 2)).toContain('/rules/0/steps/0/required');
    expect(await cli.fails('policies create wrong', 2)).toContain('--approver');
  });
});

describe('the record', () => {
  test('is told by action, and verified', async () => {
    await set('told', 'x');
    await cli.ok('secrets get told');
    expect(await cli.ok('audit tail -n 1 --action secret.read')).toMatch(/secret\.read/);
    const lines = (await cli.ok('audit tail -n 3 -o json')).trim().split('\n');
    expect(lines.map((line) => typeof JSON.parse(line).action)).toEqual(['string', 'string', 'string']);
    expect(await cli.fails('audit tail -n many', 2)).toContain('whole number');
    expect(await cli.ok('audit verify')).toMatch(/events/);
  });
});

describe('values in use', () => {
  test('run takes a customer’s value, or the shared one, and leaves out what is write-only', async () => {
    await cli.ok('customers create acme');
    await set('license', 'for-everybody');
    await set('license', 'for-acme-alone', '--customer acme');
    await set('shared-key', 'shared-by-all');
    await set('sealed', 'never-shown');
    await cli.ok('secrets edit sealed --write-only');
    const script = 'process.stdout.write(process.env.LICENSE.length + " " + process.env.SHARED_KEY.length)';
    await writeFile(path.join(folder, 'show.js'), script);
    const typed = `run --customer acme --fallback --all -- ${process.execPath} ${path.join(folder, 'show.js')}`;
    const { code, out, err } = await cli.run(typed, { env: { PATH: process.env.PATH ?? '' } });
    expect([code, out]).toEqual([0, '14 13']);
    expect(err).toContain('Left out, because it is write-only: sealed');
  });

  test('redact leaves a value that may be read once to whoever it is meant for', async () => {
    await set('once', 'read-me-once', '--once');
    const { code, out, err } = await cli.run('redact', { stdin: 'for-everybody for-acme-alone read-me-once\n' });
    expect([code, out]).toEqual([0, '******** ******** read-me-once\n']);
    expect(err).toContain('Not redacted, because it cannot be read: once@1');
    expect(await cli.ok('secrets get once')).toBe('read-me-once');
  });

  test('render writes a file for its owner alone, as a whole or not at all', async () => {
    const template = path.join(folder, 'app.env.tmpl');
    const made = path.join(folder, 'app.env');
    await writeFile(template, 'KEY={{ index .Secrets "shared-key" }}\n');
    expect((await cli.run(`render ${template} --to ${made}`)).err).toContain('from 1 secrets');
    expect(await readFile(made, 'utf8')).toBe('KEY=shared-by-all\n');
    expect((await stat(made)).mode & 0o777).toBe(0o600);
    await writeFile(template, 'KEY={{ index .Secrets "none" }}\n');
    await cli.fails(`render ${template} --to ${made}`, 2);
    expect(await readFile(made, 'utf8')).toBe('KEY=shared-by-all\n');
  });
});
