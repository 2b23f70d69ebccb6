import { chooseMask } from './choose-mask.ts';
import { encodedForms } from './encoded-forms.ts';
import { PatternIndex } from './pattern-index.ts';

export interface RedactorOptions {
  /** Values with fewer bytes are left alone: they would turn up everywhere. Default 4, at least 1. */
  readonly shortest?: number;
}

/** Takes values out of a stream of bytes. */
export interface Redactor {
  /** What stands in the place of a value: `********`, or another character where a value could be read out of that. */
  readonly mask: string;
  /** Positions, in the list given, of the values that are too short to be redacted. Tell people; do not hide it. */
  readonly notRedacted: readonly number[];
  /** The next part of the stream; answers with what can be passed on. Holds back only what may be the start of a value. */
  push(chunk: Uint8Array): Uint8Array;
  /** The rest. Nothing may be pushed afterwards. */
  end(): Uint8Array;
}

const SHORTEST = 4;

/**
 * Replaces every value, in all its {@link encodedForms}, wherever the chunks begin and end; where values overlap, everything that
 * belongs to one of them goes. Nothing it puts out contains a value in one of these forms.
 *
 * @param values texts (in UTF-8) or bytes; old versions too, as far as they may still show
 */
export function createRedactor(values: readonly (string | Uint8Array)[], options: RedactorOptions = {}): Redactor {
  const shortest = Math.max(options.shortest ?? SHORTEST, 1);
  const bytes = values.map((value) => Buffer.from(value));
  const notRedacted = bytes.flatMap((value, index) => (value.length < shortest ? [index] : []));
  const forms = new Map<string, Uint8Array>();
  for (const value of bytes) {
    if (value.length < shortest) continue;
    for (const form of encodedForms(value))
      if (form.length >= shortest) forms.set(Buffer.from(form).toString('latin1'), form);
  }
  const patterns = [...forms.values()];
  const mask = chooseMask(patterns);
  const scan = new RedactionScan(new PatternIndex(patterns), mask);
  return {
    mask: mask.toString(),
    notRedacted,
    push: (chunk) => scan.next(chunk, false),
    end: () => scan.next(new Uint8Array(0), true),
  };
}

class RedactionScan {
  readonly #patterns: PatternIndex;
  readonly #mask: Buffer;
  /** Held back: from where a value may begin. */
  #held: Buffer = Buffer.alloc(0);
  /** How much of what is held belongs to a value whose mask is out already. -1: the last byte put out belongs to none. */
  #covered = -1;

  constructor(patterns: PatternIndex, mask: Buffer) {
    this.#patterns = patterns;
    this.#mask = mask;
  }

  next(chunk: Uint8Array, isLast: boolean): Uint8Array {
    const bytes = this.#held.length === 0 ? asBuffer(chunk) : Buffer.concat([this.#held, chunk]);
    const output: Uint8Array[] = [];
    /** Up to here everything is out; everything before `covered` belongs to a value. */
    let out = Math.max(this.#covered, 0);
    let covered = this.#covered;
    let at = 0;
    for (;;) {
      at = this.#patterns.next(bytes, at);
      if (at >= bytes.length) break;
      const end = isLast ? this.#patterns.wholeMatchAt(bytes, at) : this.#patterns.matchAt(bytes, at);
      if (end === 'cut off') break;
      if (end !== undefined) {
        // Values that overlap or touch share a mask.
        if (at > covered) output.push(bytes.subarray(out, at), this.#mask);
        covered = Math.max(covered, end);
        out = covered;
      }
      at += 1;
    }
    if (out < at) output.push(bytes.subarray(out, at));
    this.#covered = covered >= at ? covered - at : -1;
    this.#held = Buffer.from(bytes.subarray(at));
    return output.length === 1 ? (output[0] as Uint8Array) : Buffer.concat(output);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
