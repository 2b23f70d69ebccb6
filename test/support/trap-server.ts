import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** A server that nobody may come to: it counts who does, and answers nothing. */
export interface Trap {
  readonly url: string;
  connections(): number;
  close(): Promise<void>;
}

export async function startTrap(): Promise<Trap> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
