import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, must, targetsIn } from '../support/answers.ts';
import { importDesk } from '../support/import-desk.ts';
import { type MixedPlace, type MixedScene, startMixedScene, WORLD_NAMES } from '../support/mixed-scene.ts';

let scene: MixedScene;
let desk: ReturnType<typeof importDesk>;

beforeAll(async () => {
  scene = await startMixedScene({ source: 'builtin', targets: ['hashicorp-vault'] });
  desk = importDesk(scene.admin);
});
afterAll(() => scene.close());

const call = async (method: string, path: string, body: unknown, ...statuses: number[]) =>
  must(await scene.admin(method, path, body), ...statuses);
const contentOf = async (id: string) =>
  (await call('GET', `/v1/secrets/${id}/versions/latest/content`, undefined, 200)).payload;

describe.each(WORLD_NAMES)('entries of somebody else in %s', (name) => {
  let place: MixedPlace;

  beforeAll(async () => {
    place = await scene.place(name);
  });

  async function foreign(entry: string, team = 'blue'): Promise<void> {
    await place.foreign.write(entry, 'value', `content of ${entry}`, { team });
    await place.foreign.decorate?.(entry);
  }

  test('become secrets without a change in the vault; the secret is updated, copied and rolled back', async () => {
    await foreign('one');
    await foreign('two');
    const before = await place.world.snapshot();
    const changes = name === 'builtin' ? 0 : place.world.changes();
    const items = await desk.run(place.profileId, { entries: [{ entry: 'one' }, { entry: 'two' }] });
    expect(Object.values(items).map((item) => item.state)).toEqual(['imported', 'imported']);
    if (name !== 'builtin') expect(place.world.changes()).toBe(changes);
    expect(await place.world.snapshot()).toEqual(before);

    const id = String(items.one?.secretId);
    expect(await contentOf(id)).toEqual({ value: 'content of one' });
    const [target] = scene.targets;
    await call('POST', `/v1/secrets/${id}/targets`, { profileId: target?.profileId }, 200);
    await call('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'updated' } }, 201);
    expect(await contentOf(id)).toEqual({ value: 'updated' });
    const [copy] = (await targetsIn(scene.admin, id, 'synced')) as { state: string; remotePath?: string }[];
    const atTarget = async () => (await (await target?.adapter())?.read(copy?.remotePath ?? '', signal()))?.fields;
    await eventually(async () => (await atTarget())?.get('value')?.revealText() === 'updated', 'the copy');

    const adapter = await place.adapter();
    const back = await scene.admin('POST', `/v1/secrets/${id}/rollback`, { version: 1 });
    if (adapter.capabilities.versions) {
      expect(back.status).toBe(201);
      expect(await contentOf(id)).toEqual({ value: 'content of one' });
    } else expect(back.json.code).toBe('version_content_unavailable');
    expect((await adapter.read('one', signal())).labels).not.toHaveProperty('keyferry-secret');
  });

  test('get the marker when asked, beside the labels and all else that others set', async () => {
    await foreign('marked', 'green');
    const adapter = await place.adapter();
    const { labels } = await adapter.read('marked', signal());
    const decorations = await place.foreign.decorations?.('marked');
    const green = JSON.stringify(await place.world.snapshot()).includes('green');
    const items = await desk.run(place.profileId, { entries: [{ entry: 'marked' }], marker: true });
    expect(items.marked).toMatchObject({ state: 'imported' });
    const entry = await adapter.read('marked', signal());
    expect(entry.labels).toMatchObject({ ...labels, 'keyferry-secret': items.marked?.secretId });
    expect(JSON.stringify(await place.world.snapshot()).includes('green')).toBe(green);
    expect(entry.fields.get('value')?.revealText()).toBe('content of marked');
    expect(await place.foreign.decorations?.('marked')).toEqual(decorations);
    const id = String(items.marked?.secretId);
    await call('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'updated' } }, 201);
    expect((await adapter.read('marked', signal())).labels).toMatchObject(labels);
  });

  test('are found below a folder, by their own names', async () => {
    await foreign('apps/web/key');
    await foreign('other/key');
    const items = await desk.run(place.profileId, { prefix: 'apps', dryRun: true });
    expect(items).toMatchObject({ 'apps/web/key': { state: 'ready', path: 'apps/web', name: 'key', type: 'generic' } });
    expect(Object.keys(items)).toEqual(['apps/web/key']);
  });
});

function signal() {
  return { signal: AbortSignal.timeout(5_000) };
}

test('a credential that is no longer accepted: the import waits, no attempt counts, and goes on with a new one', async () => {
  const place = await scene.place('hashicorp-vault');
  await place.foreign.write('one', 'value', 'x');
  await place.foreign.write('two', 'value', 'x');
  place.world.credential.revoke();
  const id = await desk.start(place.profileId, { entries: [{ entry: 'one' }, { entry: 'two' }] });
  await eventually(async () => (await desk.look(id)).code === 'unauthenticated', 'it waits');
  for (const item of await desk.items(id)) expect(item).toMatchObject({ state: 'pending', attempts: 0 });
  await call('PATCH', `/v1/vaults/${place.vaultId}`, { settings: place.world.credential.renewed() }, 200);
  const hurry = `update %t set next_attempt_at = clock_timestamp() where %i = $1::uuid`;
  await scene.broker.db.query(hurry.replace('%t', 'import_items').replace('%i', 'import_id'), [id]);
  await scene.broker.db.query(hurry.replace('%t', 'imports').replace('%i', 'id'), [id]);
  expect(await desk.ended(id)).toMatchObject({ state: 'completed', counts: { imported: 2 } });
});
