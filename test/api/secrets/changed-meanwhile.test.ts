import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Proposal } from '../../../src/secrets/change-opener.ts';
import { createExpiredSecrets } from '../../../src/secrets/expired-secrets.ts';
import { lockWaiters } from '../../support/lock-waiters.ts';
import { eventually, must, type Scene, startScene } from '../../support/scene.ts';

/*
 * Between the look at a secret and the lock on it somebody else's change takes effect. What was looked at is not written to, and not
 * taken away, as if it were still the same.
 */
let scene: Scene;
let hold: (() => Promise<void>) | undefined;

beforeAll(async () => {
  scene = await startScene({
    workers: false,
    async failpoint(name) {
      const first = hold;
      if (name !== 'write.before-open') return;
      hold = undefined;
      await first?.();
    },
  });
});
afterAll(() => scene.close());

/** `second` happens between the look of `first` at the secret and its lock on it; answers with what `first` got. */
function overtaken<T>(first: () => Promise<T>, second: () => Promise<unknown>): Promise<T> {
  hold = async () => {
    await second();
  };
  return first();
}

const write = (id: string, value = 'two') => scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value } });
const content = async (id: string) =>
  must(await scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`), 200).payload;
const CONFLICT = { status: 409, code: 'revision_conflict' };

test('a version is not written where the profile has just left', async () => {
  const { db } = scene.broker;
  const id = await scene.secret('carried-off');
  const path = `/v1/vault-profiles/${scene.source.profileId}`;
  const { moving, writing } = await db.transaction(async (tx) => {
    await tx.query('select 1 from audit_heads for update');
    const moving = scene.admin('PATCH', path, { attributes: { prefix: 'elsewhere' } });
    await eventually(async () => (await lockWaiters(db)) === 1, 'the profile is about to have moved');
    const writing = write(id);
    await eventually(async () => (await lockWaiters(db)) === 2, 'the version waits for it');
    return { moving, writing };
  });
  must(await moving, 200);
  expect((await writing).json).toMatchObject(CONFLICT);
  must(await scene.admin('PATCH', path, { attributes: { prefix: null } }), 200);
  expect(await content(id)).toEqual({ value: 'one' });
});

test('a version is not written where the secret has just left', async () => {
  const id = await scene.secret('leaving');
  const answer = await overtaken(
    () => write(id),
    () => scene.admin('POST', `/v1/secrets/${id}/rename`, { name: 'left' }),
  );
  expect(answer.json).toMatchObject(CONFLICT);
  expect(await content(id)).toEqual({ value: 'one' });
  must(await write(id), 201);
  expect(await content(id)).toEqual({ value: 'two' });
});

test('what was just protected is not deleted, and what was just disabled gets no version', async () => {
  const id = await scene.secret('precious');
  const now = (what: string) => () => scene.admin('POST', `/v1/secrets/${id}/${what}`, {});
  const deletion = await overtaken(() => scene.admin('DELETE', `/v1/secrets/${id}`, {}), now('protect'));
  expect(deletion.json).toMatchObject(CONFLICT);
  const version = await overtaken(() => write(id), now('disable'));
  expect(version.json).toMatchObject(CONFLICT);
  expect(must(await scene.admin('GET', `/v1/secrets/${id}`), 200)).toMatchObject({ state: 'active', latestVersion: 1 });
});

test('whoever waited while the source was changed is told so, and no wrong version', async () => {
  const { db } = scene.broker;
  const id = await scene.secret('resettled');
  const { writing } = await db.transaction(async (tx) => {
    await tx.query('update secrets set source_profile_id = $2::uuid where id = $1::uuid', [
      id,
      scene.targets[0]?.profileId,
    ]);
    const writing = write(id);
    await eventually(async () => (await lockWaiters(db)) === 1, 'the version waits');
    return { writing };
  });
  expect((await writing).json).toMatchObject(CONFLICT);
});

test.each([
  ['a secret', 'lifetime', ''],
  ['a version', 'versionLifetime', '/versions/1'],
])('%s that is given more time while its end is about to come does not end', async (_, column, of) => {
  const { db, scanner } = scene.broker;
  const body = {
    project: 'shop',
    name: `lasting-${column.toLowerCase()}`,
    type: 'key_value',
    payload: { value: 'one' },
  };
  const lasting = {
    ...body,
    sourceProfileId: scene.source.profileId,
    [column]: { ttlSeconds: 3_600, action: 'disable' },
  };
  const id = must(await scene.admin('POST', '/v1/secrets', lasting), 201).secretId as string;
  const where =
    of === '' ? 'secrets set expires_at = now() where id' : 'secret_versions set expires_at = now() where secret_id';
  await db.query(`update ${where} = $1::uuid`, [id]);
  await overtaken(
    () => scanner.scan(),
    () => scene.admin('PATCH', `/v1/secrets/${id}${of}`, { lifetime: { ttlSeconds: 3_600, action: 'disable' } }),
  );
  expect(await content(id)).toEqual({ value: 'one' });
  expect(must(await scene.admin('GET', `/v1/secrets/${id}`), 200)).toMatchObject({ enabled: true });
});

test('what was restored after its window is not destroyed', async () => {
  const { db } = scene.broker;
  const id = await scene.secret('back-again');
  must(await scene.admin('DELETE', `/v1/secrets/${id}`, {}), 200);
  await db.query('update secrets set destroy_after = now() where id = $1::uuid', [id]);
  const asked: unknown[] = [];
  let restored = false;
  const query: typeof db.query = async (text, params) => {
    const rows = await db.query(text, params);
    if (!restored) must(await scene.admin('POST', `/v1/secrets/${id}/restore`, {}), 200);
    restored = true;
    return rows as never;
  };
  const propose = async (_: unknown, { draft }: Proposal) => {
    asked.push(draft);
    throw new Error('nobody asks for anything');
  };
  await createExpiredSecrets({ db: { query }, opener: { propose } }).destroyDue();
  expect(asked).toEqual([]);
});
