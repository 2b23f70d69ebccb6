import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliDesk, cliDesk } from '../support/cli-desk.ts';
import { eventually, must, type Scene, type ScenePerson, startScene } from '../support/scene.ts';
import { putForeign, textAt } from '../support/vault-entries.ts';

/* Copies, vaults, profiles, plans and change requests by command line: what each command leaves behind. */

let scene: Scene;
let cli: CliDesk;
let ann: ScenePerson;
let asAnn: CliDesk;
let call: CliDesk;

beforeAll(async () => {
  scene = await startScene({ targets: 2 });
  cli = await cliDesk(scene.admin, scene.url);
  ann = await scene.person('ann', 'approver');
  asAnn = await cliDesk(ann.api, scene.url);
  // Before anything is governed: afterwards this role waits for a vote.
  call = await cliDesk((await scene.person('oncall', 'break_glass')).api, scene.url);
});
afterAll(() => scene.close());

const place = (number: number) => {
  const found = scene.targets[number];
  if (found === undefined) throw new Error('no such target');
  return found;
};
const set = (name: string, value: string, more = '') =>
  cli.ok(`secrets set ${name} --source source ${more}`, { stdin: value });
const profile = (name: string) => cli.json(`profiles show ${name}`);
const idIn = (text: string): string => /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? '';
const states = async (secret: string) => (await cli.ok(`targets list ${secret} -o value`)).trim();
const refuse = () =>
  scene.source.vault.script({
    method: 'POST',
    path: '/data/',
    steps: { status: 400, body: { errors: ['refused'] } },
    count: 1,
  });

describe('targets', () => {
  test('a copy is added and removed, with its entry or without', async () => {
    await set('copied', 'v1');
    expect(await cli.ok('targets add copied target-1 -w')).toBe('Added: copied at target-1\nEvery copy is proved.\n');
    expect(await textAt(place(0).vault, 'default/shop/copied')).toBe('v1');
    expect(await cli.fails('targets remove copied target-1', 2)).toContain('Say so with --yes.');
    expect(await cli.ok('targets remove copied target-1 --yes -w')).toContain('Removed: copied at target-1');
    expect(await textAt(place(0).vault, 'default/shop/copied')).toBeUndefined();
    await cli.ok('targets add copied target-2 -w');
    await cli.ok('targets remove copied target-2 --keep-copy --yes -w');
    expect(await textAt(place(1).vault, 'default/shop/copied')).toBe('v1');
    expect(await cli.fails('targets remove copied target-1 --yes', 4)).toContain('It has none.');
  });

  test('a foreign entry is left, or overwritten', async () => {
    await putForeign(place(0).vault, 'default/shop/foreign', { value: 'theirs' });
    await set('foreign', 'ours', '--target target-1');
    await eventually(async () => (await states('foreign')) === 'target-1 conflict', 'the conflict');
    expect(await cli.fails('sync foreign', 7)).toContain('keyferry targets list foreign');
    expect(await cli.ok('targets resolve foreign target-1 leave')).toBe('Resolved: foreign at target-1\n');
    await eventually(async () => (await states('foreign')) === 'target-1 parked', 'it is left');
    expect(await textAt(place(0).vault, 'default/shop/foreign')).toBe('theirs');
    await cli.ok('targets resolve foreign target-1 overwrite -w');
    expect(await textAt(place(0).vault, 'default/shop/foreign')).toBe('ours');
    expect(await cli.fails('targets resolve foreign target-1 burn', 2)).toContain('Allowed choices');
  });
});

