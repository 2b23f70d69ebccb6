import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, startScene, targetsIn } from '../support/scene.ts';
import { appliedAt, entryAt } from '../support/vault-entries.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ targets: 2 });
});
afterAll(() => scene.close());

const LIMIT = 65_536;
const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const PAYLOADS: Readonly<Record<string, Readonly<Record<string, Buffer>>>> = {
  nul: { value: Buffer.from('a\0b\0') },
  emoji: { value: Buffer.from('🔑 clé ключ 鍵') },
  'bad-utf8': { value: Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x80]) },
  bytes: { value: every },
  lines: { value: Buffer.from('one\r\ntwo\n\n\tthree\u2028 four \ufeff') },
  'byte-order-mark': { value: Buffer.from('\ufefftext') },
  'looks-encoded': { value: Buffer.from('base64:AAAA') },
  'empty-field': { full: Buffer.from('x'), empty: Buffer.alloc(0) },
  json: { value: Buffer.from('{"a":"\\u0000","b":[1e999]}') },
  template: { value: Buffer.from('{{ .Secrets.KEY }} $HOME $(id) %2e%2e') },
  largest: { value: Buffer.alloc(LIMIT - 'value'.length, 'x') },
  'largest-bytes': { value: Buffer.alloc(LIMIT - 'value'.length, 0xfe) },
};

const asInput = (fields: Readonly<Record<string, Buffer>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, bytes]) => [name, { base64: bytes.toString('base64') }]));
const create = (name: string, payload: unknown) => ({
  project: 'shop',
  name,
  type: 'key_value',
  sourceProfileId: scene.source.profileId,
  targets: scene.targets.map(({ profileId }) => ({ profileId })),
  payload,
});

test.each(Object.keys(PAYLOADS))(
  '%s arrives byte for byte at the source, at every target and at the reader (B12)',
  async (name) => {
    const fields = PAYLOADS[name] ?? {};
    const id = must(await scene.admin('POST', '/v1/secrets', create(name, asInput(fields))), 201).secretId as string;
    await targetsIn(scene.admin, id, 'synced');
    const { sourcePath } = must(await scene.admin('GET', `/v1/secrets/${id}`), 200) as { sourcePath: string };
    for (const { vault } of [scene.source, ...scene.targets]) {
      const entry = await entryAt(vault, sourcePath);
      expect(Object.keys(entry?.fields ?? {}).sort()).toEqual(Object.keys(fields).sort());
      for (const [field, bytes] of Object.entries(fields)) expect(entry?.fields[field]?.equals(bytes)).toBe(true);
    }
    const { payload } = must(await scene.admin('GET', `/v1/secrets/${id}/versions/1/content`), 200) as {
      payload: Record<string, string | { base64: string }>;
    };
    for (const [field, bytes] of Object.entries(fields)) {
      const got = payload[field];
      const read = typeof got === 'string' ? Buffer.from(got) : Buffer.from(got?.base64 ?? '', 'base64');
      expect(read.equals(bytes)).toBe(true);
    }
  },
);

test('one byte more is refused before anything is written (B12)', async () => {
  const before = [scene.source, ...scene.targets].map(({ vault }) => vault.requests.length);
  const refused = await scene.admin('POST', '/v1/secrets', create('too-large', { value: 'x'.repeat(LIMIT - 4) }));
  expect([refused.status, refused.json.code]).toEqual([413, 'payload_too_large']);
  expect([scene.source, ...scene.targets].map(({ vault }) => vault.requests.length)).toEqual(before);
  expect((await scene.admin('GET', '/v1/projects/shop/secrets/too-large')).status).toBe(404);
});

test('text and its bytes are the same content', async () => {
  const id = must(await scene.admin('POST', '/v1/secrets', create('same-bytes', { value: 'clé' })), 201)
    .secretId as string;
  const bytes = { value: { base64: Buffer.from('clé').toString('base64') } };
  const again = must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: bytes }), 200);
  expect(again.unchanged).toBe(true);
  const { sourcePath } = must(await scene.admin('GET', `/v1/secrets/${id}`), 200) as { sourcePath: string };
  expect(appliedAt(scene.source.vault, sourcePath, 'write')).toHaveLength(1);
});
