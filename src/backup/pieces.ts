/** Objects up to this size travel in one piece, larger ones in parts of it. Bytes. */
export const pieceSize = 8 * 2 ** 20;

/** Pieces in flight at once, which bounds memory. */
export const piecesInFlight = 12;

/** Returns the pieces of a file of this size in bytes, in order. */
export function* piecesOf(size: number): Generator<{ number: number; start: number; end: number }> {
  // S3 takes at most 10,000 parts.
  const length = Math.max(pieceSize, Math.ceil(size / 10_000));
  for (let start = 0, number = 1; start < size; start += length, number++) {
    yield { number, start, end: Math.min(size, start + length) };
  }
}
