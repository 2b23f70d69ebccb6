import { ApiError } from './api.ts';

/** What the API expected at a JSON pointer, for the field that stands for it. Never what was given. */
export function errorAt(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const problem = error.problem?.errors?.find(
    (each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`),
  );
  return problem && `Expected ${problem.expected}`;
}
