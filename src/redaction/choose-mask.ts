const LENGTH = 8;
/** Beside the usual one, for values that contain it. */
const CHARACTERS = ['*', '#', '•', '█', '×', '░', '▒', '▓', '¤', '§', '¶', '†'];

/**
 * What stands in the place of a value: `********`, unless that could, with what is around it, make up one of the patterns.
 * Otherwise the first of some other characters that cannot.
 */
export function chooseMask(patterns: readonly Uint8Array[]): Buffer {
  const masks = CHARACTERS.map((char) => Buffer.from(char.repeat(LENGTH)));
  const [usual = Buffer.alloc(0)] = masks;
  return masks.find((mask) => !patterns.some((pattern) => canJoin(mask, Buffer.from(pattern)))) ?? usual;
}

/** Could a text with the mask in it hold the pattern so that at least one byte of the mask is part of it? */
function canJoin(mask: Buffer, pattern: Buffer): boolean {
  if (mask.includes(pattern) || pattern.includes(mask)) return true;
  for (let length = 1; length < Math.min(mask.length, pattern.length); length++) {
    if (pattern.subarray(0, length).equals(mask.subarray(mask.length - length))) return true;
    if (pattern.subarray(pattern.length - length).equals(mask.subarray(0, length))) return true;
  }
  return false;
}
