import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, startScene } from '../../support/scene.ts';

/* A rename that was written down earlier names the targets of then. */

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ workers: false });
});
afterAll(() => scene.close());

test('a draft of a rename does not leave a copy behind that came since; rebased it moves that too', async () => {
  const [target] = scene.targets;
  const made = { project: 'shop', name: 'late', type: 'api_key', sourceProfileId: scene.source.profileId };
  const { secretId } = must(await scene.admin('POST', '/v1/secrets', { ...made, payload: { value: 'one' } }), 201);
  const at = `/v1/secrets/${secretId}`;
  const drafted = must(await scene.admin('POST', `${at}/rename`, { name: 'later', draft: true }), 202);
  const { id } = drafted.changeRequest as { id: string };
  const change = `/v1/change-requests/${id}`;
  must(await scene.admin('POST', `${at}/targets`, { profileId: target?.profileId }), 200, 201);
  const submitted = async () => {
    must(await scene.admin('POST', `${change}/submit`, {}), 200);
    return run();
  };
  const run = async () => {
    const { executions, executor } = scene.broker.work;
    const grant = await executions.begin(id);
    if (grant !== undefined) await executor.execute(grant.change, { recovering: grant.recovering, patient: true });
    return must(await scene.admin('GET', change), 200);
  };
  expect(await submitted()).toMatchObject({ state: 'conflict', code: 'plan_changed' });
  expect(must(await scene.admin('GET', at), 200)).toMatchObject({ name: 'late' });
  must(await scene.admin('POST', `${change}/rebase`, {}), 200);
  expect(await run()).toMatchObject({ state: 'applied' });
  const { items } = must(await scene.admin('GET', `${at}/targets`), 200);
  expect(items).toMatchObject([{ remotePath: expect.stringMatching(/\/later$/) }]);
});
