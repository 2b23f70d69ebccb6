import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, must, type Scene, startScene, targetsIn } from '../../support/scene.ts';
import { type SyncDesk, syncDesk } from '../../support/sync-desk.ts';

let scene: Scene;
let desk: SyncDesk;

beforeAll(async () => {
  scene = await startScene({ targets: 1, settings: { backlogLimit: 2 } });
  desk = syncDesk(scene);
});
afterAll(() => scene.close());

test('beyond its bound the backlog refuses new content, says so, and lets everything else go on', async () => {
  const place = desk.place(0);
  await desk.call('POST', `/v1/vault-profiles/${place.profileId}/pause`);
  const { id } = await desk.made('first', [place]);
  await desk.made('second', [place]);
  let written = 0;
  const write = () => scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: `more ${++written}` } });
  const refused = await eventually(async () => {
    const answer = await write();
    return answer.status === 503 ? answer : undefined;
  }, 'refused');
  expect(refused.json).toMatchObject({ code: 'backlog_full', backlog: 2, limit: 2 });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(must(await scene.admin('GET', '/v1/sync'), 200)).toMatchObject({ backlog: 2, backlogLimit: 2 });

  expect((await scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`)).status).toBe(200);
  expect((await scene.admin('PATCH', `/v1/secrets/${id}`, { description: 'still' })).status).toBe(200);
  expect((await scene.admin('DELETE', `/v1/secrets/${id}`, {})).status).toBe(200);
  expect((await scene.admin('POST', `/v1/secrets/${id}/restore`, {})).status).toBe(200);

  await desk.call('POST', `/v1/vault-profiles/${place.profileId}/resume`);
  await targetsIn(scene.admin, id, 'synced');
  await eventually(async () => (await write()).status < 300, 'taken again');
});
