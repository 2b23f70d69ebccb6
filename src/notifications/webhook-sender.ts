import http from 'node:http';
import https from 'node:https';
import { retryAfterMs } from '../../adapters/lib/retry-after.ts';
import type { VaultEgress } from '../vaults/egress.ts';
import type { Outcome } from './outcome.ts';

/** One signed message for one receiver. */
export interface OutgoingRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type SendWebhook = (request: OutgoingRequest, signal: AbortSignal) => Promise<Outcome>;

/**
 * Posts messages. Every connection is new and goes to an address that the rules permit; certificates are verified,
 * redirects are not followed, proxies are not used, and of the answer nothing but its status and `Retry-After` is looked at.
 */
export function createWebhookSender(egress: VaultEgress, timeoutMs: number): SendWebhook {
  return async ({ url, headers, body }, signal) => {
    const target = new URL(url);
    try {
      egress.assertHost(target.hostname);
    } catch {
      return failed('address_refused');
    }
    const content = Buffer.from(body, 'utf8');
    const deadline = AbortSignal.timeout(timeoutMs);
    return new Promise((resolve) => {
      const { request: open, Agent } = target.protocol === 'https:' ? https : http;
      const agent = new Agent({ keepAlive: false });
      const settle = (outcome: Outcome): void => {
        resolve(outcome);
        request.destroy();
        agent.destroy();
      };
      const request = open(target, {
        method: 'POST',
        agent,
        lookup: egress.lookup as never,
        headers: {
          'content-type': 'application/json',
          'content-length': content.length,
          'user-agent': 'Keyferry',
          ...headers,
        },
        signal: AbortSignal.any([signal, deadline]),
      });
      request.once('response', (response) => {
        const wait = retryAfterMs(response.headers['retry-after'], Date.now());
        settle(answered(response.statusCode ?? 0, wait));
      });
      request.on('error', (error) =>
        settle(signal.aborted ? { kind: 'aborted' } : unanswered(error, deadline.aborted)),
      );
      request.end(content);
    });
  };
}

function answered(status: number, wait: number | undefined): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  const code = status >= 300 && status < 400 ? 'redirected' : 'refused';
  return { kind: 'failed', status, code, retryAfterMs: wait };
}

const NOBODY_THERE = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

function unanswered(error: NodeJS.ErrnoException, late: boolean): Outcome {
  if (error.name === 'VaultError') return failed('address_refused');
  if (late || error.code === 'ETIMEDOUT') return failed('timeout');
  return failed(NOBODY_THERE.includes(error.code ?? '') ? 'unreachable' : 'broken');
}

function failed(code: Extract<Outcome, { kind: 'failed' }>['code']): Outcome {
  return { kind: 'failed', status: null, code };
}
