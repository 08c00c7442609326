import * as fc from "fast-check";
import { expect, test } from "vitest";
import { putPiecesOnce } from "../../../src/backup/copy/copy.ts";
import { FileSequence } from "../../../src/backup/copy/file-sequence.ts";
import { inventoryPieces, parseInventory } from "../../../src/backup/copy/inventory.ts";
import { OtherBytes } from "../../../src/backup/index.ts";
import { MemoryStore } from "../../support/memory-store.ts";

test("files come out as they went in, each time, however many and whatever their names", () => {
  const file = fc.record({ path: fc.string({ unit: "binary" }), size: fc.maxSafeNat() });
  fc.assert(
    fc.property(fc.array(file, { maxLength: 20 }), fc.constantFrom(0, 511, 512, 1100), (some, more) => {
      const files = [...some, ...Array.from({ length: more }, (_, size) => ({ path: `s3://lake/${size}`, size }))];
      const sequence = new FileSequence();
      for (const [index, each] of files.entries()) {
        sequence.add(each);
        if (index % 300 === 7) sequence.pack();
      }
      expect([[...sequence], [...sequence]]).toEqual([files, files]);
      expect(sequence.count).toBe(files.length);
    }),
    { numRuns: 12 },
  );
});

test("an inventory in pieces is one when they are put together, and is written in parts where it is large", async () => {
  const objects = Array.from({ length: 3000 }, (_, size) => ({ path: `data/ü${size}`, size, crc32: "AAAAAA==" }));
  const pieces = () => inventoryPieces(objects, 10_000);
  expect([...pieces()].length).toBeGreaterThan(5);
  expect(parseInventory(Buffer.concat([...pieces()]))).toEqual(objects);
  const store = new MemoryStore();
  await putPiecesOnce(store, "s3://b/objects.jsonl", pieces);
  expect(store.bytes("s3://b/objects.jsonl")).toEqual(Buffer.concat([...pieces()]));
  await putPiecesOnce(store, "s3://b/objects.jsonl", pieces);
  expect(store.calls.filter(({ name }) => name === "upload")).toHaveLength(1);
});

test("where other bytes lie, an inventory in parts is refused and they stay", async () => {
  const store = new MemoryStore();
  await store.put("s3://b/o", Buffer.from("other"));
  const pieces = () => [Buffer.alloc(10, 1), Buffer.alloc(10, 2)];
  await expect(putPiecesOnce(store, "s3://b/o", pieces)).rejects.toThrow(OtherBytes);
  expect(store.text("s3://b/o")).toBe("other");
});