describe('carrying', () => {
  test('plan says what a run would do, for a secret, a profile, the project and a change; and does it not', async () => {
    expect(await cli.ok('sync --pause')).toBe('Paused: nothing is carried.\n');
    await set('planned', 'v1', '--target target-1');
    const { changeRequestId } = (await cli.json<{ changeRequestId: string }[]>('secrets versions planned'))[0] ?? {};
    expect(await cli.ok('plan planned')).toMatch(
      /ACTION +SECRET +PROFILE[\s\S]*skip +planned +target-1 +1 +sync_paused/,
    );
    expect(await cli.ok('plan --profile target-1 -o value')).toContain('skip planned target-1\n');
    expect(await cli.ok('plan -o value')).toContain('skip planned target-1\n');
    expect(await cli.ok(`plan --change ${changeRequestId}`)).toMatch(/target-1 +pending/);
    expect(await textAt(place(0).vault, 'default/shop/planned')).toBeUndefined();
    expect(await cli.fails('plan planned --profile target-1', 2)).toContain('one of them');

    const late = await cli.fails(`changes wait ${changeRequestId} --wait synced --timeout 1`, 6);
    expect(late).toContain('these lag: target-1');
    expect(late).toContain(`keyferry changes wait ${changeRequestId} --wait synced`);
    expect(late).toContain(`keyferry plan --change ${changeRequestId}`);
    expect(await cli.fails('sync planned --timeout 1', 7)).toContain('planned');
    expect(await cli.ok('sync')).toMatch(/paused: +\d{4}-/);
    expect(await cli.ok('sync --resume')).toBe('Resumed.\n');
    await eventually(async () => (await states('planned')) === 'target-1 synced', 'the copy is there');
    expect(await cli.ok('sync')).not.toContain('paused');
    expect(await cli.fails('sync --pause --resume', 2)).toContain('one of them');
  });

  test('a project is held and let go on', async () => {
    await cli.ok('projects pause shop');
    await set('held', 'v1', '--target target-1');
    expect(await cli.json('projects show shop')).toMatchObject({ pausedAt: expect.any(String) });
    expect(await textAt(place(0).vault, 'default/shop/held')).toBeUndefined();
    await cli.ok('projects resume shop');
    await cli.ok('projects set shop --max-versions 50 --description "the shop"');
    expect(await cli.json('projects show shop')).toMatchObject({
      maxVersions: 50,
      description: 'the shop',
      name: 'Shop',
    });
    expect(await cli.fails('projects set shop --max-secrets many', 2)).toContain('--max-secrets');
    await cli.ok('projects set shop --max-versions none');
    expect(await cli.json('projects show shop')).toMatchObject({ maxVersions: null });
    expect(await cli.fails('sync held --pause', 2)).toContain('for everything');
    expect(await cli.ok('sync held')).toMatch(/target-1 +synced/);
  });
});

