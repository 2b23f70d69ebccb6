import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliDesk, cliDesk } from '../support/cli-desk.ts';
import { eventually, must, type Scene, startScene } from '../support/scene.ts';

/* `keyferry secrets`, `customers` and `consumers` against a whole broker: what each command leaves behind. */

let scene: Scene;
let cli: CliDesk;

beforeAll(async () => {
  scene = await startScene({ targets: 1 });
  cli = await cliDesk(scene.admin, scene.url);
});
afterAll(() => scene.close());

const look = async (id: string) => must(await scene.admin('GET', `/v1/secrets/${id}`), 200);
const idOf = async (name: string) => (await cli.ok(`secrets describe ${name} -o value`)).trim();
const set = (name: string, value: string, more = '') =>
  cli.ok(`secrets set ${name} --source source ${more}`, { stdin: `${value}\n` });

describe('writing', () => {
  test('set makes a secret, and the next time its next version', async () => {
    expect(await set('token', 'one', '--tag ci --attribute team=core --version-description first')).toBe(
      'Created secret version: token@1\n',
    );
    expect(await cli.ok('secrets set token --disable-previous', { stdin: 'two' })).toBe(
      'Created secret version: token@2\n',
    );
    expect(await cli.ok('secrets set token', { stdin: 'two' })).toBe('Unchanged: token@2 has this content\n');
    const versions = await cli.json<{ state: string; description: string }[]>('secrets versions token');
    expect(versions).toMatchObject([{ state: 'enabled' }, { state: 'disabled', description: 'first' }]);
    expect(await look(await idOf('token'))).toMatchObject({ tags: ['ci'], attributes: { team: 'core' } });
    const told = await cli.fails('secrets set token --tag other', 2, { stdin: 'three' });
    expect(told).toContain('--tag is for new secrets');
    expect(told).toContain('keyferry secrets edit');
    expect(await cli.fails('secrets set token --if-version 1', 5, { stdin: 'three' })).toContain('version_conflict');
    expect(await cli.ok('secrets get token')).toBe('two');
  });

  test('of two that make the same secret in the same moment none is told that it exists already', async () => {
    const typed = 'secrets set contended --source source';
    const said = await Promise.all(['first', 'other'].map((stdin) => cli.run(typed, { stdin })));
    const done = said.filter(({ code }) => code === 0);
    expect(done.length).toBeGreaterThan(0);
    for (const { code, err } of said) if (code !== 0) expect(err).toContain('change_in_progress');
    expect(await cli.json('secrets versions contended')).toHaveLength(done.length);
  });

  test('a version that may be read once, and one that ends', async () => {
    await set('once', 'only', '--once');
    expect(await cli.ok('secrets get once')).toBe('only');
    expect(await cli.fails('secrets get once', 5)).toContain('keyferry secrets set');
    await set('ends', 'soon', '--expires 2090-01-31T00:00:00Z --expiry destroy');
    const [version] = await cli.json<Record<string, unknown>[]>('secrets versions ends');
    expect(version).toMatchObject({ expiresAt: '2090-01-31T00:00:00.000Z', onExpiry: 'destroy' });
  });

  test('an empty one waits for its first value, and keeps the type it was made with', async () => {
    const typed = 'secrets set container --type basic_auth --empty --source source';
    expect(await cli.ok(typed)).toBe('Created without a value: container\n');
    expect(await cli.fails(typed, 2)).toContain('--source, --empty is for new secrets');
    expect(await cli.fails('secrets set container', 2, { stdin: 'x' })).toContain('/payload');
    const fields = '{"username":"u","password":"p"}';
    expect(await cli.ok('secrets set container --json', { stdin: fields })).toBe(
      'Created secret version: container@1\n',
    );
    expect(await cli.fails('secrets set other --empty x', 2)).toContain('Leave the value or --empty away.');
  });

  test('a draft is only recorded', async () => {
    const said = await cli.ok('secrets set drafted --source source --draft', { stdin: 'later' });
    expect(said).toContain('Draft: change request');
    expect(await cli.fails('secrets get drafted', 4)).toContain('not_found');
  });
});

