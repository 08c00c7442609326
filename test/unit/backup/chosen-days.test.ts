import { describe, expect, it } from "vitest";
import { chosenDays } from "../../../src/backup/index.ts";

const source = (domain: string | undefined, tableArn: string, asOf: string, days: string[], undated = 0) => ({
  tableArn,
  asOf,
  days: Object.fromEntries(days.map((day) => [day, 10])),
  undated,
  ...(domain !== undefined && { domain }),
});
const takenOf = (...sources: ReturnType<typeof source>[]) => {
  const chosen = chosenDays(sources);
  return sources.map((one) => {
    const days = chosen.get(one)!;
    return days === "all" ? days : [...days].toSorted().join(" ");
  });
};

describe("the days that a history takes", () => {
  it("are the newest copy's, and from older ones those that it has no longer", () => {
    expect(
      takenOf(
        source("a", "t1", "2026-01-03", ["01", "02"]),
        source("a", "t1", "2026-01-05", ["02", "03", "04"]),
        source("a", "t1", "2026-01-04", ["02", "03"]),
      ),
    ).toEqual(["01", "02 03 04", ""]);
  });

  it("are those of each domain, and once where a domain has the day in two tables", () => {
    expect(
      takenOf(
        source("a", "t1", "2026-01-03", ["01", "02"]),
        source("b", "t2", "2026-01-04", ["02", "03"]),
        source("a", "t3", "2026-01-05", ["02", "04"]),
      ),
    ).toEqual(["01", "02 03", "02 04"]);
  });

  it("are those of each table, where nobody knows whose it was", () => {
    expect(
      takenOf(source(undefined, "t1", "2026-01-03", ["01"]), source(undefined, "t2", "2026-01-04", ["01"])),
    ).toEqual(["01", "01"]);
  });

  it("are all of the newest copy, and nothing of older ones, where rows have no day", () => {
    expect(
      takenOf(
        source("a", "t1", "2026-01-03", ["01", "02"]),
        source("a", "t1", "2026-01-05", ["02"], 5),
        source("b", "t2", "2026-01-04", ["02"]),
      ),
    ).toEqual(["", "all", "02"]);
    expect(takenOf(source("a", "t1", "2026-01-03", ["01"], 5), source("a", "t1", "2026-01-05", ["01", "02"]))).toEqual([
      "",
      "01 02",
    ]);
  });
});
