import { createMutate, type Mutate } from '../../src/api/mutation.ts';
import { createChangeService } from '../../src/approvals/change-service.ts';
import type { ChangeSubject } from '../../src/approvals/change-subject.ts';
import { createGovern, type Govern } from '../../src/approvals/govern.ts';
import type { Keyring } from '../../src/crypto/keyring.ts';
import type { Db } from '../../src/db.ts';

/** Nothing waits behind this door, so nobody asks again. */
const nothingWaits: ChangeSubject = {
  policies: async () => [],
  mayStill: () => true,
  obstacle: async () => undefined,
  released: async () => undefined,
  reopened: async () => undefined,
};

/** The door of administrative operations, without anybody behind it who carries out what waits. */
export function governedDoor(on: { readonly db: Db; readonly keyring: Keyring }): {
  readonly mutate: Mutate;
  readonly govern: Govern;
} {
  const mutate = createMutate(on);
  const changes = createChangeService({
    ...on,
    doorbell: { ring: () => undefined },
    subject: nothingWaits,
    leaseMs: 5_000,
    defaultExpiryHours: 72,
  });
  return { mutate, govern: createGovern({ ...on, changes, mutate }) };
}
