import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, must, type Scene, startScene } from '../support/scene.ts';
import { type SecretPlace, type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { entryAt, isKnown, putForeign, textAt } from '../support/vault-entries.ts';

let scene: Scene;
let desk: SyncDesk;

beforeAll(async () => {
  scene = await startScene({ targets: 4 });
  desk = syncDesk(scene);
});
afterAll(() => scene.close());

const renamed = 'moved/{project}/{path}/{name}';
const move = (place: SecretPlace, naming = renamed, more: Record<string, unknown> = {}) =>
  scene.admin('PATCH', `/v1/vault-profiles/${place.profileId}`, { naming, moveCopies: true, ...more });
const leftAt = (place: SecretPlace) =>
  scene.broker.db.query('select path from left_entries where profile_id = $1::uuid', [place.profileId]);
const tidy = (place: SecretPlace) =>
  eventually(async () => (await leftAt(place)).length === 0, 'every old entry is dealt with');

async function synced(name: string, place: SecretPlace) {
  const made = await desk.made(name, [place]);
  await desk.inState(made.id, place, 'synced');
  return made;
}

test('copies move to their new names: made and proved there first, then gone from the old ones', async () => {
  const place = desk.place(0);
  const made = await Promise.all(['one', 'two', 'three'].map((name) => synced(name, place)));
  const before = place.vault.journal.length;
  must(await move(place), 200);
  for (const { id } of made) await desk.inState(id, place, 'synced');
  await tidy(place);
  for (const [index, { id, path }] of made.entries()) {
    const to = `moved/shop/${['one', 'two', 'three'][index]}`;
    expect((await desk.target(id, place)).remotePath).toBe(to);
    expect(await textAt(place.vault, to)).toBe('v1');
    expect((await entryAt(place.vault, to))?.labels).toMatchObject({ 'keyferry-secret': id });
    expect(await isKnown(place.vault, path)).toBe(false);
    const after = place.vault.journal.slice(before).map((entry) => entry.path);
    expect(after.indexOf(`secret/${to}`)).toBeLessThan(after.indexOf(`secret/${path}`));
    // The source's value stayed where it was, and the copy goes on from there.
    await desk.write(id, 2);
    await desk.inState(id, place, 'synced');
  }
  await eventually(async () => (await textAt(place.vault, 'moved/shop/one')) === 'v2', 'the next version arrives');
  // The old names are free again, for whoever is named so now.
  must(await move(place, '{organization}/{project}/{path}/{name}'), 200);
  await tidy(place);
  expect(await textAt(place.vault, made[0]?.path ?? '')).toBe('v2');
});

test('the old entry stays for as long as the new one is not proved, and nothing else is moved meanwhile', async () => {
  const place = desk.place(1);
  const { id, path } = await synced('slow', place);
  const script = place.vault.script({ path: 'data/moved/', steps: { status: 500 } });
  must(await move(place), 200);
  await desk.inState(id, place, 'failed');
  await scene.broker.scanner.scan();
  expect(await textAt(place.vault, path)).toBe('v1');
  const again = await move(place, 'again/{project}/{path}/{name}');
  expect([again.status, again.json.code]).toEqual([409, 'change_in_progress']);
  script.remove();
  await eventually(async () => {
    await desk.hurry(id);
    return (await leftAt(place)).length === 0;
  }, 'moved');
  expect(await textAt(place.vault, 'moved/shop/slow')).toBe('v1');
  expect(await isKnown(place.vault, path)).toBe(false);
});

test('what is not ours stays, at the old name and at the new one', async () => {
  const place = desk.place(2);
  const [kept, blocked] = [await synced('kept', place), await synced('blocked', place)];
  // Somebody made the old entry their own; somebody is in the new place of the other.
  const old = await fetch(`${place.vault.url}/v1/secret/metadata/${kept.path}`, {
    method: 'DELETE',
    headers: { 'x-vault-token': place.vault.token },
  });
  expect(old.ok).toBe(true);
  await putForeign(place.vault, kept.path, { value: 'theirs' });
  await putForeign(place.vault, 'moved/shop/blocked', { value: 'theirs' });
  must(await move(place), 200);
  await desk.inState(kept.id, place, 'synced');
  await desk.inState(blocked.id, place, 'conflict');
  await eventually(async () => (await leftAt(place)).length === 1, 'one is dealt with');
  expect(await textAt(place.vault, kept.path)).toBe('theirs');
  expect(await textAt(place.vault, 'moved/shop/kept')).toBe('v1');
  expect(await textAt(place.vault, 'moved/shop/blocked')).toBe('theirs');
  expect(await textAt(place.vault, blocked.path)).toBe('v1');
});

test('a template alone concerns secrets to come; a name that somebody holds, and other attributes, are refused', async () => {
  const place = desk.place(3);
  const { id, path } = await synced('stays', place);
  must(await scene.admin('PATCH', `/v1/vault-profiles/${place.profileId}`, { naming: renamed }), 200);
  expect((await desk.target(id, place)).remotePath).toBe(path);
  const naming = 'third/{project}/{path}/{name}';
  const refused = await move(place, naming, { attributes: { prefix: 'else' } });
  expect([refused.status, refused.json.code]).toEqual([422, 'invalid_input']);
  await scene.broker.db.query(
    `insert into remote_entries (place, entry, path, secret_id, profile_id)
     select place, replace(entry, path, 'third/shop/stays'), 'third/shop/stays', secret_id, profile_id from remote_entries
     where profile_id = $1::uuid and path = $2`,
    [place.profileId, path],
  );
  const taken = await move(place, naming);
  expect([taken.status, taken.json.code]).toEqual([409, 'remote_path_taken']);
  expect((await desk.target(id, place)).remotePath).toBe(path);
});
