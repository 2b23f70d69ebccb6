import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { EmulatedRequest } from './emulated-request.ts';

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;

export interface Signature {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function signatureOf({ headers }: EmulatedRequest): Signature | undefined {
  const [, accessKeyId, date, region, service, signed, signature] =
    AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  if (!accessKeyId || !date || !region || !service || !signed || !signature) return undefined;
  return { accessKeyId, date, region, service, signedHeaders: signed.split(';'), signature };
}

/** Computed again from the request as it arrived, with the secret key of whoever signs. */
export function isSignedWith(request: EmulatedRequest, given: Signature, secretAccessKey: string): boolean {
  const canonical = [
    request.method,
    request.path,
    request.query.toString(),
    ...given.signedHeaders.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}`),
    '',
    given.signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
  const scope = `${given.date}/${given.region}/${given.service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const steps = [given.date, given.region, given.service, 'aws4_request', text];
  const expected = steps.reduce<Buffer>((key, step) => hmac(key, step), Buffer.from(`AWS4${secretAccessKey}`));
  return timingSafeEqual(expected, Buffer.from(given.signature, 'hex'));
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
