import { expect, test } from 'vitest';
import { must, targetsIn } from '../../support/answers.ts';
import { eachKind, fieldsAt, textAt, useFaultDesk } from '../../support/fault-desk.ts';
import { EMULATED_NAMES, type EmulatedName } from '../../support/mixed-scene.ts';

const it = useFaultDesk();

const LIMIT = 65_536;
type Fields = Readonly<Record<string, Buffer>>;
const PAYLOADS: Readonly<Record<string, Fields>> = {
  nul: { value: Buffer.from('a\0b\0') },
  emoji: { value: Buffer.from('🔑 clé ключ 鍵') },
  'bad-utf8': { value: Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x80]) },
  bytes: { value: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)) },
  lines: { value: Buffer.from('one\r\ntwo\n\n\tthree\u2028 four \ufeff') },
  'byte-order-mark': { value: Buffer.from('\ufefftext') },
  'looks-encoded': { value: Buffer.from('base64:AAAA') },
  'empty-field': { full: Buffer.from('x'), empty: Buffer.alloc(0) },
  json: { value: Buffer.from('{"a":"\\u0000","b":[1e999]}') },
  template: { value: Buffer.from('{{ .Secrets.KEY }} $HOME $(id) %2e%2e') },
};
/** What a payload of one field may hold at most. */
const ROOM = LIMIT - 'value'.length;

const asInput = (fields: Fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, bytes]) => [name, { base64: bytes.toString('base64') }]));

async function make(name: string, sourceProfileId: string, targets: readonly string[], fields: Fields) {
  return it.scene.admin('POST', '/v1/secrets', {
    project: 'shop',
    name,
    type: 'key_value',
    sourceProfileId,
    targets: targets.map((profileId) => ({ profileId })),
    payload: asInput(fields),
  });
}

function expectSame(found: Record<string, Buffer> | undefined, fields: Fields, where: string): void {
  expect(Object.keys(found ?? {}).sort(), where).toEqual(Object.keys(fields).sort());
  for (const [field, bytes] of Object.entries(fields)) expect(found?.[field]?.equals(bytes), where).toBe(true);
}

/** How the vendor's names of entries begin that lie below `ours/shop`. */
const BELOW: Readonly<Record<EmulatedName, string>> = {
  'aws-secrets-manager': 'ours/shop/',
  'gcp-secret-manager': 'projects/481516234200/secrets/ours__shop__',
  'gcp-secret-manager-rest': 'projects/481516234200/secrets/ours__shop__',
  'hashicorp-vault': 'team-a/kv/apps/ours/shop/',
  kubernetes: 'team-a/ours.shop.',
  'kubernetes-shared': 'team-a/shared/ours__shop__',
  scaleway: '/ours/shop/',
};

const HOSTILE: readonly string[] = [
  '..',
  '.',
  '../other',
  'a/../../other',
  'a/./b',
  '%2e%2e',
  '%2e%2e%2fother',
  'a%2fb',
  '..%2f..%2fsys',
  '//other',
  'a//b',
  '/other',
  'a/',
  'dot.',
  'space ',
  ' space',
  'back\\slash',
  'nul\u0000',
  'line\nbreak',
  'tab\t',
  'caf\u00e9',
  'cafe\u0301',
  '\u202eright',
  '\uff0e\uff0e',
  '*',
  'a?b',
  'a#b',
  'a:b',
  'a;b',
  "a'b",
  '$(id)',
  'x'.repeat(300),
];

const LEGAL: readonly string[] = [
  'Upper',
  'upper',
  'UPPER',
  'a_b',
  'a__b',
  'a-b',
  'a--b',
  'a-_b',
  'x1',
  'x01',
  'trailing-',
  'trailing_',
  `L${'o'.repeat(100)}ng`,
];

test.each(Object.keys(PAYLOADS))('%s arrives byte for byte at every kind of vault (B12)', async (name) => {
  const { source, targets, admin } = it.scene;
  const fields = PAYLOADS[name] ?? {};
  const profiles = targets.map(({ profileId }) => profileId);
  const id = must(await make(name, source.profileId, profiles, fields), 201).secretId as string;
  await targetsIn(admin, id, 'synced');
  for (const place of targets) expectSame(await fieldsAt(place, `default/shop/${name}`), fields, place.name);
});

