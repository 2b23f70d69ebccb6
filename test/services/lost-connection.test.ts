import net from 'node:net';
import { expect, test } from 'vitest';
import { connectDb } from '../../src/db.ts';

/** A message of PostgreSQL's protocol (manual, 54.7): type, length, body. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

const AUTHENTICATED = message('R', Buffer.from([0, 0, 0, 0]));
const READY = message('Z', Buffer.from('I'));
const ENDED = message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0'));

test('a server that ends a connection in the very moment it was made ready fails the work, not the process', async () => {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Buffer.concat([AUTHENTICATED, READY, ENDED]));
      setImmediate(() => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const db = connectDb({ url: `postgresql://nobody:none@127.0.0.1:${port}/none`, poolSize: 1 });
  try {
    await expect(db.transaction((tx) => tx.query('select 1'))).rejects.toThrow();
    await expect(db.query('select 1')).rejects.toThrow();
  } finally {
    await db.close();
    server.close();
  }
});
