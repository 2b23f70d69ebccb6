import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliDesk, cliDesk } from '../support/cli-desk.ts';
import { type HookReceiver, startHookReceiver, verifies } from '../support/hook-receiver.ts';
import { eventually, type Scene, startScene } from '../support/scene.ts';

/* People, groups, machines, webhooks, tokens, contexts, policies and the record by command line; and values in use. */

let scene: Scene;
let cli: CliDesk;
let folder: string;
let receiver: HookReceiver;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-people-'));
  receiver = await startHookReceiver();
  scene = await startScene({ targets: 1 });
  cli = await cliDesk(scene.admin, scene.url);
});
afterAll(async () => {
  await scene.close();
  await receiver.close();
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

/** What is offered behind a line. */
const offered = async (line: string) => {
  const words = line.split(' ');
  const typed = words.map((word) => `"${word}"`).join(' ');
  return (await cli.ok(`__complete -- ${words.length - 1} ${typed}`)).trim().split('\n').filter(Boolean);
};

describe('groups', () => {
  test('give their roles to whoever is in them, and only as long', async () => {
    await cli.ok('users create Gil gil@example.com');
    const env = { KEYFERRY_TOKEN: (await cli.ok('tokens create laptop --user Gil -q')).trim() };
    expect(await cli.ok('groups create ops')).toContain('keyferry groups add "ops" <user>');
    expect(await cli.ok('groups grant ops viewer')).toBe('ops is viewer now\n');
    await cli.fails('projects show shop', 3, { env });
    expect(await cli.ok('groups add ops gil@example.com')).toBe('Gil is in ops now\n');
    await cli.ok('projects show shop', { env });
    expect(await cli.ok('groups show ops')).toMatch(/members: +gil@example\.com/);
    expect(await cli.ok('groups list --user Gil')).toMatch(/^ops /m);
    expect(await cli.json('groups show ops')).toMatchObject({ members: [{ email: 'gil@example.com' }] });

    expect(await cli.ok('groups rename ops crew')).toBe('Renamed: ops is crew now\n');
    expect(await offered('keyferry groups show cr')).toEqual(['crew']);
    expect(await offered('keyferry groups add crew gil')).toEqual(['gil@example.com']);
    expect(await cli.ok('groups remove crew Gil')).toBe('Gil left crew\n');
    await cli.fails('projects show shop', 3, { env });
    await cli.ok('groups add crew Gil');
    const [grant] = await cli.json<{ id: string }[]>('groups grants crew');
    await cli.ok(`groups revoke ${grant?.id}`);
    await cli.fails('projects show shop', 3, { env });
    expect(await cli.fails('groups delete crew', 2)).toContain('--yes');
    expect(await cli.ok('groups delete crew --yes')).toBe('Deleted group: crew\n');
    expect(await cli.fails('groups show crew', 4)).toContain('keyferry groups list');
    expect(await cli.json('groups list')).toEqual([]);
  });
});

describe('machines', () => {
  test('have a role, tokens and an owner; a disabled one is let in no longer', async () => {
    await cli.ok('users create Mia mia@example.com');
    await cli.ok('users grant Mia viewer');
    expect((await cli.run('machines create hers --owner Mia')).err).toBe('Only its owner makes tokens for it.\n');
    const [mia] = (await cli.json<{ id: string; name: string }[]>('users list')).filter(({ name }) => name === 'Mia');
    expect(await cli.json('machines show hers')).toMatchObject({ ownerId: mia?.id, disabled: false });
    expect(await cli.fails('tokens create x --machine hers', 3)).toContain('Only the owner');
    expect(await cli.ok('machines create "build server"')).toContain('keyferry machines grant');
    expect(await cli.ok('machines rename "build server" ci')).toBe('Renamed: build server is ci now\n');
    expect(await cli.ok('machines list --owner Mia -o value')).toMatch(/^[0-9a-f-]{36}\n$/);
    const env = { KEYFERRY_TOKEN: (await cli.ok('tokens create deploy --machine ci -q')).trim() };
    await cli.fails('projects show shop', 3, { env });
    expect(await cli.ok('-p shop machines grant ci viewer')).toBe('ci is viewer now\n');
    await cli.ok('projects show shop', { env });
    expect(await cli.ok('whoami', { env })).toMatch(/type: +machine/);
    expect(await cli.ok('tokens list --machine ci')).toMatch(/^deploy +valid/m);
    expect(await offered('keyferry tokens create x --machine c')).toEqual(['ci']);

    expect(await cli.ok('machines disable ci')).toBe('Done: disable ci\n');
    expect(await cli.ok('machines list')).toMatch(/^ci +disabled/m);
    await cli.fails('whoami', 3, { env });
    await cli.ok('machines enable ci');
    await cli.ok('whoami', { env });
    const [grant] = await cli.json<{ id: string; projectId: string }[]>('machines grants ci');
    expect(grant?.projectId).toBe(scene.project.id);
    await cli.ok(`machines revoke ${grant?.id}`);
    await cli.fails('projects show shop', 3, { env });
    expect(await cli.fails('machines show nothing', 4)).toContain('keyferry machines list');
  });
});

describe('webhooks', () => {
  test('the secret that signs is printed once, on standard output alone; a test arrives with it', async () => {
    const { code, out, err } = await cli.run('webhooks create hook', { stdin: `${receiver.url}/in/canary-path\n` });
    expect([code, err]).toEqual([0, 'Keep it: it is not shown again.\n']);
    expect(out).toMatch(/^whsec_\S+\n$/);
    const secret = out.trim();
    expect(await cli.ok('webhooks ping hook')).toBe('hook: delivered, status 204\n');
    const [first] = receiver.received;
    expect([first?.path, first && (await verifies(first, secret))]).toEqual(['/in/canary-path', true]);
    for (const typed of [
      'webhooks list',
      'webhooks show hook',
      'webhooks show hook -o json',
      'webhooks list -o yaml',
    ]) {
      const shown = await cli.ok(typed);
      expect(shown).toContain(receiver.url);
      expect(shown).not.toContain('canary-path');
      expect(shown).not.toContain(secret);
    }

    receiver.script({ status: 400 });
    const failing = await cli.run('webhooks ping hook -o value');
    expect([failing.code, failing.out]).toEqual([8, expect.stringMatching(/^(failed|parked)\n$/)]);
    expect(await cli.ok('webhooks deliveries hook --kind ping')).toMatch(/ping +delivered +1 +204/);

    const next = (await cli.run('webhooks rotate-secret hook --overlap 0')).out.trim();
    await cli.ok('webhooks ping hook');
    const last = receiver.received.at(-1);
    expect([next === secret, last && (await verifies(last, next))]).toEqual([false, true]);
    expect(await offered('keyferry webhooks ping h')).toEqual(['hook']);
    expect(await cli.fails('webhooks delete hook', 2)).toContain('--yes');
    expect(await cli.ok('webhooks delete hook --yes')).toBe('Deleted webhook: hook\n');
    expect(await cli.fails('webhooks ping hook', 4)).toContain('keyferry webhooks list');
  });

  test('tells of one project what was asked for; what was sent is sent again', async () => {
    await cli.ok('projects create quiet');
    const typed = `webhooks create told ${receiver.url}/told --kind change.applied --in quiet`;
    await cli.ok(typed, { env: { KEYFERRY_PROJECT: '' } });
    const told = () => receiver.received.filter(({ path }) => path === '/told').length;
    const since = new Date().toISOString();
    await set('heard-elsewhere', 'x');
    await set('heard', 'x', '-p quiet');
    await eventually(() => Promise.resolve(told() === 1), 'one notice');
    const delivered = () => cli.json<{ id: string; kind: string }[]>('webhooks deliveries told --state delivered');
    await eventually(async () => (await delivered()).length === 1, 'it is delivered');
    const [delivery] = await delivered();
    expect(delivery?.kind).toBe('change.applied');
    expect(await cli.ok(`webhooks replay told --delivery ${delivery?.id}`)).toContain('keyferry webhooks deliveries');
    await eventually(() => Promise.resolve(told() === 2), 'the notice again');
    await cli.ok(`webhooks replay told --since ${since}`);
    await eventually(() => Promise.resolve(told() === 3), 'everything since then again');
    expect(await cli.fails('webhooks replay told', 2)).toContain('--delivery or --since');

    expect(await cli.ok('webhooks disable told')).toBe('Done: disable told\n');
    expect(await cli.fails('webhooks ping told', 5)).toContain('disabled');
    await cli.ok('webhooks enable told');
    const chat = await cli.run(`webhooks create chat ${receiver.url}/chat --format slack`);
    expect([chat.code, chat.err]).toEqual([0, expect.stringContaining('Warning: the URL of a chat is its credential')]);
    expect(await cli.fails('webhooks create none', 2)).toContain('There is no URL.');
    expect(await cli.fails(`webhooks create x ${receiver.url} --kind no.such`, 2)).toContain('/kinds/0');
  });
});

describe('a webhook that is changed', () => {
  test('is told another way, elsewhere, of something else; what is not said stays', async () => {
    await cli.ok('projects create loud');
    await cli.ok(`webhooks create moving ${receiver.url}/canary-old --kind change.applied --in loud`);
    expect(await cli.fails('webhooks update moving', 2)).toContain('There is nothing to change.');
    expect(await cli.ok('webhooks update moving --to', { stdin: `${receiver.url}/canary-new\n` })).toBe(
      'Changed webhook: moving\n',
    );
    await cli.ok('webhooks ping moving');
    expect(receiver.received.at(-1)?.path).toBe('/canary-new');
    const projectIds = [(await cli.json<{ id: string }>('projects show loud')).id];
    expect(await cli.json('webhooks show moving')).toMatchObject({ kinds: ['change.applied'], projectIds });

    await cli.ok('webhooks update moving --name moved --kind change.waiting --kind change.failed --pace hourly');
    expect(await cli.json('webhooks show moved')).toMatchObject({
      kinds: ['change.waiting', 'change.failed'],
      projectIds,
      pace: 'hourly',
      enabled: true,
    });
    await cli.ok('webhooks update moved --all-kinds --all-projects');
    expect(await cli.json('webhooks show moved')).toMatchObject({ kinds: [], projectIds: [], pace: 'hourly' });
    await cli.ok(`webhooks update moved --in loud --in ${scene.project.slug}`);
    expect(await cli.json('webhooks show moved')).toMatchObject({ projectIds: [...projectIds, scene.project.id] });

    expect(await cli.fails('webhooks update moved --in loud --all-projects', 2)).toContain('--in or --all-projects');
    expect(await cli.fails('webhooks update moved --kind no.such', 2)).toContain('/kinds/0');
    expect(await cli.fails('webhooks update moved --in nowhere', 4)).toContain('not_found');
    expect(await cli.fails('webhooks update moved --to -', 2)).toContain('There is no URL.');
    expect(await cli.fails('webhooks update nothing --pace daily', 4)).toContain('keyferry webhooks list');
    const shown = await cli.run('webhooks update moved --to ftp://canary-scheme');
    expect([shown.code, shown.err.includes('canary-scheme')]).toEqual([2, false]);
    const told = await cli.run(`webhooks create room ${receiver.url}/chat --format slack`);
    expect(told.code).toBe(0);
    expect((await cli.run(`webhooks update room --to ${receiver.url}/other`)).err).toContain('its credential');
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

  test('what takes everything leaves what may be read once, until it is told to or the secret is named', async () => {
    await cli.ok('projects create burn');
    const show = path.join(folder, 'names.js');
    await writeFile(
      show,
      'process.stdout.write(["ONCE", "AGAIN"].map((name) => String(process.env[name]?.length)).join())',
    );
    const env = { PATH: process.env.PATH ?? '', KEYFERRY_PROJECT: 'burn' };
    const run = (options: string) => cli.run(`run ${options} -- ${process.execPath} ${show}`, { env });
    await set('again', 'many-times', '-p burn');
    await set('once', 'read-me-once', '-p burn --once');

    const exported = await cli.run('secrets export', { env });
    expect(Object.keys(JSON.parse(exported.out))).toEqual(['again']);
    expect(exported.err).toContain('Not exported, because it may be read once: once\n');
    expect(exported.err).toContain('--include-read-once');
    const left = await run('--all');
    expect([left.code, left.out]).toEqual([0, 'undefined,10']);
    expect(left.err).toContain('Left out, because it may be read once: once\n');
    expect(left.err).toContain('has to be named');
    expect((await run('-e ONCE=once --all')).out).toBe('12,10');

    await cli.ok('secrets set once --once', { env, stdin: 'the-second' });
    const refusing = { method: 'GET', path: '/data/', steps: { status: 403, body: { errors: [] } } };
    const failing = scene.source.vault.script(refusing);
    expect(await cli.fails('secrets export --include-read-once', 6, { env })).toContain('again: ');
    failing.remove();
    let whole = await cli.run('secrets export --include-read-once', { env });
    await eventually(async () => {
      if (whole.code !== 0) whole = await cli.run('secrets export --include-read-once', { env });
      return whole.code === 0;
    }, 'the vault is asked again, and nothing was used up before');
    expect(JSON.parse(whole.out)).toMatchObject({ once: { payload: { value: 'the-second' } } });
    expect(whole.err).not.toContain('Not exported');
    await cli.ok('secrets set once --once', { env, stdin: 'the-third' });
    // As if somebody else were reading it just now.
    await scene.broker.db.query(
      `update secret_versions set accessed_at = clock_timestamp() + interval '1 hour'
       where version = 3 and secret_id = (select s.id from secrets s join projects p on p.id = s.project_id
         where p.slug = 'burn' and s.name = 'once')`,
    );
    const later = await cli.run('secrets export --include-read-once', { env });
    expect([later.code, Object.keys(JSON.parse(later.out))]).toEqual([0, ['again']]);
    expect(later.err).toContain('Not exported, because its time is over: once\n');
    expect(await cli.fails('secrets export --include-read-once --format env', 2, { env })).toContain('json or yaml');
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
