import { createHash } from 'node:crypto';
import { z } from 'zod';
import { crc32c } from '../../../adapters/lib/crc32c.ts';
import type { SecretFields } from '../../../adapters/secret-value.ts';
import { AppError, type FieldProblem } from '../../errors.ts';
import { isFieldName } from './payload-type.ts';

const CHECKSUM = /^(crc32c:[0-9a-f]{8}|sha256:[0-9a-f]{64})$/;

/**
 * What the client computed over a field's bytes before it sent them: what was damaged on the way is refused. CRC-32C is what the
 * secret managers of the clouds take; SHA-256 is for whoever has nothing else at hand.
 */
export const checksumsSchema = z
  .record(
    z.string().refine(isFieldName, { params: { expected: 'the name of a field' } }),
    z.string().max(71).regex(CHECKSUM),
  )
  .refine((record) => Object.keys(record).length <= 256, { params: { expected: 'at most 256 checksums' } })
  .meta({
    description:
      'By field, over its bytes: `crc32c:` and 8 hex digits, or `sha256:` and 64. One that does not match refuses the request.',
    example: { password: 'crc32c:9d1a31c7' },
  });

export type Checksums = Readonly<Record<string, string>>;

/** Throws `invalid_input` at each checksum that is not that of its field. Neither is shown. */
export function assertChecksums(fields: SecretFields, checksums: Checksums | undefined): void {
  const problems: FieldProblem[] = [];
  for (const [name, expected] of Object.entries(checksums ?? {})) {
    const value = fields.get(name);
    const pointer = `/checksums/${name}`;
    if (value === undefined) problems.push({ pointer, expected: 'a field of the payload' });
    else if (checksumOf(value.reveal(), expected) !== expected) {
      problems.push({ pointer, expected: `the checksum of /payload/${name} as it was received` });
    }
  }
  const [first] = problems;
  if (first === undefined) return;
  throw new AppError('invalid_input', `${first.pointer}: expected ${first.expected}`, { fields: problems });
}

function checksumOf(bytes: Uint8Array, like: string): string {
  if (like.startsWith('sha256:')) return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return `crc32c:${crc32c(bytes).toString(16).padStart(8, '0')}`;
}
