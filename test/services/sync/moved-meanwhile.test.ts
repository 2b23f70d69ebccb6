import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '../../support/answers.ts';
import { type Scene, startScene } from '../../support/scene.ts';

/*
 * A run may go on for as long as something is due, and its process knows the profile from when it began: whoever moves the profile
 * meanwhile, through whichever process, must not find the copies where they were.
 */

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ workers: false });
});
afterAll(() => scene.close());

test('what becomes due because its profile moved is not carried to the old place', async () => {
  const { work } = scene.broker;
  const [at] = scene.targets;
  if (at === undefined) throw new Error('a target');
  const { signal } = new AbortController();
  const run = () => work.syncs.run(at.profileId, signal);
  const waiting = await scene.secret('waiting');
  const busy = await scene.secret('busy');
  await run();
  must(await scene.admin('POST', `/v1/secrets/${busy}/versions`, { payload: { value: 'two' } }), 201);
  const barrier = at.vault.barrier({ when: ({ method, path }) => method === 'POST' && path.includes('/data/') });
  const running = run();
  await barrier.waitFor(1);
  const attributes = { mount: 'secret', prefix: 'moved' };
  must(await scene.admin('PATCH', `/v1/vault-profiles/${at.profileId}`, { attributes }), 200);
  await run();
  barrier.release();
  await running;
  await run();
  expect([...at.vault.stored().keys()].filter((path) => path.startsWith('secret/moved/'))).toHaveLength(2);
  for (const id of [waiting, busy]) {
    const { items } = must(await scene.admin('GET', `/v1/secrets/${id}/targets`), 200);
    expect(items).toMatchObject([{ state: 'synced' }]);
  }
});
