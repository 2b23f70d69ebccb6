import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createKeyring, KEY_PURPOSES } from '../../../src/crypto/keyring.ts';
import { SealError, type SealPlace, seal, sealedKeyId, unseal } from '../../../src/crypto/seal.ts';

const first = { id: 'k1', bytes: randomBytes(32) };
const second = { id: 'k2', bytes: randomBytes(32) };
const keyring = createKeyring([first]);
const place: SealPlace = {
  purpose: 'change-payload',
  organizationId: '00000000-0000-0000-0000-000000000001',
  table: 'change_requests',
  rowId: 'row-1',
  detail: 'revision 1',
};
const { detail: _, ...withoutDetail } = place;
const plain = Buffer.from('a value that must not be seen');

test('what was sealed opens in its place', () => {
  for (const content of [plain, Buffer.alloc(0), randomBytes(70_000)]) {
    expect(unseal(keyring, place, seal(keyring, place, content)).equals(content)).toBe(true);
  }
});

test('nothing of the content shows, and no two seals are alike', () => {
  const sealed = seal(keyring, place, plain);
  expect(sealed.includes(plain)).toBe(false);
  expect(sealed.equals(seal(keyring, place, plain))).toBe(false);
});

test('it opens in no other row, tenant, table, purpose or revision', () => {
  const sealed = seal(keyring, place, plain);
  const elsewhere: SealPlace[] = [
    { ...place, rowId: 'row-2' },
    { ...place, organizationId: '00000000-0000-0000-0000-000000000002' },
    { ...place, table: 'vaults' },
    { ...place, detail: 'revision 2' },
    withoutDetail,
    ...KEY_PURPOSES.filter((purpose) => purpose !== place.purpose).map((purpose) => ({ ...place, purpose })),
    // The parts cannot be shifted against each other either.
    { ...place, table: 'change_requestsrow-1', rowId: '' },
    { ...place, rowId: 'row-1revision 1', detail: '' },
  ];
  for (const other of elsewhere) expect(() => unseal(keyring, other, sealed)).toThrow(SealError);
});

test('every flipped bit and every truncation is noticed', () => {
  const sealed = seal(keyring, place, plain);
  for (let at = 0; at < sealed.length; at++) {
    for (const bit of [0x01, 0x80]) {
      const altered = Buffer.from(sealed);
      altered.writeUInt8(altered.readUInt8(at) ^ bit, at);
      expect(() => unseal(keyring, place, altered), `byte ${at}`).toThrow(SealError);
    }
    expect(() => unseal(keyring, place, sealed.subarray(0, at)), `cut at ${at}`).toThrow(SealError);
  }
  expect(() => unseal(keyring, place, Buffer.concat([sealed, Buffer.from([0])]))).toThrow(SealError);
});

test('parts of two seals for one place do not combine', () => {
  const [one, other] = [seal(keyring, place, plain), seal(keyring, place, plain)];
  const wrappedEnd = 2 + 2 + 12 + 32 + 16;
  const mixed = Buffer.concat([one.subarray(0, wrappedEnd), other.subarray(wrappedEnd)]);
  expect(() => unseal(keyring, place, mixed)).toThrow(SealError);
});

test('another format byte is refused', () => {
  const sealed = seal(keyring, place, plain);
  for (const format of [0, 2, 255]) {
    const altered = Buffer.from(sealed);
    altered[0] = format;
    expect(() => unseal(keyring, place, altered)).toThrow(SealError);
  }
});

test('an older key of the ring opens, another key of the same id does not, nor a missing one', () => {
  const sealed = seal(keyring, place, plain);
  expect(sealedKeyId(sealed)).toBe('k1');
  const rotated = createKeyring([second, first]);
  expect(unseal(rotated, place, sealed).equals(plain)).toBe(true);
  expect(sealedKeyId(seal(rotated, place, plain))).toBe('k2');
  expect(() => unseal(createKeyring([second]), place, sealed)).toThrow(SealError);
  expect(() => unseal(createKeyring([{ id: 'k1', bytes: second.bytes }]), place, sealed)).toThrow(SealError);
  // Renamed to a key that exists: the id is authenticated.
  const renamed = Buffer.concat([sealed.subarray(0, 2), Buffer.from('k2'), sealed.subarray(4)]);
  expect(() => unseal(rotated, place, renamed)).toThrow(SealError);
});

test('a PIN and a password are sealed to the same size', () => {
  const size = (length: number) => seal(keyring, place, Buffer.alloc(length, 'x')).length;
  expect(size(4)).toBe(size(40));
  expect(size(60)).toBe(size(0));
  expect(size(61)).toBe(size(60) + 64);
});

test('the error says nothing of content, place or key', () => {
  const sealed = seal(keyring, place, plain);
  try {
    unseal(keyring, { ...place, rowId: 'row-2' }, sealed);
    expect.unreachable();
  } catch (error) {
    expect(String(error)).toBe('SealError: sealed data does not open in this place');
    expect(error).not.toHaveProperty('cause');
  }
});
