import { expect, it } from "vitest";
import type { FoundBackup, Receipt } from "../../../src/backup/index.ts";
import { backupAgeOf } from "../../../src/operate/index.ts";

const now = Date.parse("2026-11-27T12:00:00.000Z");
const table = { tableArn: "arn:aws:s3tables:us-east-1:111122223333:bucket/b/table/one", versionToken: "now" };
const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();

function backup(hours: number, source: Partial<Receipt["source"]> = {}, more: Partial<FoundBackup> = {}): FoundBackup {
  const location = `s3://acme/${hours}`;
  const receipt = {
    source: { ...table, versionToken: "then", ...source },
    destination: { location },
    verifiedAt: hoursAgo(hours),
  } as Receipt;
  return { location, bytes: 1, receipt, signedAt: hoursAgo(hours), ...more };
}

const stateOf = (...found: FoundBackup[]) => backupAgeOf(found, table, { hours: 26, now }).state;

it.each<[string, FoundBackup[], string]>([
  ["there is none", [], "missing"],
  ["it is younger", [backup(50), backup(25)], "young"],
  ["it is older", [backup(50), backup(26)], "old"],
  ["it is of the table as it is now", [backup(50, { versionToken: "now" })], "young"],
  ["another table has a younger one", [backup(50), backup(1, { tableArn: `${table.tableArn}2` })], "old"],
  ["a younger one is partly deleted", [backup(50), backup(1, {}, { isPartlyDeleted: true })], "old"],
  ["a younger one was moved there", [backup(50), backup(1, {}, { location: "s3://acme/moved" })], "old"],
  ["its receipt says more than the store's clock", [backup(-999, {}, { signedAt: hoursAgo(50) })], "old"],
  ["none was finished", [{ location: "s3://acme/x", bytes: 1 }], "missing"],
])("where %s", (_, found, state) => {
  expect(stateOf(...found)).toBe(state);
});
