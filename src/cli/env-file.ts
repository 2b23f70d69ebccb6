import { CliError, EXIT } from './exit-codes.ts';

const NAME = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/y;
const NOTHING = /[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y;
const SINGLE = /'([^']*)'/y;
const DOUBLE = /"((?:[^"\\]|\\[\s\S])*)"/y;
const BARE = /(?:[^\s'"\\#]|(?<=\S)#)(?:[^\n'"\\#]|(?<=\S)#)*/y;
const ESCAPED = /\\([\s\S])/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Variables of an `.env` file: `NAME=value`, `export NAME=value`, comments; single quotes take everything as it is, double
 * quotes know `\n`, `\r`, `\t`, and a backslash takes the next character as it is. Quoted parts may go over lines and follow
 * each other, as `secrets export --format env` writes them. Nothing is put in for `$NAME`.
 *
 * Throws with the line's number, and never quotes what stands there.
 */
export function parseEnvFile(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  const lineAt = (at: number): number => text.slice(0, at).split('\n').length;
  const wrong = (at: number, what: string): CliError =>
    new CliError(EXIT.usage, `Line ${lineAt(at)}: ${what}.`, 'Expected NAME=value, NAME=\'value\' or NAME="value".');
  for (let at = 0; at < text.length; ) {
    const nothing = match(NOTHING, text, at);
    if (nothing !== undefined && nothing[0] !== '') {
      at += nothing[0].length;
      continue;
    }
    const name = match(NAME, text, at);
    if (name === undefined) throw wrong(at, 'there is no variable');
    const [whole, variable = ''] = name;
    const value = readValue(text, at + whole.length);
    const end = match(NOTHING, text, value.end);
    if (end === undefined) throw wrong(value.end, `a quote in ${variable} does not end, or something follows it`);
    if (variables.has(variable)) throw wrong(at, `${variable} is given twice`);
    variables.set(variable, value.text);
    at = value.end + end[0].length;
  }
  return variables;
}

/** The parts of a value, one behind the other. A blank ends what is not quoted at the end of the line only. */
function readValue(text: string, from: number): { readonly text: string; readonly end: number } {
  let value = '';
  for (let at = from; ; ) {
    const single = match(SINGLE, text, at);
    const double = match(DOUBLE, text, at);
    const escaped = match(ESCAPED, text, at);
    const bare = match(BARE, text, at);
    const part = single ?? double ?? escaped ?? bare;
    if (part === undefined) return { text: value, end: at };
    const inner = part[1] ?? part[0].trimEnd();
    value += double === undefined ? inner : inner.replace(/\\([\s\S])/g, (_, char: string) => ESCAPES[char] ?? char);
    at += part === bare ? inner.length : part[0].length;
    if (part === bare && inner.length < part[0].length) return { text: value, end: at };
  }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
