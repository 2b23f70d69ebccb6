import { isIP } from 'node:net';
import type { FailureCode, Outcome } from './outcome.ts';

/** How this installation sends mail: the operator's own settings, so private addresses are his to choose. */
export interface MailSettings {
  /** `smtp://` or `smtps://`, with user and password when the server wants them. */
  readonly smtpUrl: string;
  /** Address of the sender. */
  readonly from: string;
}

/** One mail. */
export interface OutgoingMail {
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Stays the same when it is sent again, so that a mailbox can tell. */
  readonly messageId: string;
}

export interface MailSender {
  send(mail: OutgoingMail, signal: AbortSignal): Promise<Outcome>;
  close(): void;
}

/** Sends over SMTP. The library is loaded with the first mail. */
export function createMailSender({ smtpUrl, from }: MailSettings, timeoutMs: number): MailSender {
  const url = new URL(smtpUrl);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const domain = from.slice(from.lastIndexOf('@') + 1).replace(/[^A-Za-z0-9.-]/g, '');
  const secure = url.protocol === 'smtps:';
  const hasLogin = url.username !== '';
  const open = async () => {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      host,
      port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
      secure,
      // A password never travels in clear, whatever stands in between.
      requireTLS: hasLogin && !secure,
      ...(hasLogin && {
        auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
      }),
      ...(isIP(host) === 0 && { tls: { servername: host } }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
  let transport: ReturnType<typeof open> | undefined;

  return {
    async send({ to, subject, text, html, messageId }, signal) {
      if (signal.aborted) return { kind: 'aborted' };
      transport ??= open();
      const mailer = await transport;
      try {
        await mailer.sendMail({
          ...{ from, to, subject, text, html, messageId: `<${messageId}@${domain}>` },
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return { kind: 'delivered', status: 250 };
      } catch (error) {
        return failureOf(error);
      }
    },
    close() {
      transport?.then((mailer) => mailer.close()).catch(() => undefined);
    },
  };
}

const CODES: Readonly<Record<string, FailureCode>> = {
  EAUTH: 'unauthenticated',
  ETIMEDOUT: 'timeout',
  ECONNECTION: 'unreachable',
  ECONNREFUSED: 'unreachable',
  EDNS: 'unreachable',
  ESOCKET: 'broken',
  ETLS: 'broken',
};

/** Codes only: texts quote addresses and what the other side pleases. A reply of 5xx to the mail itself is final (RFC 5321, 4.2.1). */
function failureOf(error: unknown): Outcome {
  const { code, responseCode } = (error ?? {}) as { code?: unknown; responseCode?: unknown };
  const status = typeof responseCode === 'number' ? responseCode : null;
  const known = typeof code === 'string' ? CODES[code] : undefined;
  if (known !== undefined) return { kind: 'failed', status, code: known };
  const final = status !== null && status >= 500;
  return { kind: 'failed', status, code: final ? 'rejected' : 'refused', final };
}
