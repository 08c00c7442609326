import { expect, test } from "vitest";
import { backUp, verify } from "../../../src/backup/index.ts";
import { copyFolder, newTable, request, rows } from "../../support/iceberg-samples.ts";
import { MemoryStore } from "../../support/memory-store.ts";

test("a backup that breaks off at any call, before or after its effect, is invisible or whole, and the next run finishes it", async () => {
  const { source, table } = newTable(2);
  const file = await table.data(rows(0, 3, 19_000));
  await table.commit([file]);
  await table.commit([await table.positionDeletes([[file.path, 1]], 19_000)]);
  const before = new Map(source.objects);

  const undisturbed = new MemoryStore();
  const wanted = await backUp(request(source, undisturbed, table.metadataLocation));
  const calls = undisturbed.calls.length;
  expect(calls).toBeGreaterThan(30);

  for (const when of ["before", "after"] as const) {
    for (let at = 0; at < calls; at++) {
      const write = new MemoryStore();
      write.fault = { at, when };
      await expect(backUp(request(source, write, table.metadataLocation)), `${when} ${at}`).rejects.toThrow("reset");
      write.fault = undefined;
      const isVisible = write.objects.has(wanted.destination.metadataLocation!);
      if (isVisible) expect((await verify({ receipt: wanted, store: write })).problems, `${when} ${at}`).toEqual([]);

      const receipt = await backUp(request(source, write, table.metadataLocation));
      expect({ ...receipt, verifiedAt: "" }, `${when} ${at}`).toEqual({ ...wanted, verifiedAt: "" });
      expect(write.under("").filter((uri) => uri.endsWith("receipt.json"))).toEqual([`${copyFolder}/receipt.json`]);
      expect(contents(write)).toEqual(contents(undisturbed));
    }
  }
  expect(source.objects).toEqual(before);
});

test("a file that an earlier run copied is not read again", async () => {
  const { source, table } = newTable(2);
  const files = [await table.data(rows(0, 3, 19_000)), await table.data(rows(5, 3, 19_001))];
  await table.commit(files);
  const write = new MemoryStore();
  write.fault = { at: 8, when: "before" };
  await expect(backUp(request(source, write, table.metadataLocation))).rejects.toThrow("reset");
  write.fault = undefined;
  expect(write.under(`${copyFolder}/data`)).toHaveLength(2);
  source.calls.length = 0;
  await backUp(request(source, write, table.metadataLocation));
  const read = source.calls.filter((call) => call.name === "get").map((call) => call.uri);
  expect(read).not.toContain(files[0]!.path);
  expect(read).not.toContain(files[1]!.path);
});

/** All but the receipt, which tells the time. */
function contents(store: MemoryStore): [string, string][] {
  const uris = store.under("").filter((uri) => !uri.endsWith("receipt.json"));
  return uris.map((uri) => [uri, store.bytes(uri).toString("base64")]);
}