eachKind(it, (name) => {
  test.sequential('every byte comes back from it as a source (B12)', async () => {
    const place = it.at(name);
    for (const [payload, fields] of Object.entries(PAYLOADS)) {
      const id = must(await make(`from-${name}-${payload}`, place.profileId, [], fields), 201).secretId as string;
      const content = must(await it.scene.admin('GET', `/v1/secrets/${id}/versions/1/content`), 200);
      const shown = Object.entries(content.payload as Record<string, string | { base64: string }>);
      const found = shown.map(([field, value]) => [
        field,
        typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.base64, 'base64'),
      ]);
      expectSame(Object.fromEntries(found), fields, payload);
    }
  });

  test.sequential('64 KiB arrive whole or are refused up front, and one byte more is always refused (B12)', async () => {
    const place = it.at(name);
    const { source } = it.scene;
    for (const [what, filling] of [['text', 'x'] as const, ['bytes', 0xfe] as const]) {
      const secret = `largest-${what}-${name}`;
      const fields = { value: Buffer.alloc(ROOM, filling) };
      const before = [place.world.changes(), place.world.arrived('write')];
      const made = await make(secret, source.profileId, [place.profileId], fields);
      if (made.status === 201) {
        await targetsIn(it.scene.admin, made.json.secretId as string, 'synced');
        expectSame(await fieldsAt(place, `default/shop/${secret}`), fields, what);
      } else {
        expect([made.status, made.json.code]).toEqual([413, 'payload_too_large']);
        expect([place.world.changes(), place.world.arrived('write')]).toEqual(before);
        expect((await it.scene.admin('GET', `/v1/projects/shop/secrets/${secret}`)).status).toBe(404);
      }
      const known = [place.world.changes(), place.world.arrived('write')];
      const more = { value: Buffer.alloc(ROOM + 1, filling) };
      for (const [from, to] of [[source.profileId, [place.profileId]] as const, [place.profileId, []] as const]) {
        const refused = await make(`larger-${what}-${name}`, from, to, more);
        expect([refused.status, refused.json.code]).toEqual([413, 'payload_too_large']);
      }
      expect([place.world.changes(), place.world.arrived('write')]).toEqual(known);
    }
  });

  test.sequential('a foreign entry in the way stays as it is, and the target says so (B7)', async () => {
    const place = it.at(name);
    const path = `default/shop/taken-${name}`;
    await place.foreign.write(path, 'value', 'theirs');
    await place.foreign.decorate?.(path);
    const before = await place.world.snapshot();
    const { id, path: made } = await it.desk.made(`taken-${name}`, [place]);
    expect(made).toBe(path);
    const target = await it.desk.inState(id, place, 'conflict');
    expect(target).toMatchObject({ code: 'foreign_entry', observedVersion: null });
    await it.desk.write(id, 2);
    await it.desk.call('POST', `/v1/secrets/${id}/sync`);
    await it.run(place);
    await it.desk.inState(id, place, 'conflict');
    expect(await place.world.snapshot()).toEqual(before);
    await it.desk.call('POST', `/v1/secrets/${id}/destroy`);
    await it.seen(id, place, 'an end', ({ state }) => state === 'removed');
    expect(await place.world.snapshot()).toEqual(before);

    const { id: wanted } = await it.desk.made(`wanted-${name}`, []);
    await place.foreign.write(`default/shop/wanted-${name}`, 'value', 'theirs');
    const added = { profileId: place.profileId, onConflict: 'overwrite' };
    await it.desk.call('POST', `/v1/secrets/${wanted}/targets`, added);
    await it.desk.inState(wanted, place, 'synced');
    expect(await textAt(place, `default/shop/wanted-${name}`)).toBe('v1');
  });

  test.sequential('two profiles on one real place are refused, when saved and when used (B7)', async () => {
    const place = it.at(name);
    const { admin } = it.scene;
    const { attributes } = place.world;
    const again = (body: object) =>
      admin('POST', '/v1/vault-profiles', { name: `${name} again`, vaultId: place.vaultId, attributes, ...body });
    expect((await again({})).json).toMatchObject({ status: 409, code: 'remote_path_taken' });
    // The same vault by another name, with the same settings.
    const { kind, settings } = place.world;
    const twin = must(await admin('POST', '/v1/vaults', { name: `${name} twin`, kind, settings }), 201);
    expect((await again({ vaultId: twin.id })).json).toMatchObject({ status: 409, code: 'remote_path_taken' });
    // Not always the same entries, but for this organization.
    const overlap = must(await again({ naming: 'default/{project}/{path}/{name}', vaultId: twin.id }), 201);
    const { id } = await it.desk.made(`double-${name}`, [place]);
    await it.desk.inState(id, place, 'synced');
    const before = place.world.changes();
    const added = await admin('POST', `/v1/secrets/${id}/targets`, { profileId: overlap.id });
    expect(added.json).toMatchObject({ status: 409, code: 'remote_path_taken' });
    expect(place.world.changes()).toBe(before);
    expect(await it.desk.targets(id)).toHaveLength(1);
  });
});

test('text and its bytes are the same content', async () => {
  const place = it.at('hashicorp-vault');
  const fields = { value: Buffer.from('clé') };
  const id = must(await make('same-bytes', place.profileId, [], fields), 201).secretId as string;
  const before = place.world.changes();
  const written = await it.scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'clé' } });
  expect(must(written, 200).unchanged).toBe(true);
  expect(place.world.changes()).toBe(before);
});

test('no name leaves its prefix at any vault (F5)', async () => {
  const { scene } = it;
  const { admin } = scene;
  const naming = 'ours/{project}/{path}/{name}';
  const places = await Promise.all(EMULATED_NAMES.map((name) => scene.place(name, { naming })));
  const body = (part: object) => ({
    project: 'shop',
    type: 'api_key',
    sourceProfileId: scene.source.profileId,
    targets: places.map(({ profileId }) => ({ profileId })),
    payload: { value: 'v1' },
    ...part,
  });
  for (const hostile of HOSTILE) {
    for (const part of [{ name: hostile }, { name: 'fine', path: hostile }]) {
      const refused = await admin('POST', '/v1/secrets', body(part));
      expect([refused.status, refused.json.code], hostile).toEqual([422, 'invalid_input']);
    }
  }
  for (const { profileId, world } of places) {
    const climbing = { naming: 'ours/../{project}/{path}/{name}' };
    expect((await admin('PATCH', `/v1/vault-profiles/${profileId}`, climbing)).status).toBe(422);
    expect(world.changes()).toBe(0);
  }

  const legal = [...LEGAL.map((name) => ({ name, path: 'k' })), { name: 'deep', path: 'k/A/b/C' }];
  for (const part of legal) {
    const { secretId } = must(await admin('POST', '/v1/secrets', body(part)), 201);
    await targetsIn(admin, String(secretId), 'synced');
  }
  for (const { name, world } of places) {
    const below = name === 'builtin' ? '' : BELOW[name];
    const keys = Object.keys(await world.snapshot()).filter((key) => key !== 'team-a/shared');
    expect(keys, name).toHaveLength(legal.length);
    for (const key of keys) expect(key.startsWith(below), key).toBe(true);
  }
});
