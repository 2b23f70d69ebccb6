import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A vault that finds everything too fast, and one that nobody answers for. */
export interface Throttling {
  readonly url: string;
  /** An address at which nobody listens. */
  readonly deadUrl: string;
  close(): Promise<void>;
}

export async function startThrottling(): Promise<Throttling> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '1' });
    response.end('{"errors":["too fast"]}');
  });
  const dead = createServer();
  for (const each of [server, dead]) await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
  const urlOf = (each: typeof server) => `http://127.0.0.1:${(each.address() as AddressInfo).port}`;
  const [url, deadUrl] = [urlOf(server), urlOf(dead)];
  await new Promise((resolve) => dead.close(resolve));
  return {
    url,
    deadUrl,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
