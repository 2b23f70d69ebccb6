/** Where something is wrong: lines from 1, columns from 0 and in bytes, as Go's text/template counts them. */
export interface TemplatePosition {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/**
 * A template that cannot be parsed or executed. The message is made of template text and key names, never of a value;
 * its wording follows Go's text/template, which names the column only of what happens while executing.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly kind: 'parsing' | 'execution';
  readonly position: TemplatePosition;

  constructor(kind: 'parsing' | 'execution', position: TemplatePosition, problem: string) {
    const { name, line, column } = position;
    const place = kind === 'parsing' ? `${name}:${line}` : `${name}:${line}:${column}`;
    super(`template ${kind} error: template: ${place}: ${problem}`);
    this.kind = kind;
    this.position = position;
  }
}

/** Line and byte column of an offset in UTF-16 units. */
export function positionOf(name: string, text: string, offset: number): TemplatePosition {
  let line = 1;
  let start = 0;
  for (let next = text.indexOf('\n'); next >= 0 && next < offset; next = text.indexOf('\n', start)) {
    line += 1;
    start = next + 1;
  }
  return { name, line, column: Buffer.byteLength(text.slice(start, offset)) };
}
