import type { Skeleton } from './skeleton.ts';

/** Characters that no reader of environment files gives a meaning to. */
const PLAIN = /^[A-Za-z0-9_./:@%+,=-]*$/;
/** In double quotes some readers give these a meaning. */
const SPECIAL = /["\\$`]/;
const HEAD = /[^\S\n]*(?:export[^\S\n]+)?[A-Za-z_][A-Za-z0-9_.-]*[^\S\n]*=[^\S\n]*/y;

/**
 * Values in an environment file, one `NAME=value` a line, where values in quotes may have several. What is written is
 * read alike by shells, Docker Compose, the dotenv packages and Node's `--env-file`; only where a value needs both kinds of quotes
 * do the readers differ, and then it is written for shells and Compose.
 *
 * https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax,
 * https://nodejs.org/api/util.html#utilparseenvcontent
 */
export function fitEnv(skeleton: Skeleton): string {
  const { text } = skeleton;
  let output = '';
  let at = 0;
  while (at < text.length) {
    HEAD.lastIndex = at;
    const head = HEAD.exec(text)?.[0];
    if (head === undefined) {
      const end = endOfLine(text, at);
      output += otherLine(skeleton, text.slice(at, end));
      at = end;
      continue;
    }
    const start = at + head.length;
    const end = endOfValue(text, start);
    output += name(skeleton, head) + value(skeleton, text.slice(start, end));
    const rest = endOfLine(text, end);
    output += otherLine(skeleton, text.slice(end, rest));
    at = rest;
  }
  return output;
}

/** Behind the line's newline. */
function endOfLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

/** Behind the closing quote, or where a bare value ends: at its line's end or a comment. */
function endOfValue(text: string, start: number): number {
  const quote = text[start];
  if (quote === '"' || quote === "'") {
    for (let at = start + 1; at < text.length; at++) {
      if (text[at] === '\\' && quote === '"') at += 1;
      else if (text[at] === quote) return at + 1;
    }
  }
  const line = text.slice(start, endOfLine(text, start));
  return start + (/^(.*?)\s*(?:\s#.*)?$/s.exec(line)?.[1]?.length ?? 0);
}

/** Comments, and what is no assignment: nothing in a value may end the line. */
function otherLine(skeleton: Skeleton, line: string): string {
  const isComment = /^\s*#/.test(line);
  return skeleton.fill(line, (given, word) => {
    if (isComment ? /[\r\n\0]/.test(given) : !PLAIN.test(given)) skeleton.refuse(word);
    return given;
  });
}

function name(skeleton: Skeleton, head: string): string {
  return skeleton.fill(head, (given, word) => (/^[A-Za-z0-9_]+$/.test(given) ? given : skeleton.refuse(word)));
}

function value(skeleton: Skeleton, part: string): string {
  const words = skeleton.words(part);
  if (words.length === 0) return part;
  const unwritable = words.find((word) => /[\r\0]/.test(skeleton.valueOf(word)));
  if (unwritable !== undefined) skeleton.refuse(unwritable);
  const quote = /^(["']).*\1$/s.exec(part)?.[1] ?? '';
  const inner = quote === '' ? part : part.slice(1, -1);
  const unfit = words.find((word) => !FITS[quote]?.test(skeleton.valueOf(word)));
  const full = skeleton.fill(inner);
  const blank = quote === '' && skeleton.without(inner) !== '' && !PLAIN.test(skeleton.without(inner));
  if (unfit === undefined && !blank) return quote + full + quote;
  if (unfit !== undefined && skeleton.strict) skeleton.refuse(unfit);
  const around = skeleton.without(inner);
  // In single quotes everything is what it is; elsewhere what the template says may have a meaning that quotes would change.
  if (quote === "'" || !/["'\\$`]/.test(around)) return quoted(full);
  if (quote === '"') return `"${skeleton.fill(inner, escaped)}"`;
  return unfit === undefined ? full : skeleton.refuse(unfit);
}

/** What stands as it is in these quotes. */
const FITS: Readonly<Record<string, RegExp>> = { '': PLAIN, '"': /^[^"\\$`]*$/, "'": /^[^']*(?<!\\)$/ };

function quoted(full: string): string {
  if (FITS["'"]?.test(full)) return `'${full}'`;
  return SPECIAL.test(full) ? `"${escaped(full)}"` : `"${full}"`;
}

function escaped(text: string): string {
  return text.replace(/["\\$`]/g, '\\$&');
}
