import type { z } from 'zod';
import { inputError } from '../api/input-error.ts';
import { AppError, type FieldProblem } from '../errors.ts';

const EXPECTED = 'expected ';

/**
 * What an adapter's schema refused, as `invalid_input` below `base`. An adapter's own words begin with "expected"; all others
 * are the library's, which may quote what was given. The name of an unknown member is not shown either: a credential may have
 * been put in its place.
 */
export function refusedPart(error: z.ZodError, base: '/settings' | '/attributes', names: readonly string[]): AppError {
  const fields = error.issues.slice(0, 20).flatMap((issue): readonly FieldProblem[] => {
    if (issue.code === 'unrecognized_keys') {
      const known = names.length === 0 ? 'nothing: this kind has none' : `only those of this kind: ${names.join(', ')}`;
      return [{ pointer: base, expected: known }];
    }
    const known = inputError({ issues: [issue] }, base).fields;
    if (!issue.message.startsWith(EXPECTED)) return known;
    return known.map(({ pointer }) => ({ pointer, expected: issue.message.slice(EXPECTED.length) }));
  });
  return refusedFields(fields);
}

export function refusedFields(fields: readonly FieldProblem[]): AppError {
  const [first] = fields;
  const message = first ? `${first.pointer}: expected ${first.expected}` : 'The settings are not valid.';
  return new AppError('invalid_input', message, { fields });
}
