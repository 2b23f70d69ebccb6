import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliDesk, cliDesk } from '../support/cli-desk.ts';
import { eventually, type Scene, startScene } from '../support/scene.ts';
import { putForeign } from '../support/vault-entries.ts';

/* `keyferry secrets import` and `export`: files, variables and whole vaults, each with what it leaves behind. */

let scene: Scene;
let cli: CliDesk;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-import-'));
  scene = await startScene({ targets: 1 });
  cli = await cliDesk(scene.admin, scene.url);
});
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

const file = async (name: string, content: string): Promise<string> => {
  const where = path.join(folder, name);
  await writeFile(where, content);
  return where;
};
interface Row {
  readonly name: string;
  readonly result: string;
  readonly code: string;
}
const results = async (typed: string) =>
  (await cli.json<Row[]>(typed)).map(({ name, result, code }) => [name, result, code].join(' ').trim());

describe('a file', () => {
  test('of variables becomes secrets, and the next time new versions', async () => {
    const env = await file(
      '.env',
      '# shop\nexport DB_USER=shop\nDB_PASSWORD=\'p#1 $x\'\nGREETING="a\\nb" # two lines\n',
    );
    expect(await results(`secrets import ${env} --source source --dry-run`)).toEqual([
      'DB_USER would be created',
      'DB_PASSWORD would be created',
      'GREETING would be created',
    ]);
    await cli.fails('secrets get DB_USER', 4);
    expect(await results(`secrets import ${env} --source source`)).toEqual([
      'DB_USER created',
      'DB_PASSWORD created',
      'GREETING created',
    ]);
    expect(await cli.ok('secrets get DB_PASSWORD')).toBe('p#1 $x');
    expect(await cli.ok('secrets get GREETING')).toBe('a\nb');
    await file('.env', 'DB_USER=shop\nDB_PASSWORD=p2\n');
    expect(await results(`secrets import ${env}`)).toEqual(['DB_USER unchanged', 'DB_PASSWORD new version']);
    const bad = await cli.fails('secrets import - --format env', 2, { stdin: "A=1\nB='canary\n" });
    expect(bad).toContain('Line 2');
    expect(bad).not.toContain('canary');
  });

  test('of names with values goes into a folder, with fields and bytes', async () => {
    const yaml = await file(
      'shop.yaml',
      'token: "123"\nlogin:\n  username: u\n  password: p\nblob: {value: {base64: AP8=}}\n',
    );
    expect(await results(`secrets import ${yaml} --folder team/a --source source`)).toEqual([
      'team/a/token created',
      'team/a/login created',
      'team/a/blob created',
    ]);
    expect(await cli.ok('secrets get team/a/login#password')).toBe('p');
    expect(await cli.json('secrets describe team/a/login')).toMatchObject({ type: 'key_value' });
    const number = await cli.fails('secrets import - --source source', 2, { stdin: 'pin: 4711\n' });
    expect(number).toContain('pin is neither text');
    expect(number).not.toContain('4711');
    expect(await cli.fails('secrets import - --source source', 2, { stdin: '[1' })).toContain('neither an export');
    expect(await cli.fails('secrets import - --source source', 2, { stdin: '{}' })).toContain('no secret');
  });

  test('all together or nothing', async () => {
    const good = await file(
      'good.json',
      JSON.stringify({ t1: 'one', t2: { type: 'api_key', payload: { value: 'k' } } }),
    );
    expect(await results(`secrets import ${good} --together --source source`)).toEqual(['t1 created', 't2 created']);
    const bad = await file(
      'bad.json',
      JSON.stringify({ t1: 'two', t3: { type: 'basic_auth', payload: { username: 'u' } } }),
    );
    expect(await cli.fails(`secrets import ${bad} --together --source source`, 2)).toContain(
      '/items/1/payload/password',
    );
    expect(await cli.ok('secrets get t1')).toBe('one');
    const each = await cli.run(`secrets import ${bad} --source source -o json`);
    expect(each.code).toBe(7);
    expect(JSON.parse(each.out)).toMatchObject([
      { name: 't1', result: 'new version' },
      { name: 't3', result: 'refused', code: 'invalid_input' },
    ]);
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`n${n}`, 'x'])));
    expect(await cli.fails('secrets import - --together --source source', 2, { stdin: many })).toContain('At most 100');
  });

  test('that was exported comes back as it was, in each format', async () => {
    await cli.ok('projects create copies');
    const values = await cli.ok('secrets export --folder team');
    const again = await cli.json<Row[]>('secrets import - -p copies --source source', { stdin: values });
    expect(again.map(({ result }) => result)).toEqual(['created', 'created', 'created']);
    expect(JSON.parse(await cli.ok('secrets export -p copies'))).toEqual(JSON.parse(values));
    await cli.ok('projects create shell');
    const variables = await cli
      .ok('secrets export --format env --folder team/a')
      .catch((error: Error) => error.message);
    expect(variables).toContain('team/a/blob is not text');
    await cli.ok('secrets disable team/a/blob');
    const env = await cli.ok('secrets export --format env --folder team/a');
    await cli.ok('secrets import - --format env -p shell --source source', { stdin: env });
    expect(await cli.ok('secrets get -p shell TEAM_A_LOGIN_PASSWORD')).toBe('p');
  });

  test('options of the other kind of import are refused, not ignored', async () => {
    expect(await cli.fails('secrets import x.json --prefix a', 2)).toContain('--prefix is for imports from profiles');
    expect(await cli.fails('secrets import --from-profile source --together', 2)).toContain('--together is for');
    expect(await cli.fails('secrets import', 2)).toContain('--from-profile');
    expect(await cli.fails('secrets import none.json', 2)).toContain('none.json cannot be read');
  });
});

