import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface ListenOptions {
  readonly port?: number;
  /** Where to listen, 127.0.0.1 by default. */
  readonly host?: string;
  /** `clientCa`: asks for client certificates of this authority, and lets come who has none. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly clientCa?: string };
}

/** A listening socket that can go away and come back on its port. */
export interface Listener {
  readonly url: string;
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Cuts every connection and listens no more. */
  down(): Promise<void>;
  up(): Promise<void>;
}

export async function listenOn(handle: http.RequestListener, options: ListenOptions): Promise<Listener> {
  const { tls, host = '127.0.0.1' } = options;
  const server = tls ? https.createServer(serverOptions(tls), handle) : http.createServer(handle);
  const sockets = new Set<Socket>();
  let connections = 0;
  server.keepAliveTimeout = 120_000;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server, options.port ?? 0, host);
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    get connections() {
      return connections;
    },
    async down() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async up() {
      if (!server.listening) await listen(server, port, host);
    },
  };
}

function serverOptions({ key, cert, clientCa }: NonNullable<ListenOptions['tls']>): https.ServerOptions {
  return { key, cert, ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: false }) };
}

function listen(server: http.Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
