import type { z } from 'zod';
import { AppError, type FieldProblem } from '../errors.ts';

type Issue = z.core.$ZodIssue;

const SHOWN_AT_MOST = 20;
const PLAIN_SEGMENT = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * What a schema refused, as `invalid_input`. Composed from the issues' codes and the schema's own limits: the library's
 * messages are not used, because they may quote what was given.
 *
 * @param base JSON pointer of the part that was parsed: '' for a body, `/path`, `/query` or `/header`
 */
export function inputError(error: { readonly issues: readonly Issue[] }, base = ''): AppError {
  const fields = error.issues.flatMap((issue) => problemsOf(issue, base)).slice(0, SHOWN_AT_MOST);
  const [first] = fields;
  const message = first === undefined ? 'The input is not valid.' : `${first.pointer}: expected ${first.expected}`;
  return new AppError('invalid_input', message, { fields });
}

function problemsOf(issue: Issue, base: string): FieldProblem[] {
  const pointer = base + pointerOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointer + pointerOf([key]), expected: 'no such field' }));
  }
  return [{ pointer, expected: expectedBy(issue) }];
}

/** JSON pointer (RFC 6901). A member name that is no plain name might be a misplaced value and becomes `*`. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${PLAIN_SEGMENT.test(String(part)) ? String(part) : '*'}`).join('');
}

function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'nonoptional' ? 'a value' : issue.expected;
    case 'too_small':
      return sized('at least', issue.minimum, issue.origin);
    case 'too_big':
      return sized('at most', issue.maximum, issue.origin);
    case 'invalid_format':
      return issue.format === 'regex' ? `text like ${issue.pattern}` : `a ${issue.format.replaceAll('_', ' ')}`;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(', ')}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return 'no other fields';
    case 'invalid_key':
      return 'a valid name';
    case 'invalid_union':
      return 'one of the documented forms';
    case 'invalid_element':
      return 'valid items';
    case 'custom':
      return typeof issue.params?.expected === 'string' ? issue.params.expected : 'another value';
  }
}

function sized(bound: string, limit: number | bigint, origin: string): string {
  const unit = {
    string: ' characters',
    array: ' items',
    set: ' items',
    map: ' members',
    record: ' members',
    object: ' members',
  };
  return `${bound} ${limit}${unit[origin as keyof typeof unit] ?? ''}`;
}