describe('profiles', () => {
  test('pause and resume, disable and enable', async () => {
    expect(await cli.ok('profiles pause target-2')).toBe('Done: pause target-2\n');
    await set('resting', 'v1', '--target target-2');
    expect(await cli.ok('profiles list')).toMatch(/target-2 +paused/);
    expect(await textAt(place(1).vault, 'default/shop/resting')).toBeUndefined();
    await cli.ok('profiles resume target-2');
    await eventually(async () => (await states('resting')) === 'target-2 synced', 'it goes on');
    await cli.ok('profiles disable target-2');
    expect(await profile('target-2')).toMatchObject({ enabled: false });
    await cli.ok('secrets set resting', { stdin: 'v2' });
    expect(await states('resting')).toBe('target-2 pending');
    expect(await cli.fails('secrets set new --source target-2', 5, { stdin: 'x' })).toContain(
      'keyferry profiles enable',
    );
    await cli.ok('profiles enable target-2');
    await eventually(async () => (await textAt(place(1).vault, 'default/shop/resting')) === 'v2', 'v2 has arrived');
  });

  test('check says how its vault is, with a code of its own when it is not well', async () => {
    expect(await cli.ok('profiles check source')).toBe('source: ok\n');
    await cli.ok(
      `vaults create closed --kind hashicorp-vault -s address=${place(0).vault.url} -s authMethod=token -s token=-`,
      {
        stdin: 'wrong-token',
      },
    );
    await cli.ok('profiles create closed --vault closed -s prefix=closed');
    const failing = await cli.run('profiles check closed');
    expect([failing.code, failing.out]).toEqual([8, 'closed: failing, unauthenticated\n']);
    const vault = await cli.run('vaults check closed');
    expect([vault.code, vault.out]).toEqual([8, 'closed: unauthenticated\n']);
    await cli.ok('vaults update closed --name opened -s token=-', { stdin: place(0).vault.token });
    expect(await cli.ok('vaults check opened')).toBe('opened: well\n');
    expect(await cli.ok('vaults show opened')).not.toContain(place(0).vault.token);
    expect(await cli.fails('vaults delete opened --yes', 5)).toContain('in_use');
    expect(await cli.ok('profiles delete closed --yes')).toBe('Deleted vault profile: closed\n');
    expect(await cli.ok('vaults delete opened --yes')).toBe('Deleted vault: opened\n');
    expect(await cli.fails('vaults show opened', 4)).toContain('keyferry vaults list');
    expect(await cli.fails('vaults create x --kind none', 2)).toContain('keyferry vaults kinds');
    const flag = 'vaults create x --kind hashicorp-vault -s address=http://127.0.0.1:1 -s authMethod=token';
    expect(await cli.fails(`${flag} -s token=t -s none=1`, 2)).toContain('/settings');
  });

  test('settings change, and removals beyond the limit are held until somebody lets them go', async () => {
    await cli.ok('profiles create fused --vault target-2 --max-deletes 1 -s prefix=fused');
    expect(await profile('fused')).toMatchObject({ maxDeletes: 1, attributes: { prefix: 'fused' } });
    for (const name of ['f1', 'f2', 'f3']) await set(name, 'v', '--target fused -w');
    for (const name of ['f1', 'f2', 'f3']) await cli.ok(`secrets delete ${name} --yes`);
    await eventually(async () => (await cli.ok('profiles fuse fused -o value')) === '2\n', 'two are held');
    expect(await cli.ok('profiles fuse fused')).toMatch(/tripped: +yes/);
    expect(await cli.fails('profiles fuse fused --release 2 --yes', 2)).toContain('--reason');
    expect(await cli.ok('profiles fuse fused --release 2 --reason "they are old" --yes')).toContain('Let go: 2');
    await eventually(async () => (await cli.ok('profiles fuse fused -o value')) === '0\n', 'none is held');
    await cli.ok('profiles set fused --name unfused --max-deletes none');
    expect(await profile('unfused')).toMatchObject({ maxDeletes: null });
    expect(await cli.fails('profiles set unfused', 2)).toContain('There is nothing to change.');
  });
});

