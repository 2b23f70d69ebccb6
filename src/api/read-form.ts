import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.ts';
import { readBytes } from './read-body.ts';

/** Largest form in bytes: a token and what stands around it. */
const MAX_FORM_BYTES = 2_048;

/** A small form as a browser sends it. Throws `unsupported_media_type`, `payload_too_large`. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const [type = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  if (type.trim() !== 'application/x-www-form-urlencoded') {
    throw new AppError('unsupported_media_type', 'Send application/x-www-form-urlencoded.');
  }
  return new URLSearchParams((await readBytes(request, MAX_FORM_BYTES)).toString('utf8'));
}