describe('reading', () => {
  test('one field is all that is read, and the record says so', async () => {
    await cli.ok('secrets set db-login -t basic_auth --source source --field username=shop --field password=-', {
      stdin: 'pass-word',
    });
    expect(await cli.ok('secrets get db-login#password')).toBe('pass-word');
    expect(await cli.ok('secrets get db-login --field username')).toBe('shop');
    expect(JSON.parse(await cli.ok('secrets get db-login#username -o json'))).toBe('shop');
    expect(await cli.ok('secrets get db-login')).toMatch(/^FIELD +VALUE\n(username +shop\n|password +pass-word\n){2}$/);
    expect(await cli.fails('secrets get db-login#none', 4)).not.toContain('pass-word');
    const events = must(
      await scene.admin('GET', `/v1/audit-events?objectId=${await idOf('db-login')}&action=secret.read`),
      200,
    );
    const fields = (events.items as { details: { field?: string } }[]).map(({ details }) => details.field ?? 'all');
    expect(fields.slice(-5).sort()).toEqual(expect.arrayContaining(['password', 'username', 'all']));
  });

  test('several at once, each with its content or why there is none', async () => {
    await set('left', 'l');
    await set('right', 'r');
    await set('shut', 's');
    await cli.ok('secrets disable shut');
    const said = await cli.run('secrets get left right@1 shut');
    expect(said.code).toBe(7);
    expect(said.out).toMatch(/left@1 +value +l\nright@1 +value +r\nshut +\(not read: secret_disabled\)\n/);
    const both = await cli.json<{ content: { payload: object } }[]>('secrets get left right');
    expect(both.map(({ content }) => content.payload)).toEqual([{ value: 'l' }, { value: 'r' }]);
    expect(await cli.fails('secrets get left right -o value', 2)).toContain('-o json');
  });

  test('folders are browsed, and the list goes below one', async () => {
    await set('pay/eu/card', '1');
    await set('pay/us/card', '2');
    await set('pay/key', '3');
    expect(await cli.ok('secrets folders -o value')).toContain('pay\n');
    expect(await cli.ok('secrets folders pay -o value')).toBe('pay/eu\npay/us\n');
    expect((await cli.ok('secrets list --folder pay -o value')).trim().split('\n').sort()).toEqual([
      'pay/eu/card',
      'pay/key',
      'pay/us/card',
    ]);
  });
});

