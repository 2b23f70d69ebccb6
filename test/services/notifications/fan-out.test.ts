import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db, Transaction } from '../../../src/db.ts';
import { createFanOut } from '../../../src/notifications/fan-out-service.ts';
import { must } from '../../support/answers.ts';
import { noticeDesk } from '../../support/notice-desk.ts';
import { type Scene, startScene } from '../../support/scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({ workers: false, targets: 0 });
});
afterAll(() => scene.close());

/** The database, with something happening once right before the trail is read. */
function beforeTrail(db: Db, happens: () => Promise<unknown>): Db {
  let happened = false;
  const transaction: Db['transaction'] = (work) =>
    db.transaction((tx) => {
      const query: Transaction['query'] = async (text, params) => {
        if (!happened && text.includes('audit_events')) {
          happened = true;
          await happens();
        }
        return tx.query(text, params);
      };
      return work({ ...tx, query });
    });
  return { ...db, transaction };
}

test('a webhook that comes while events are being turned is told of what happens right after', async () => {
  const { db } = scene.broker;
  const desk = noticeDesk(scene);
  const webhook = async (name: string) => {
    const body = { name, url: 'http://127.0.0.1:9/in', kinds: ['change.applied'], projectIds: [scene.project.id] };
    return must(await scene.admin('POST', '/v1/webhooks', body), 201).id as string;
  };
  await webhook('there before');
  await scene.secret('before');
  let late = '';
  const happens = async () => {
    late = await webhook('late');
    await scene.secret('after');
  };
  const parts = { audience: async () => [], mails: false, failpoint: async () => {} };
  const fanOut = createFanOut({ db: beforeTrail(db, happens), ...parts });
  await fanOut.run(scene.organizationId, new AbortController().signal);
  expect((await desk.deliveries(late)).map(({ kind }) => kind)).toEqual(['change.applied']);
});
