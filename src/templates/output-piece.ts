import type { GoValue } from './go-value.ts';
import type { Pipeline } from './nodes.ts';

/** A piece of the output. */
export interface OutputPiece {
  /** As Go's text/template prints it. */
  readonly text: string;
  /** Where in the template, in UTF-16 units. */
  readonly offset: number;
  /** Present when it is a text that came from data, for formats that write such a text in their own way. */
  readonly value?: {
    readonly raw: string;
    /** The quotes the template puts around it by ending in `quote`, `toJson` or `squote`. */
    readonly quote: '' | '"' | "'";
  };
}

/** The outermost function of a pipeline and what it was given. */
export interface FunctionUse {
  readonly name: string;
  readonly args: readonly GoValue[];
}

const QUOTES: Readonly<Record<string, '' | '"' | "'">> = { quote: '"', toJson: '"', squote: "'", toYaml: '' };
/** What these give was laid out for the place it stands in. */
const LAYOUTS: ReadonlySet<string> = new Set(['indent', 'nindent']);

/** What an action printed. Numbers, and what the template itself says, stay as they are in every format. */
export function pieceOf(pipeline: Pipeline, value: GoValue, text: string, last: FunctionUse | undefined): OutputPiece {
  const { offset, commands } = pipeline;
  const first = commands.at(-1)?.operands[0];
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return { text, offset };
  if (first?.kind === 'constant') return { text, offset };
  if (first?.kind !== 'identifier' || last?.name !== first.functionName)
    return { text, offset, value: { raw: text, quote: '' } };
  if (LAYOUTS.has(last.name)) return { text, offset };
  const [given] = last.args;
  const quote = QUOTES[last.name];
  if (quote === undefined || last.args.length !== 1 || typeof given !== 'string') {
    return { text, offset, value: { raw: text, quote: '' } };
  }
  return { text, offset, value: { raw: given, quote } };
}

export function textOf(pieces: readonly OutputPiece[]): string {
  return pieces.map((piece) => piece.text).join('');
}
