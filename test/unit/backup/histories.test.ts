import * as fc from "fast-check";
import { expect, test } from "vitest";
import { backUp } from "../../../src/backup/index.ts";
import { newTable, request, rows } from "../../support/iceberg-samples.ts";
import { rowsOf } from "../../support/iceberg-reader.ts";
import type { WrittenFile } from "../../support/iceberg-table.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const day = 19_000;
const pick = fc.nat(1000);
const commit = fc.oneof(
  fc.record({
    do: fc.constant("append" as const),
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    do: fc.constant("deletePositions" as const),
    picks: fc.array(fc.tuple(pick, pick), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ do: fc.constant("deleteEqual" as const), ids: fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }) }),
  fc.record({ do: fc.constant("replace" as const), pick }),
);

test("whatever was committed to a table, each snapshot of its backup reads as the source's and the receipt counts the last", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(commit, { minLength: 1, maxLength: 6 }), async (commits) => {
      const { source, table } = newTable(2);
      let live: WrittenFile[] = [];
      let next = 0;
      const append = async (size: number, outside = false) => {
        const file = await table.data(rows(next, size, day), outside ? `s3://elsewhere/${next}.parquet` : undefined);
        next += size;
        live.push(file);
        return file;
      };
      await table.commit([await append(3), await append(2, true)]);
      for (const one of commits) {
        if (one.do === "append") {
          const files: WrittenFile[] = [];
          for (const size of one.sizes) files.push(await append(size));
          await table.commit(files);
        } else if (one.do === "deletePositions") {
          const deletes = one.picks.map(([file, position]): [string, number] => {
            const target = live[file % live.length]!;
            return [target.path, position % target.records];
          });
          await table.commit([await table.positionDeletes(deletes, day)]);
        } else if (one.do === "deleteEqual") {
          await table.commit([await table.equalityDeletes(one.ids.map(BigInt), day)]);
        } else {
          const old = live[one.pick % live.length]!;
          const fresh = await append(2);
          live = live.filter((file) => file !== old);
          await table.commit([fresh], [old]);
        }
      }
      const write = new MemoryStore();
      const receipt = await backUp(request(source, write, table.metadataLocation));
      const metadataLocation = receipt.destination.metadataLocation!;
      for (const id of table.snapshotIds) {
        const wanted = await rowsOf((uri) => source.objects.get(uri)?.body, table.metadataLocation, id);
        const copied = await rowsOf((uri) => write.objects.get(uri)?.body, metadataLocation, id);
        expect(copied).toEqual(wanted);
        if (id === table.snapshotIds.at(-1)) expect(receipt.rows).toBe(wanted.length);
      }
    }),
    { numRuns: 8 },
  );
});
