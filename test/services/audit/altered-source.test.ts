import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Beside, startBeside } from '../../support/beside.ts';
import { must, type Scene, startScene } from '../../support/scene.ts';

let scene: Scene;
/** Another worker, which has no value of its own at hand and must ask the source. */
let worker: Beside;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  worker = await startBeside(scene, { workers: false });
});
afterAll(async () => {
  await worker.close();
  await scene.close();
});

/** Somebody with the vault's own token replaces the whole entry, version numbers included. */
async function replaceEntry(path: string, value: string): Promise<void> {
  const { vault } = scene.source;
  const headers = { 'x-vault-token': vault.token };
  const gone = await fetch(`${vault.url}/v1/secret/metadata/${path}`, { method: 'DELETE', headers });
  expect(gone.status).toBe(204);
  const body = JSON.stringify({ data: { value } });
  const written = await fetch(`${vault.url}/v1/secret/data/${path}`, { method: 'POST', headers, body });
  expect(written.status).toBe(200);
}

test('content altered behind our back is neither handed out nor pushed to any target (E7)', async () => {
  const id = await scene.secret('altered', { value: 'approved content' });
  const { sourcePath } = must(await scene.admin('GET', `/v1/secrets/${id}`), 200);
  await replaceEntry(String(sourcePath), 'slipped in');

  const read = await scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`);
  expect(read.json).toMatchObject({ status: 409, code: 'content_drifted', version: 1 });
  expect(read.text).not.toContain('slipped in');
  const { items } = must(await scene.admin('GET', `/v1/audit-events?action=secret.drift_seen&objectId=${id}`), 200);
  expect(items).toMatchObject([{ details: { version: 1 } }]);

  const target = scene.targets[0];
  await worker.broker.work.syncs.run(target?.profileId ?? '', new AbortController().signal);
  const targets = must(await scene.admin('GET', `/v1/secrets/${id}/targets`), 200).items;
  expect(targets).toMatchObject([{ state: 'failed', code: 'source_drifted', observedVersion: null }]);
  expect(target?.vault.journal).toEqual([]);

  const failed = must(await scene.admin('GET', '/v1/secrets?targetState=failed'), 200).items;
  expect(failed).toMatchObject([{ id }]);
});

test('rolling back to altered content is refused, too', async () => {
  const id = await scene.secret('rolled', { value: 'first' });
  must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'second' } }), 201);
  const { sourcePath } = must(await scene.admin('GET', `/v1/secrets/${id}`), 200);
  await replaceEntry(String(sourcePath), 'slipped in');
  const answer = await scene.admin('POST', `/v1/secrets/${id}/rollback`, { version: 1 });
  expect(answer.json).toMatchObject({ status: 409, code: 'content_drifted' });
  expect(must(await scene.admin('GET', `/v1/secrets/${id}`), 200)).toMatchObject({ latestVersion: 2 });
});
