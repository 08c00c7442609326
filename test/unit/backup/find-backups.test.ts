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

const tableId = "0d5e1f0c-9ad4-4f3c-8f56-1f2b3c4d5e6f";

test.each([
  ["an account and a Region", "s3://acme-backups/111122223333/us-east-1", tableId],
  ["those, for a table whose id has another form", "s3://acme-backups/111122223333/us-east-1", "table-1"],
  ["the same twice", "s3://acme-backups/111122223333/us-east-1/444455556666/eu-west-1", tableId],
  ["an account, a Region and a team", "s3://acme-backups/all/111122223333/us-east-1/data-team", tableId],
  [
    "an account, a Region and more than a copy has below them",
    "s3://acme-backups/444455556666/eu-west-1/a/b/c",
    tableId,
  ],
])("backups are found whose prefix ends in what looks like their own folders: %s", async (_what, prefix, id) => {
  const { store, receipt } = await backedUp();
  const copies = new MemoryStore();
  const slot = `${prefix}/111122223333/us-east-1`;
  copies.objects.set(`${slot}/released.json`, { body: Buffer.from("{}"), metadata: {} });
  for (const [uri, object] of store.objects) {
    copies.objects.set(uri.replace(copyFolder, `${slot}/${id}/token1`), object);
  }
  const begun = `${slot}/${id}/token2/data/444455556666/eu-west-1/${id}/more/a.parquet`;
  copies.objects.set(begun, { body: Buffer.from("begun"), metadata: {} });
  for (const below of [slot, prefix, "s3://acme-backups"]) {
    expect(await findBackups(copies, below)).toMatchObject([
      { location: `${slot}/${id}/token1`, receipt },
      { location: `${slot}/${id}/token2`, bytes: 5 },
    ]);
  }
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
