import { crc32Of, crc32OfParts } from "../store/checksum.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { forEachParallel } from "../store/parallel.ts";
import { piecesAtOnce, piecesOf, pieceSize } from "../store/pieces.ts";

/** Computes the CRC-32 of an object as it is stored now, read piece by piece. */
export async function readBack(store: ObjectStore, uri: string, size: number, signal?: AbortSignal): Promise<string> {
  if (size <= pieceSize) return crc32Of(await store.get(uri));
  const sums: { crc32: string; size: number }[] = [];
  await forEachParallel(
    piecesOf(size),
    piecesAtOnce(size),
    async ({ number, start, end }) => {
      const bytes = await store.get(uri, { start, end });
      sums[number - 1] = { crc32: crc32Of(bytes), size: bytes.length };
    },
    signal,
  );
  return crc32OfParts(sums);
}
