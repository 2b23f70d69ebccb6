import { randomBytes } from 'node:crypto';
import type { OutputPiece } from '../output-piece.ts';
import { positionOf, TemplateError } from '../template-error.ts';

export interface SkeletonOptions {
  /** How errors call the format. */
  readonly formatName: string;
  /** Refuse values that do not fit as they are, instead of quoting them. */
  readonly strict: boolean;
  readonly template: { readonly name: string; readonly text: string };
}

/**
 * The output with a harmless word in the place of each value. What stands around a value, and so how it must be written, is
 * read from this: nothing in a value can change it.
 */
export class Skeleton {
  readonly text: string;
  readonly strict: boolean;
  readonly #options: SkeletonOptions;
  readonly #pieces = new Map<string, OutputPiece>();
  readonly #pattern: RegExp;

  constructor(pieces: readonly OutputPiece[], options: SkeletonOptions) {
    this.#options = options;
    this.strict = options.strict;
    const mark = `kf${randomBytes(8).toString('hex')}`;
    this.#pattern = new RegExp(`${mark}x\\d+z`, 'g');
    this.text = pieces
      .map((piece, index) => {
        if (piece.value === undefined) return piece.text;
        const word = `${mark}x${index}z`;
        this.#pieces.set(word, piece);
        return piece.value.quote + word + piece.value.quote;
      })
      .join('');
  }

  /** The words of a part of the skeleton, in order. */
  words(part: string): string[] {
    return part.match(this.#pattern) ?? [];
  }

  /** Where the words stand in the skeleton. */
  places(): readonly { readonly word: string; readonly start: number; readonly end: number }[] {
    return Array.from(this.text.matchAll(this.#pattern), ({ 0: word, index }) => {
      return { word, start: index, end: index + word.length };
    });
  }

  valueOf(word: string): string {
    return this.#pieces.get(word)?.value?.raw ?? '';
  }

  /** A part with the values in their places, each as `write` gives it. */
  fill(part: string, write: (value: string, word: string) => string = (value) => value): string {
    return part.replace(this.#pattern, (word) => write(this.valueOf(word), word));
  }

  /** A part without its values. */
  without(part: string): string {
    return part.replace(this.#pattern, '');
  }

  /** For a value that cannot be written where it stands. Never names the value. */
  refuse(word: string | undefined, why = `the value would break the ${this.#options.formatName}`): never {
    const advice = this.strict ? '; write it with "quote", or not in strict mode' : '';
    throw this.#error(word, why + advice);
  }

  /** For output that is not of the format at all. */
  malformed(): never {
    throw this.#error(undefined, `the output is no ${this.#options.formatName}`);
  }

  #error(word: string | undefined, problem: string): TemplateError {
    const { name, text } = this.#options.template;
    const offset = (word === undefined ? undefined : this.#pieces.get(word)?.offset) ?? 0;
    return new TemplateError('execution', positionOf(name, text, offset), problem);
  }
}
