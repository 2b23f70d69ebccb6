import { PROBLEM_KINDS } from '../api/problem.ts';
import type { AppError } from '../errors.ts';

/** Why one item of several was refused, as the problem document of a request for it alone would say. */
export function itemError({ code, message, facts }: AppError) {
  const { status, title } = PROBLEM_KINDS[code];
  return { ...facts, code, status, title, detail: message };
}