describe('a vault', () => {
  test('is taken over: first only said, then done; what is there already is skipped, or stops it', async () => {
    for (const name of ['one', 'two'])
      await putForeign(scene.source.vault, `legacy/${name}`, { value: `canary-${name}` });
    await cli.ok('projects create legacy');
    const typed = 'secrets import -p legacy --from-profile source --prefix legacy';
    expect(await cli.json(`${typed} --dry-run`)).toMatchObject({
      state: 'completed',
      dryRun: true,
      counts: { total: 2 },
    });
    expect(await cli.ok('secrets list -p legacy -o value')).toBe('');
    const { out, err, code } = await cli.run(`${typed} -m "from the old shop"`);
    expect([code, out]).toEqual([0, expect.stringMatching(/imported: +2/)]);
    expect(err).toContain('Import ');
    expect(out + err).not.toContain('canary');
    const names = (await cli.ok('secrets list -p legacy -o value')).trim().split('\n');
    expect(names).toHaveLength(2);
    expect(await cli.ok(`secrets get -p legacy ${names.find((name) => name.endsWith('one'))}`)).toBe('canary-one');
    expect(await cli.json(typed)).toMatchObject({ counts: { imported: 0, skipped: 2 } });

    const all = await cli.json<{ id: string; dryRun: boolean }[]>('imports list --profile source');
    expect(all.map(({ dryRun }) => dryRun)).toEqual([false, false, true]);
    expect(await cli.ok(`imports show ${all[1]?.id}`)).toMatch(/state: +completed[\s\S]*imported: +2/);
    const items = await cli.ok(`imports show ${all[1]?.id} --items -n 1`);
    expect(items).toMatch(/legacy\/\w+ +imported/);
    expect(items).not.toContain('canary');
    expect((await cli.ok(`imports show ${all[0]?.id} --state skipped -o value`)).trim().split('\n')).toHaveLength(2);
    expect(await cli.fails(`imports cancel ${all[1]?.id}`, 5)).toContain('invalid_transition');
    expect(await cli.ok(`imports review ${all[1]?.id} approve`)).toContain('Nothing of it waits.');
  });

  test('waits for approvers, who decide on all of it at once, on what they were shown', async () => {
    const ann = await scene.person('ann', 'approver');
    const asAnn = await cliDesk(ann.api, scene.url);
    await cli.ok('approval-profiles create "four eyes" --approver ann@example.com');
    await cli.ok('profiles create gov --vault target-1 --approval "four eyes" -s prefix=gov');
    const vault = scene.targets[0]?.vault;
    if (vault === undefined) throw new Error('no target');
    for (const name of ['a', 'b']) await putForeign(vault, `gov/${name}`, { value: `canary-${name}` });
    await cli.ok('projects create governed');
    const typed = 'secrets import -p governed --from-profile gov';
    const { code, err } = await cli.run(typed);
    const id = /keyferry imports review (\S+) approve/.exec(err)?.[1];
    expect([code, id]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(await cli.ok('secrets list -p governed --state active -o value')).toBe('');
    const asked = await asAnn.run(`imports review ${id} approve`);
    expect([asked.code, asked.out]).toEqual([2, expect.stringMatching(/a +waiting[\s\S]*b +waiting/)]);
    expect(asked.out + asked.err).not.toContain('canary');
    expect(await asAnn.fails(`imports review ${id} approve --yes --digest wrong`, 5)).toContain('digest_mismatch');
    expect(await cli.fails(`imports review ${id} approve --yes`, 3)).toContain('not_eligible');
    expect(await asAnn.ok(`imports review ${id} approve --yes -m "all ours"`)).toBe(`Approved: 2 of import ${id}\n`);
    await eventually(async () => (await cli.ok(`imports show ${id}`)).match(/imported: +2/) !== null, 'all imported');
    expect(await cli.ok('secrets get -p governed a')).toBe('canary-a');
  });

  test('that takes longer than one waits goes on, can be followed, and is stopped', async () => {
    const vault = scene.source.vault;
    for (const name of ['a', 'b']) await putForeign(vault, `slow/${name}`, { value: `canary-${name}` });
    const rule = vault.script({ path: '/metadata/slow/a', steps: { status: 500 } });
    const slow = 'secrets import -p legacy --from-profile source --prefix slow --timeout 0';
    const { code, err } = await cli.run(slow);
    const id = /keyferry imports show (\S+)/.exec(err)?.[1];
    expect([code, id]).toEqual([7, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(await cli.ok(`imports show ${id} -o json`)).toContain('"state": "listing"');
    expect(await cli.ok(`imports cancel ${id}`)).toMatch(/^Import \S+ is cancell(ing|ed)\.\n$/);
    const seen = () => cli.json<{ state: string; counts: { imported: number } }>(`imports show ${id}`);
    await eventually(async () => (await seen()).state === 'cancelled', 'it has ended');
    expect((await seen()).counts.imported).toBe(0);
    rule.remove();
  });
});
