import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.ts';
import { parseBoundedJson } from './parse-json.ts';

/** Largest request body in bytes: a secret of 64 KiB in base64, with room for what stands around it. */
export const MAX_BODY_BYTES = 256 * 1024;

export interface JsonBody {
  /** The parsed document; `undefined` when the request has no body. */
  readonly value: unknown;
  /** SHA-256 of the bytes. Never stored as it is: the body may hold secrets. */
  readonly digest: Buffer;
}

const EMPTY: JsonBody = { value: undefined, digest: createHash('sha256').digest() };

/**
 * Reads a JSON body, bounded before it is parsed: a length announced or reached beyond {@link MAX_BODY_BYTES} ends the
 * reading at once.
 *
 * Throws `unsupported_media_type` for any other content type or an encoding, `payload_too_large`, `malformed_json`.
 */
export async function readJsonBody(request: IncomingMessage): Promise<JsonBody> {
  if (!hasBody(request)) return EMPTY;
  checkContentType(request);
  const bytes = await readBytes(request, MAX_BODY_BYTES);
  if (bytes.length === 0) return EMPTY;
  return { value: parseBoundedJson(bytes), digest: createHash('sha256').update(bytes).digest() };
}

/** Does the request announce a body (RFC 9112, section 6)? */
export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

function checkContentType(request: IncomingMessage): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  const plain = (request.headers['content-encoding'] ?? 'identity') === 'identity';
  const utf8 = charset === undefined || charset === 'charset=utf-8' || charset === 'charset="utf-8"';
  if (type.trim() !== 'application/json' || !utf8 || !plain) throw unsupportedMediaType();
}

export function unsupportedMediaType(): AppError {
  return new AppError('unsupported_media_type', 'Send application/json in UTF-8, not compressed.');
}

/** The body, bounded. Throws `payload_too_large` without reading on, `malformed_json` when it ends early. */
export function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = () => new AppError('payload_too_large', `The body is larger than ${limit} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (finish: () => void) => {
      request.off('data', onData).off('end', onEnd).off('error', onBreak).off('close', onBreak);
      finish();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) settle(() => reject(tooLarge()));
      else chunks.push(chunk);
    };
    const onEnd = () => settle(() => resolve(Buffer.concat(chunks)));
    // The client left: nobody reads the answer, and what arrived is dropped.
    const onBreak = () => settle(() => reject(new AppError('malformed_json', 'The body ended early.')));
    request.on('data', onData).on('end', onEnd).on('error', onBreak).on('close', onBreak);
  });
}
