import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Egress } from '../../adapters/adapter.ts';

/** What a server tells anybody. */
export interface VaultProbe {
  /** Its `Date` header, and our clock before and after, in milliseconds since 1970. */
  readonly clock?: { readonly says: number; readonly askedAt: number; readonly answeredAt: number };
  /** When its certificate ends. */
  readonly certificateEnds?: Date;
}

/**
 * Asks the address of a vault for nothing, without a credential, to see its certificate and clock. The certificate is looked at
 * and not verified, or one that has ended could not be told; nothing secret is sent. Empty when there is no answer.
 */
export function probeVault(address: string, egress: Egress, timeoutMs: number): Promise<VaultProbe> {
  return new Promise((resolve) => {
    const url = new URL(address);
    const askedAt = Date.now();
    let certificateEnds: Date | undefined;
    const tell = (says?: number): void =>
      resolve({
        ...(says === undefined || Number.isNaN(says) ? {} : { clock: { says, askedAt, answeredAt: Date.now() } }),
        ...(certificateEnds === undefined ? {} : { certificateEnds }),
      });
    try {
      egress.assertHost(url.hostname);
      const options = { method: 'HEAD', lookup: egress.lookup, timeout: timeoutMs, agent: false as const };
      const request =
        url.protocol === 'https:'
          ? requestHttps(url, { ...options, rejectUnauthorized: false })
          : requestHttp(url, options);
      request.on('socket', (socket) =>
        socket.once('secureConnect', () => {
          const { valid_to: ends } = (socket as TLSSocket).getPeerCertificate();
          certificateEnds = ends === undefined ? undefined : new Date(ends);
        }),
      );
      request.on('timeout', () => request.destroy());
      request.on('response', (response) => {
        tell(Date.parse(response.headers.date ?? ''));
        request.destroy();
      });
      request.on('error', () => tell());
      request.on('close', () => tell());
      request.end();
    } catch {
      tell();
    }
  });
}
