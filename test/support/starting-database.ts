import { type AddressInfo, connect, createServer } from 'node:net';

/** A PostgreSQL that is still starting up, as far as whoever comes through `url` can tell. */
export interface StartingDatabase {
  readonly url: string;
  /** How many it has turned away. */
  readonly refused: number;
  /** From now on everybody gets through. */
  start(): void;
  close(): void;
}

/**
 * Stands before the database at `url`. Answers every connection as a server does that recovers after a crash
 * (https://www.postgresql.org/docs/18/errcodes-appendix.html, 57P03 cannot_connect_now), until it is started.
 */
export async function startingDatabase(url: string): Promise<StartingDatabase> {
  const real = new URL(url);
  let started = false;
  let refused = 0;
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    if (!started) {
      refused += 1;
      socket.once('data', () => socket.end(cannotConnectNow()));
      return;
    }
    const upstream = connect(Number(real.port || 5432), real.hostname);
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
    upstream.on('close', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    get refused() {
      return refused;
    },
    start() {
      started = true;
    },
    close: () => void server.close(),
  };
}

/** ErrorResponse, https://www.postgresql.org/docs/18/protocol-message-formats.html. */
function cannotConnectNow(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0');
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