describe('change requests', () => {
  beforeAll(async () => {
    await cli.ok('approval-profiles create "four eyes" --approver ann@example.com');
    await cli.ok('profiles create gov --vault source --approval "four eyes" -s prefix=gov');
    await set('waiting', 'v1', '--source gov');
    const [change] = await cli.json<{ id: string }[]>('changes list --state pending_approval');
    await asAnn.ok(`changes approve ${change?.id} --yes -w applied`);
  });

  test('one of mine is cancelled; a draft is submitted; both as often as it makes sense', async () => {
    const said = await cli.ok('secrets set waiting', { stdin: 'v2' });
    expect(said).toContain('Waits for approval: change request');
    const id = idIn(said);
    expect(await cli.fails('secrets set waiting', 5, { stdin: 'v3' })).toContain(`keyferry changes show ${id}`);
    expect(await cli.ok(`changes cancel ${id}`)).toBe('Cancelled.\n');
    expect(await cli.json(`changes show ${id}`)).toMatchObject({ state: 'cancelled' });
    expect(await cli.fails(`changes cancel ${id}`, 5)).toContain('keyferry changes show');

    const draft = idIn(await cli.ok('secrets set waiting --draft', { stdin: 'v2' }));
    expect(await cli.ok(`changes submit ${draft}`)).toContain('Waits for approval');
    await asAnn.ok(`changes approve ${draft} --yes`);
    expect(await cli.ok(`changes wait ${draft} -w`)).toContain('Applied.');
    expect(await cli.ok('secrets get waiting')).toBe('v2');
    expect(await cli.fails(`changes approve ${draft} --yes`, 5)).not.toContain('v2');
  });

  test('a failed one is tried again with all of its fields', async () => {
    await cli.ok(`secrets set login -t basic_auth --source source --field username=u --field password=-`, {
      stdin: 'p1',
    });
    refuse();
    const failed = await cli.fails('secrets set login --field username=u --field password=-', 2, { stdin: 'p2' });
    const id = idIn(failed.slice(failed.indexOf('keyferry changes show')));
    expect(failed).not.toContain('p2');
    expect(
      await cli.fails(`changes retry ${id} --field username=u --field password=-`, 2, { stdin: 'other' }),
    ).not.toContain('other');
    expect(await cli.ok(`changes retry ${id} --field username=u --field password=- -w`, { stdin: 'p2' })).toContain(
      'Applied.',
    );
    expect(await cli.ok('secrets get login#password')).toBe('p2');

    refuse();
    const again = await cli.fails('secrets set login --json', 2, { stdin: '{"username":"u","password":"p3"}' });
    const next = idIn(again.slice(again.indexOf('keyferry changes show')));
    await cli.ok(`changes retry ${next} --json`, { stdin: '{"username":"u","password":"p3"}' });
    await eventually(async () => (await cli.ok('secrets get login#password')) === 'p3', 'the retry is applied');
  });

  test('one of mine gets another content or comment; the votes it had count no longer', async () => {
    const id = idIn(await cli.ok('secrets set waiting', { stdin: 'canary-first' }));
    const before = await cli.json(`changes show ${id}`);
    expect(await cli.fails(`changes edit ${id}`, 2)).toContain('There is nothing to change.');
    expect(await cli.ok(`changes edit ${id} --value -m "the right one"`, { stdin: 'edited\n' })).toContain(
      'Waits for approval',
    );
    const after = await cli.json(`changes show ${id}`);
    expect(after).toMatchObject({ revision: 2, comment: 'the right one', state: 'pending_approval' });
    expect(await asAnn.fails(`changes approve ${id} --yes --digest ${before.digest}`, 5)).toContain('digest_mismatch');
    expect(await cli.fails(`changes edit ${id} --revision 1 -m "on what I saw"`, 5)).toContain(
      'It was edited meanwhile',
    );
    expect(await cli.fails(`changes rebase ${id} --revision 1`, 5)).toContain('revision_conflict');
    expect(await cli.fails(`changes edit ${id} --revision first -m x`, 2)).toContain('whole number');
    expect(await cli.ok(`changes rebase ${id} --revision 2 --version-description "made anew"`)).toContain(
      'Waits for approval',
    );
    expect(await cli.json(`changes show ${id}`)).toMatchObject({ revision: 3, comment: 'the right one' });
    const slowly = async () => {
      await cli.ok(`changes edit ${id} -m "somebody was quicker"`);
      return 'never-taken';
    };
    expect(await cli.fails(`changes edit ${id} --value`, 5, { stdin: slowly })).toContain('revision_conflict');
    expect(await cli.json(`changes show ${id}`)).toMatchObject({ revision: 4, comment: 'somebody was quicker' });
    await asAnn.ok(`changes approve ${id} --yes -w applied`);
    expect(await cli.ok('secrets get waiting')).toBe('edited');
    expect(await cli.ok('secrets versions waiting -o json')).toContain('made anew');
    expect(await cli.fails(`changes edit ${id} -m late`, 5)).toContain('has been applied already and cannot be edited');
  });

  test('what takes everything takes also what another value waits for', async () => {
    const id = idIn(await cli.ok('secrets set waiting', { stdin: 'not-yet' }));
    const exported = JSON.parse(await cli.ok('secrets export'));
    expect(exported).toMatchObject({ waiting: { payload: { value: 'edited' } } });
    expect(await cli.ok('redact', { stdin: 'is edited now' })).toBe('is ******** now');
    await cli.ok(`changes cancel ${id}`);
  });

  test('a draft whose secret moved on is rebased, then applied', async () => {
    const draft = idIn(await cli.ok('secrets set waiting --draft', { stdin: 'from-draft' }));
    const other = idIn(await cli.ok('secrets set waiting', { stdin: 'meanwhile' }));
    await asAnn.ok(`changes approve ${other} --yes -w applied`);
    await cli.fails(`changes submit ${draft}`, 5);
    expect(await cli.ok(`changes rebase ${draft}`)).toContain('Draft: change request');
    await cli.ok(`changes submit ${draft}`);
    await asAnn.ok(`changes approve ${draft} --yes -w applied`);
    expect(await cli.ok('secrets get waiting')).toBe('from-draft');
  });

  test('somebody with that right puts one through without votes, and an approver looks at it', async () => {
    const id = idIn(await cli.ok('secrets set waiting', { stdin: 'urgent' }));
    expect(await call.fails(`changes override ${id} --yes`, 2)).toContain('--reason');
    expect(await call.fails(`changes override ${id} --reason "the shop is down, nobody can pay"`, 2)).toContain(
      '--yes',
    );
    expect(await cli.fails(`changes override ${id} --reason "mine, so it must be right" --yes`, 3)).toContain(
      'keyferry',
    );
    expect(await call.ok(`changes override ${id} --reason "the shop is down, nobody can pay" --yes -w applied`)).toBe(
      `Overridden: change request ${id}\n`,
    );
    expect(await cli.ok('secrets get waiting')).toBe('urgent');
    expect(await cli.ok(`changes show ${id}`)).toMatch(/override: +oncall: the shop is down, nobody can pay/);
    expect(await call.fails(`changes review-override ${id} -m "I looked"`, 3)).not.toContain('urgent');
    expect(await asAnn.ok(`changes review-override ${id} -m "it was right"`)).toContain('Reviewed the override');
    const { override } = await cli.json<{ override: { review: { comment: string } } }>(`changes show ${id}`);
    expect(override.review.comment).toBe('it was right');
    expect(await asAnn.fails(`changes approve ${id} --yes`, 5)).toContain('has been applied already');
  });

  test('what is rejected while somebody waits ends the wait with a code of its own', async () => {
    const id = idIn(await cli.ok('secrets set waiting', { stdin: 'v9' }));
    const waiting = cli.run(`changes wait ${id} -w`);
    expect(await asAnn.ok(`changes reject ${id} --yes -m "not now"`)).toContain('Rejected');
    const { code, err } = await waiting;
    expect([code, err]).toEqual([7, expect.stringContaining('is rejected')]);
    expect(await cli.ok(`changes explain ${id}`)).toContain('rejected');
  });
});

