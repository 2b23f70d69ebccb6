import { createServer, type Server, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectDb } from '../../../src/db.ts';
import { openPostgresLink, openRedisLink } from '../../../src/jobs/queue-backend.ts';

/** Takes connections and never says a word. */
let server: Server;
let port: number;

beforeEach(async () => {
  const sockets: Socket[] = [];
  server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: chosen } = server.address() as { port: number };
  port = chosen;
  server.once('silence', () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});
afterEach(() => {
  server.emit('silence');
  vi.restoreAllMocks();
});

/** A server whose machine is gone answers nothing, not even with a refusal: only the kernel can tell, when it is asked to look. */
async function lookedAfter(connect: () => () => Promise<unknown>): Promise<void> {
  const looked = vi.spyOn(Socket.prototype, 'setKeepAlive');
  const close = connect();
  await expect.poll(() => looked.mock.calls).toContainEqual([true, expect.toSatisfy((ms) => ms > 0 && ms <= 30_000)]);
  server.emit('silence');
  await close();
}

test('connections of the database are looked after', async () => {
  await lookedAfter(() => {
    const db = connectDb({ url: `postgres://nobody@127.0.0.1:${port}/none`, poolSize: 1 });
    const asked = db.query('select 1').catch(() => undefined);
    return async () => {
      await asked;
      await db.close();
    };
  });
});

test('connections of the queue in PostgreSQL are looked after', async () => {
  await lookedAfter(() => {
    const link = openPostgresLink(`postgres://nobody@127.0.0.1:${port}/none`, () => {});
    const asked = link.pool?.query('select 1').catch(() => undefined);
    return async () => {
      await asked;
      await link.close();
    };
  });
});

test('connections of the queue in Redis are looked after', async () => {
  await lookedAfter(() => {
    const link = openRedisLink(`redis://127.0.0.1:${port}`, 'work', () => {});
    return () => link.close();
  });
});
