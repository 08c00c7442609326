/** Objects up to this size travel in one piece, larger ones in parts of it. Bytes. */
export const pieceSize = 8 * 2 ** 20;

/** Pieces in flight at once, which bounds memory. */
export const piecesInFlight = 12;

/** Returns the pieces of a file of this size in bytes, in order. */
export function* piecesOf(size: number): Generator<{ number: number; start: number; end: number }> {
  const length = pieceLengthOf(size);
  for (let start = 0, number = 1; start < size; start += length, number++) {
    yield { number, start, end: Math.min(size, start + length) };
  }
}

/** Returns how many pieces of a file of this size in bytes may be in flight: those of a huge one are larger. */
export function piecesAtOnce(size: number): number {
  return Math.max(1, Math.floor((piecesInFlight * pieceSize) / pieceLengthOf(size)));
}

/** S3 takes at most 10,000 parts. */
function pieceLengthOf(size: number): number {
  return Math.max(pieceSize, Math.ceil(size / 10_000));
}