describe('render', () => {
  test('--check finds everything that is wrong, with line and column, and reads nothing', async () => {
    await set('known', 'canary-known');
    const template = 'a={{ .Secrets.known }}\nb={{ .Secrets.unknown }}\n';
    const { code, out, err } = await cli.run('render --check', { stdin: template });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/stdin:2:\d+|\b2:\d+/);
    expect(err).toContain('unknown');
    const broken = await cli.fails('render --check', 2, { stdin: 'x\n{{ if }}\n' });
    expect(broken).toMatch(/2(:\d+)?/);
    expect(broken).toContain('template');
    expect(await cli.ok('render --check', { stdin: '{{ .Secrets.known }}' })).toBe(
      'The template is sound. It uses: known\n',
    );
    expect(await cli.ok('render', { stdin: 'v={{ .Secrets.known }}' })).toBe('v=canary-known');
  });
});

test('a role may be for one customer', async () => {
  await cli.ok('customers create acme');
  await cli.ok('users create Bob bob@example.com');
  await cli.ok('-p shop --customer acme users grant bob@example.com reader');
  const [grant] = await cli.json<{ customerId: string | null }[]>('users grants bob@example.com');
  expect(grant?.customerId).toBe(must(await scene.admin('GET', '/v1/projects/shop/customers/acme'), 200).id);
  expect(await cli.fails('--customer acme users grant bob@example.com reader', 2)).toContain('-p');
});
