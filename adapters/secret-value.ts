import { inspect } from 'node:util';

const MASK = '[secret]';
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The only thing in Keyferry that holds a secret in clear, and only in memory.
 *
 * It prints as `[secret]` wherever it ends up (template strings, JSON, `console.log`, `structuredClone` yields an
 * empty object), so that a value can leave solely through {@link SecretValue.reveal} or
 * {@link SecretValue.revealText}. The lint command lists the files that may call those two.
 */
export class SecretValue {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Keeps a copy of `bytes`. */
  static fromBytes(bytes: Uint8Array): SecretValue {
    return new SecretValue(Uint8Array.from(bytes));
  }

  /** Keeps the UTF-8 bytes of `text`. */
  static fromText(text: string): SecretValue {
    return new SecretValue(Buffer.from(text, 'utf8'));
  }

  /** Size in bytes. */
  get size(): number {
    return this.#bytes.byteLength;
  }

  /** A copy of the bytes in clear. Hazard: from here on the caller answers for them. */
  reveal(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  /** The bytes as text, or `undefined` when they are not well-formed UTF-8. */
  revealText(): string | undefined {
    try {
      return decoder.decode(this.#bytes);
    } catch {
      return undefined;
    }
  }

  /** Same bytes? Compared without early exit. */
  equals(other: SecretValue): boolean {
    if (this.size !== other.size) return false;
    let difference = 0;
    for (let i = 0; i < this.size; i++) difference |= (this.#bytes[i] ?? 0) ^ (other.#bytes[i] ?? 0);
    return difference === 0;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/** A payload in clear: field name to value. Order carries no meaning; see `canonicalBytes` for the compared form. */
export type SecretFields = ReadonlyMap<string, SecretValue>;

/** Size of a payload in bytes: the bytes of every field name and every value. */
export function sizeOfFields(fields: SecretFields): number {
  let size = 0;
  for (const [name, value] of fields) size += Buffer.byteLength(name, 'utf8') + value.size;
  return size;
}
