/** Reads a byte string from its beginning to its end. */
export interface ByteReader {
  /** The next bytes, without a copy. */
  take(length: number): Buffer;
  /** The next four bytes as an unsigned number, big-endian. */
  u32(): number;
  atEnd(): boolean;
}

/** A reader that throws `truncated()` when more is asked for than there is. */
export function byteReader(bytes: Uint8Array, truncated: () => Error): ByteReader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  const take = (length: number): Buffer => {
    if (length > buffer.length - offset) throw truncated();
    offset += length;
    return buffer.subarray(offset - length, offset);
  };
  return { take, u32: () => take(4).readUInt32BE(), atEnd: () => offset === buffer.length };
}
