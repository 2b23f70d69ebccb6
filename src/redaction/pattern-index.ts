/** Bytes that are looked up at once; shorter patterns are looked up by their own length. */
const MOST_KEY = 4;
const FILTER_BITS = 18;
/** 2^32 divided by the golden ratio: spreads keys over the filter. */
const SPREAD = 0x9e3779b1;

/** What stands at a place: how far the longest pattern reaches, or that one may begin there that the bytes do not reach. */
export type Match = number | 'cut off';

/**
 * Finds patterns in bytes. One step a byte, whatever the number of patterns: only where the next few bytes are those of some
 * pattern, the patterns that begin so are compared.
 */
export class PatternIndex {
  readonly #filter = new Uint8Array(1 << FILTER_BITS);
  readonly #byKey = new Map<number, readonly Uint8Array[]>();
  readonly #byFirst: (readonly Uint8Array[])[] = [];
  readonly #keyMask: number;

  constructor(patterns: readonly Uint8Array[]) {
    const longestFirst = [...patterns].sort((a, b) => b.length - a.length);
    const width = Math.min(longestFirst.at(-1)?.length ?? MOST_KEY, MOST_KEY);
    this.#keyMask = width === MOST_KEY ? -1 : (1 << (8 * width)) - 1;
    for (const pattern of longestFirst) {
      const key = keyAt(pattern, 0) & this.#keyMask;
      this.#filter[slot(key)] = 1;
      this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), pattern]);
      const first = pattern[0] ?? 0;
      this.#byFirst[first] = [...(this.#byFirst[first] ?? []), pattern];
    }
  }

  /** The first place from `start` on where {@link matchAt} finds something; the length of the bytes if there is none. */
  next(bytes: Buffer, start: number): number {
    const filter = this.#filter;
    const mask = this.#keyMask;
    const fast = bytes.length - MOST_KEY;
    let at = start;
    if (at <= fast) {
      let key = keyAt(bytes, at);
      for (;;) {
        if (filter[slot(key & mask)] === 1 && this.matchAt(bytes, at) !== undefined) return at;
        if (++at > fast) break;
        key = (key >>> 8) | ((bytes[at + MOST_KEY - 1] as number) << 24);
      }
    }
    while (at < bytes.length && this.matchAt(bytes, at) === undefined) at += 1;
    return at;
  }

  /** The end of the longest pattern at a place; `cut off` when a longer one may be there, going on behind the bytes. */
  matchAt(bytes: Buffer, at: number): Match | undefined {
    const left = bytes.length - at;
    const candidates =
      left >= MOST_KEY ? this.#byKey.get(keyAt(bytes, at) & this.#keyMask) : this.#byFirst[bytes[at] ?? -1];
    for (const pattern of candidates ?? []) {
      const compared = Math.min(pattern.length, left);
      if (bytes.compare(pattern, 0, compared, at, at + compared) !== 0) continue;
      return compared === pattern.length ? at + compared : 'cut off';
    }
    return undefined;
  }

  /** The end of the longest whole pattern at a place, when nothing comes behind the bytes. */
  wholeMatchAt(bytes: Buffer, at: number): number | undefined {
    const candidates = this.#byFirst[bytes[at] ?? -1] ?? [];
    const found = candidates.find((pattern) => {
      const end = at + pattern.length;
      return end <= bytes.length && bytes.compare(pattern, 0, pattern.length, at, end) === 0;
    });
    return found === undefined ? undefined : at + found.length;
  }
}

function slot(key: number): number {
  return Math.imul(key, SPREAD) >>> (32 - FILTER_BITS);
}

/** The next four bytes as a number, the first one lowest. */
function keyAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}