describe('the rest of its life', () => {
  test('disabled it is read no more, neither whole nor one version; enabled it is again', async () => {
    await set('switch', 'one');
    await cli.ok('secrets set switch', { stdin: 'two' });
    expect(await cli.ok('secrets disable switch@1')).toBe('Disabled: switch@1\n');
    expect(await cli.fails('secrets get switch@1', 5)).toContain('keyferry secrets enable');
    expect(await cli.ok('secrets get switch')).toBe('two');
    await cli.ok('secrets enable switch@1');
    expect(await cli.ok('secrets get switch@1')).toBe('one');
    await cli.ok('secrets disable switch');
    expect(await cli.fails('secrets get switch', 5)).toContain('secret_disabled');
    await cli.ok('secrets enable switch');
    expect(await cli.ok('secrets get switch')).toBe('two');
  });

  test('edit changes what is not the value; nothing given is refused', async () => {
    await set('edited', 'one', '--tag old');
    const more =
      '--tag new --tag newer --attribute owner=ops --description "of the shop" --expires 2090-01-01T00:00:00Z';
    expect(await cli.ok(`secrets edit edited ${more} --expiry delete`)).toBe('Changed: edited\n');
    const id = await idOf('edited');
    expect(await look(id)).toMatchObject({
      tags: ['new', 'newer'],
      attributes: { owner: 'ops' },
      description: 'of the shop',
      onExpiry: 'delete',
    });
    await cli.ok('secrets edit edited --expires never --write-only --clear-tags');
    expect(await look(id)).toMatchObject({
      tags: [],
      expiresAt: null,
      writeOnly: true,
      description: 'of the shop',
    });
    expect(await cli.fails('secrets get edited', 3)).toContain('write_only');
    expect(await cli.fails('secrets edit edited', 2)).toContain('There is nothing to change.');
    expect(await cli.fails('secrets edit edited --expiry delete', 2)).toContain('--expires');
  });

  test('rename moves it and its copy, and rollback makes an older value the newest', async () => {
    await set('before', 'one', '--target target-1');
    await cli.ok('secrets set before -w', { stdin: 'two' });
    expect(await cli.ok('secrets rename before moved/after')).toBe('Renamed: before is moved/after now\n');
    expect(await cli.ok('secrets get moved/after')).toBe('two');
    await cli.fails('secrets get before', 4);
    await eventually(
      async () => (await cli.ok('targets list moved/after -o value')).trim() === 'target-1 synced',
      'the copy has moved',
    );
    expect((await cli.ok('profiles entries target-1 -o value')).trim()).toContain('moved/after');
    await cli.ok('secrets set moved/after -w', { stdin: 'three' });
    const versions = await cli.json<{ version: number }[]>('secrets versions moved/after');
    const newest = versions[0]?.version ?? 0;
    expect(await cli.ok(`secrets rollback moved/after ${newest - 1}`)).toContain(`moved/after@${newest + 1}`);
    expect(await cli.ok('secrets get moved/after')).toBe('two');
  });

  test('a version is destroyed for good, after being asked', async () => {
    await set('versions', 'one');
    await cli.ok('secrets set versions', { stdin: 'two' });
    expect(await cli.fails('secrets delete-version versions@1', 2)).toContain('--yes');
    expect(await cli.ok('secrets delete-version versions@1 --yes')).toBe('Destroyed: versions@1\n');
    await cli.fails('secrets get versions@1', 5);
    expect(await cli.json<{ state: string }[]>('secrets versions versions')).toMatchObject([
      { state: 'enabled' },
      { state: 'destroyed' },
    ]);
    expect(await cli.fails('secrets delete-version versions --yes', 2)).toContain('Which version?');
  });

  test('deleted it is gone with its copy, restored it is back; destroyed it stays gone', async () => {
    await set('mortal', 'alive', '--target target-1 -w');
    const id = await idOf('mortal');
    expect(await cli.fails('secrets delete mortal', 2)).toContain('Say so with --yes.');
    expect(await cli.ok('secrets delete mortal --yes -w')).toContain(`keyferry secrets restore ${id}`);
    expect(await cli.fails('secrets get mortal', 5)).toContain('keyferry secrets restore');
    expect(await cli.ok('secrets list --state deleted -o value')).toContain('mortal\n');
    expect(await cli.ok('profiles entries target-1 -o value')).not.toContain('mortal');
    expect(await cli.ok('secrets restore mortal -w')).toContain('Restored: mortal');
    expect(await cli.ok('secrets get mortal')).toBe('alive');
    expect(await cli.ok('profiles entries target-1 -o value')).toContain('mortal');

    await cli.ok('secrets delete mortal --yes --keep-copies');
    expect(await cli.ok(`secrets delete ${id} --destroy --yes`)).toBe('Destroyed: mortal\n');
    expect(await cli.fails('secrets restore mortal', 4)).toContain('keyferry secrets list --state deleted');
    expect(await look(id)).toMatchObject({ state: 'destroyed' });
  });

  test('protected it cannot be deleted until that is lifted', async () => {
    await set('guarded', 'g');
    await cli.ok('secrets protect guarded');
    expect(await cli.fails('secrets delete guarded --yes', 5)).toContain('secrets protect --off');
    expect(await cli.ok('secrets protect guarded --off')).toBe('No longer protected: guarded\n');
    await cli.ok('secrets delete guarded --yes');
  });

  test('its value moves to another source', async () => {
    await set('wanders', 'here');
    expect(await cli.ok('secrets move-source wanders target-1 --yes')).toContain('wanders is at target-1 now');
    expect(await look(await idOf('wanders'))).toMatchObject({ sourceProfileId: scene.targets[0]?.profileId });
    expect(await cli.ok('secrets get wanders')).toBe('here');
  });
});

