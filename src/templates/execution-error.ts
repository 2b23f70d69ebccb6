import type { ParsedTemplate } from './nodes.ts';
import { positionOf, TemplateError } from './template-error.ts';
import type { TemplateFunction } from './template-function.ts';
import { quoteGo } from './token.ts';

/** What an error points at: a place, and the template's own text there. */
export interface Place {
  readonly offset: number;
  readonly source: string;
}

/** More of the template's own text than this is not quoted. */
const LONGEST_SOURCE = 200;

/** @param templateName the template being executed, which may be one defined inside */
export function executionError(
  template: ParsedTemplate,
  templateName: string,
  at: Place,
  problem: string,
): TemplateError {
  const source = at.source.length > LONGEST_SOURCE ? `${at.source.slice(0, LONGEST_SOURCE)}...` : at.source;
  const where = source === '' ? '' : ` at <${source}>`;
  const position = positionOf(template.name, template.text, at.offset);
  return new TemplateError('execution', position, `executing ${quoteGo(templateName)}${where}: ${problem}`);
}

/** Why a function cannot be called with so many arguments; undefined when it can. */
export function countProblem(name: string, { least, most }: TemplateFunction, count: number): string | undefined {
  if (count >= least && count <= (most ?? Number.POSITIVE_INFINITY)) return undefined;
  const want = least === most ? String(least) : `at ${count < least ? `least ${least}` : `most ${most}`}`;
  return `wrong number of args for ${name}: want ${want} got ${count}`;
}

export function noEntry(name: string): string {
  return `map has no entry for key ${quoteGo(name)}`;
}
