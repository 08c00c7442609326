import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { periods, retentionOf } from "../../../src/backup/index.ts";
import type { FoundBackup, Receipt, Retention } from "../../../src/backup/index.ts";

const [account, region] = ["111122223333", "us-east-1"];

function backup(
  verifiedAt: string,
  { table = "one", location }: { table?: string; location?: string } = {},
): FoundBackup {
  const tableArn = `arn:aws:s3tables:${region}:${account}:bucket/b/table/${table}`;
  const made = `s3://acme/backups/${account}/${region}/${table}/${verifiedAt.replaceAll(/\W/g, "")}`;
  const receipt = {
    source: { account, region, tableArn, versionToken: verifiedAt },
    destination: { location: made },
    verifiedAt,
  } as unknown as Receipt;
  return { location: location ?? made, bytes: 1, receipt };
}

const at = (day: string, time = "01:00:00") => `${day}T${time}.000Z`;
const days = (from: string, count: number) =>
  Array.from({ length: count }, (_, index) => new Date(Date.parse(from) + index * 86_400_000).toISOString());
const kept = (backups: readonly FoundBackup[], retention: Retention) =>
  retentionOf(backups, retention).flatMap(({ kept }) =>
    kept.map(({ backup, reasons }) => [backup.receipt.verifiedAt.slice(0, 10), ...reasons]),
  );

describe("a retention", () => {
  it("keeps the newest of each of the last days, weeks, months and years that have one", () => {
    const year = days("2025-12-01T01:00:00.000Z", 120).map((time) => backup(time));
    expect(kept(year, { daily: 2, weekly: 2, monthly: 3, yearly: 2 })).toEqual([
      ["2026-03-30", "newest", "2026-03-30", "week of 2026-03-30", "2026-03", "2026"],
      ["2026-03-29", "2026-03-29", "week of 2026-03-23"],
      ["2026-02-28", "2026-02"],
      ["2026-01-31", "2026-01"],
      ["2025-12-31", "2025"],
    ]);
  });

  it("counts days that have a backup, and of each keeps the newest", () => {
    const some = [at("2026-01-01"), at("2026-01-01", "23:00:00"), at("2026-06-01"), at("2026-11-01")].map((time) =>
      backup(time),
    );
    const [table] = retentionOf(some, { daily: 3 });
    expect(table!.expired.map(({ receipt }) => receipt.verifiedAt)).toEqual([at("2026-01-01")]);
  });

  it("is of each table by itself", () => {
    const two = [backup(at("2026-01-01")), backup(at("2020-01-01"), { table: "two" })];
    expect(kept(two, { daily: 1 })).toHaveLength(2);
  });

  it("speaks neither of what is unfinished or unreadable, nor of what does not lie where it was made", () => {
    const one = backup(at("2026-01-02"));
    const others: FoundBackup[] = [
      { location: one.location.replace(/[^/]+$/, "unfinished"), bytes: 1 },
      { location: one.location.replace(/[^/]+$/, "damaged"), bytes: 1, problem: "no receipt" },
      backup(at("2026-01-01"), { location: "s3://acme/backups" }),
      { ...backup(at("2026-01-01")), location: one.location.replace("/one/", "/two/") },
    ];
    const planted = backup(at("2026-01-01"), { table: "two" });
    planted.receipt!.source.tableArn = one.receipt!.source.tableArn;
    const tables = retentionOf([one, ...others, planted], { yearly: 1 });
    expect(tables).toEqual([expect.objectContaining({ newest: one, expired: [] })]);
  });

  it("never lets go of a table's newest, keeps or expires every other once, and keeps no fewer when it says more", () => {
    const times = fc.uniqueArray(
      fc.date({ min: new Date("2020-01-01"), max: new Date("2026-12-31"), noInvalidDate: true }),
      {
        minLength: 1,
        maxLength: 40,
        selector: Number,
      },
    );
    const count = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined });
    const counts = fc.record({ daily: count, weekly: count, monthly: count, yearly: count });
    fc.assert(
      fc.property(times, counts, fc.constantFrom(...periods), (dates, retention, more) => {
        const backups = dates.map((date) => backup(date.toISOString()));
        const [table, ...none] = retentionOf(backups, retention);
        expect(none).toEqual([]);
        const newest = new Date(Math.max(...dates.map(Number))).toISOString();
        expect(table!.kept[0]!.backup.receipt.verifiedAt).toBe(newest);
        const all = [...table!.kept.map((one) => one.backup), ...table!.expired].map(({ location }) => location);
        expect(all.toSorted()).toEqual(backups.map(({ location }) => location).toSorted());
        const [wider] = retentionOf(backups, { ...retention, [more]: (retention[more] ?? 0) + 1 });
        const locations = wider!.kept.map((one) => one.backup.location);
        for (const { backup: one } of table!.kept) expect(locations).toContain(one.location);
      }),
    );
  });
});