describe('customers', () => {
  test('have secrets of their own beside those that all share', async () => {
    expect(await cli.ok('customers create acme --name Acme')).toContain('Created customer: acme');
    await cli.ok('customers create empty');
    await set('license', 'for all');
    await set('license', 'of acme', '--customer acme');
    await set('only-shared', 'same for all');
    expect(await cli.ok('secrets get license')).toBe('for all');
    expect(await cli.ok('secrets get license --customer acme')).toBe('of acme');
    await cli.fails('secrets get license --customer empty', 4);
    expect(await cli.ok('secrets get license --customer empty --fallback')).toBe('for all');
    expect(await cli.ok('secrets list --customer acme -o value')).toBe('license\n');
    expect(await cli.ok('secrets list')).toMatch(/NAME +CUSTOMER[\s\S]*license +acme/);
    expect(await cli.ok('secrets list --customer shared -o value')).toContain('only-shared\n');
    expect(await cli.fails('secrets set license --customer nobody', 4, { stdin: 'x' })).toContain('--customer');
    const template = '{{ .Secrets.license }}';
    expect(await cli.ok('render --customer acme', { stdin: template })).toBe('of acme');
    await set('pure', 'x');
    await cli.ok('secrets edit pure --write-only');
    const exported = await cli.run('secrets export --customer acme --fallback');
    expect(JSON.parse(exported.out)).toMatchObject({ license: { payload: { value: 'of acme' } } });
    expect(exported.err).toContain('Not exported, because it is write-only: pure\n');
    expect(JSON.parse(await cli.ok('secrets export --customer acme'))).toEqual({
      license: { type: 'generic', payload: { value: 'of acme' } },
    });
  });

  test('are renamed, listed, and deleted when they have no secrets', async () => {
    await cli.ok('customers create brief');
    expect(await cli.ok('customers rename brief "Brief & Co"')).toBe('Renamed: brief is Brief & Co now\n');
    expect(await cli.json('customers show brief')).toMatchObject({ slug: 'brief', name: 'Brief & Co' });
    expect(await cli.ok('customers list -o value')).toContain('brief\n');
    await set('kept', 'x', '--customer brief');
    expect(await cli.fails('customers delete brief --yes', 5)).toContain('in_use');
    await cli.ok('secrets delete kept --customer brief --yes');
    await cli.ok('secrets restore kept --customer brief');
    expect(await cli.ok('secrets get kept --customer brief')).toBe('x');
    await cli.ok('customers create gone');
    expect(await cli.ok('customers delete gone --yes')).toBe('Deleted customer: gone\n');
    await cli.fails('customers show gone', 4);
  });
});

describe('consumers', () => {
  test('are registered, shown with the secret, and asked before it goes', async () => {
    await set('used', 'x');
    expect(await cli.ok('consumers create web --secret used --secret used@1 --description "the shop"')).toBe(
      'Registered: web reads used@1, used@latest_enabled\n',
    );
    expect(await cli.ok('secrets uses used')).toMatch(/web +latest_enabled +1/);
    expect(await cli.ok('consumers list --secret used')).toContain('the shop');
    const { id } = await cli.json<{ id: string }>('consumers show web');
    const refused = await cli.fails('secrets delete used --yes', 5);
    expect(refused).toContain(`web: --confirm ${id}`);
    await cli.fails('secrets rename used other', 5);
    await cli.ok(`secrets rename used other --confirm ${id}`);
    await cli.ok('secrets delete other --yes --confirm all');
    expect(await cli.ok('consumers delete web --yes')).toBe('Forgotten: web\n');
    expect(await cli.fails('consumers show web', 4)).toContain('keyferry consumers list');
    expect(await cli.fails('consumers create web', 2)).toContain('--template');
  });
});
