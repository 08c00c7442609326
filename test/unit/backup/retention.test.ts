import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { periods, retentionOf } from "../../../src/backup/index.ts";
import type { DatedCopy, Retention } from "../../../src/backup/index.ts";

const arnOf = (table: string) => `arn:aws:s3tables:us-east-1:111122223333:bucket/b/table/${table}`;
let made = 0;
const copy = (signedAt: string, more: Partial<DatedCopy> = {}): DatedCopy => ({
  tableArn: arnOf("one"),
  history: "all",
  location: `s3://acme/${++made}`,
  verifiedAt: signedAt,
  signedAt,
  ...more,
});

const days = (from: string, count: number) =>
  Array.from({ length: count }, (_, index) => new Date(Date.parse(from) + index * 86_400_000).toISOString());
const kept = (copies: readonly DatedCopy[], retention: Retention) =>
  retentionOf(copies, retention).flatMap((series) =>
    series.kept.map((each) => [each.copy.signedAt.slice(0, 10), ...each.reasons]),
  );

describe("a retention", () => {
  it("keeps the newest of each of the last days, weeks, months and years that have one", () => {
    const year = days("2025-12-01T01:00:00.000Z", 120).map((time) => copy(time));
    expect(kept(year, { daily: 2, weekly: 2, monthly: 3, yearly: 2 })).toEqual([
      ["2026-03-30", "newest", "2026-03-30", "week of 2026-03-30", "2026-03", "2026"],
      ["2026-03-29", "2026-03-29", "week of 2026-03-23"],
      ["2026-02-28", "2026-02"],
      ["2026-01-31", "2026-01"],
      ["2025-12-31", "2025"],
    ]);
  });

  it("counts days that have a copy, and of each keeps the newest", () => {
    const times = ["2026-01-01T01", "2026-01-01T23", "2026-06-01T01", "2026-11-01T01"].map((at) => `${at}:00:00.000Z`);
    const [series] = retentionOf(
      times.map((time) => copy(time)),
      { daily: 3 },
    );
    expect(series!.expired.map(({ signedAt }) => signedAt)).toEqual([times[0]]);
  });

  it("is of each table, and of each kind of copy, by itself: a newer copy of something else makes none go", () => {
    const old = copy("2020-01-01T00:00:00.000Z");
    const newer = [{ tableArn: arnOf("two") }, { history: "current" as const }].map((more) =>
      copy("2026-01-01T00:00:00.000Z", more),
    );
    expect(retentionOf([old, ...newer], { daily: 1 }).flatMap(({ expired }) => expired)).toEqual([]);
  });

  it("believes no receipt that it is from the future", () => {
    const real = copy("2026-05-02T00:00:00.000Z");
    const liar = copy("2026-05-01T00:00:00.000Z", { verifiedAt: "2099-01-01T00:00:00.000Z" });
    expect(retentionOf([real, liar], { daily: 1 })[0]).toMatchObject({ newest: real, expired: [liar] });
  });
});

const times = fc.date({ min: new Date("2024-01-01"), max: new Date("2026-12-31"), noInvalidDate: true });
const anyCopy = fc
  .record({
    signed: times,
    verified: times,
    table: fc.constantFrom("one", "two"),
    history: fc.constantFrom("all", "current"),
    needed: fc.option(fc.constant("a way back"), { nil: undefined, freq: 8 }),
  })
  .map(({ signed, verified, table, history, needed }): DatedCopy => {
    const told = { tableArn: arnOf(table), history, verifiedAt: verified.toISOString() };
    return copy(signed.toISOString(), { ...told, ...(needed !== undefined && { needed }) });
  });
const count = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined });
const retentions = fc.record({ daily: count, weekly: count, monthly: count, yearly: count });
const copies = fc.array(anyCopy, { minLength: 1, maxLength: 40 });
const expiredOf = (all: readonly DatedCopy[], retention: Retention) =>
  new Set(retentionOf(all, retention).flatMap(({ expired }) => expired.map(({ location }) => location)));

describe("whatever the copies, their times and what is kept", () => {
  it("each copy is kept or has expired, once; the newest by the store's clock and what is needed stay", () => {
    fc.assert(
      fc.property(copies, retentions, (all, retention) => {
        const series = retentionOf(all, retention);
        const told = series.flatMap((each) => [...each.kept.map((one) => one.copy), ...each.expired]);
        expect(told.map(({ location }) => location).toSorted()).toEqual(all.map(({ location }) => location).toSorted());
        const expired = expiredOf(all, retention);
        for (const one of all) if (one.needed !== undefined) expect(expired).not.toContain(one.location);
        for (const { newest, kept: staying } of series) {
          const alike = all.filter((one) => one.tableArn === newest.tableArn && one.history === newest.history);
          expect(newest.signedAt).toBe(
            alike
              .map((one) => one.signedAt)
              .toSorted()
              .at(-1),
          );
          expect(staying[0]!.copy).toBe(newest);
        }
      }),
    );
  });

  it("more that is to be kept lets no more go", () => {
    fc.assert(
      fc.property(copies, retentions, fc.constantFrom(...periods), (all, retention, more) => {
        const before = expiredOf(all, retention);
        const wider = expiredOf(all, { ...retention, [more]: (retention[more] ?? 0) + 1 });
        for (const location of wider) expect(before).toContain(location);
      }),
    );
  });

  it("no times written into receipts let a copy go that stays by the store's clock alone", () => {
    fc.assert(
      fc.property(copies, retentions, (all, retention) => {
        const honest = all.map((one) => ({ ...one, verifiedAt: one.signedAt }));
        const byStore = expiredOf(honest, retention);
        for (const location of expiredOf(all, retention)) expect(byStore).toContain(location);
      }),
    );
  });

  it("copies of other tables, and other kinds of copies, change nothing", () => {
    fc.assert(
      fc.property(copies, retentions, (all, retention) => {
        const [first] = all;
        const alike = all.filter((one) => one.tableArn === first!.tableArn && one.history === first!.history);
        const among = [...expiredOf(all, retention)].filter((at) => alike.some(({ location }) => location === at));
        expect(new Set(among)).toEqual(expiredOf(alike, retention));
      }),
    );
  });
});
