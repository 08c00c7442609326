import { expect, test } from "vitest";
import { backUp, findBackups, relocated, verify } from "../../../src/backup/index.ts";
import { copyFolder, newTable, request, rows } from "../../support/iceberg-samples.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { verifyAll } from "../../../src/cli/commands/verify-all.ts";
import { memoryIo } from "../cli/memory-io.ts";

async function backedUp() {
  const { source, table } = newTable(2);
  await table.commit([await table.data(rows(0, 3, 19_000))]);
  const store = new MemoryStore();
  return { store, receipt: await backUp(request(source, store, table.metadataLocation)) };
}

test("backups are found by their receipts, the newest first, and what was not finished is said to be so", async () => {
  const { store, receipt } = await backedUp();
  const put = (uri: string, body: string) => store.objects.set(uri, { body: Buffer.from(body), metadata: {} });
  const table = copyFolder.replace("/token1", "");
  put(`${table}/token2/data/a.parquet`, "begun");
  put(`${table}/token3/receipt.json`, "{}");
  put(`${table}/token4/receipt.json`, JSON.stringify({ ...receipt, verifiedAt: "2001-01-01T00:00:00.000Z" }));
  put("s3://acme-backups/catalog/111122223333/us-east-1/released.json", "{}");
  const found = await findBackups(store, "s3://acme-backups/catalog/");
  expect(found.map(({ location }) => location.slice(table.length + 1))).toEqual([
    "token1",
    "token4",
    "token2",
    "token3",
  ]);
  expect(found[0]!.receipt).toEqual(receipt);
  expect(found[2]).toEqual({ location: `${table}/token2`, bytes: 5 });
  expect(found[3]!.problem).toContain("is no receipt of a backup");
});

test("a copy whose receipt is gone is told from one that was not finished", async () => {
  const { store, receipt } = await backedUp();
  store.objects.delete(`${copyFolder}/receipt.json`);
  store.objects.delete(`${copyFolder}/objects.jsonl`);
  const [found] = await findBackups(store, "s3://acme-backups/catalog/");
  expect(found).toMatchObject({ location: receipt.destination.location, isPublished: true });
  const io = memoryIo();
  const look = () => Promise.reject(new Error("There is nothing to look at it by."));
  expect(await verifyAll(store, "s3://acme-backups/catalog", look, "text", io)).toBe(1);
  expect(io.stdout()).toMatch(/^not whole .*\n.*its receipt is not.* may be its only copy.* delete nothing/m);
});

test("what was moved is read from where it lies, what is missing there is missing, and nothing is written", async () => {
  const { store, receipt } = await backedUp();
  const moved = new MemoryStore();
  for (const [uri, object] of store.objects) moved.objects.set(uri.replace(copyFolder, "s3://dr/elsewhere"), object);
  const read = relocated(moved, copyFolder, "s3://dr/elsewhere");
  expect(await verify({ receipt, store: read })).toMatchObject({ ok: true, rows: 3 });
  moved.objects.set("s3://dr/elsewhere/data/more", { body: Buffer.from("x"), metadata: {} });
  expect((await verify({ receipt, store: read })).problems).toEqual([
    `${copyFolder}/data/more belongs to nothing in the copy.`,
  ]);
  await expect(read.put(`${copyFolder}/x`, Buffer.alloc(1))).rejects.toThrow("never written");
});
