import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../../providers/slot/claim-decision.ts";
import type { ObservedSlot } from "../../../providers/slot/claim-decision.ts";
import type { ReleaseRecord } from "../../../providers/slot/release-record.ts";
import type { Encryption } from "../../../src/resources/index.ts";

const s3: Encryption = { sseAlgorithm: "AES256" };
const kms: Encryption = { sseAlgorithm: "aws:kms", kmsKeyArn: "arn:aws:kms:us-east-1:111122223333:key/k" };
const arn = "arn:aws:s3tables:us-east-1:111122223333:bucket/aws-sagemaker-catalog/table/t1";
const claim = {
  account: "111122223333",
  region: "us-east-1",
  domain: "dzd_alpha",
  encryption: s3,
  backup: "s3://backups/catalog",
  leftover: "ask" as const,
};
const table = { arn, encryption: s3 };
const released = (domain?: string, tableArn = arn): ReleaseRecord => ({
  version: 1,
  domain,
  encryption: s3,
  tableArn,
  time: "2026-01-01T00:00:00.000Z",
});

describe("a claim", () => {
  it("is refused where another domain has a configuration, whatever lies there", () => {
    const decision = decide(
      { ...claim, leftover: "drop" },
      { holders: ["dzd_beta"], table, release: released("dzd_alpha") },
    );
    expect(decision).toMatchObject({ act: "refuse", message: expect.stringContaining("dzd_beta") });
  });

  it("takes an empty place", () => {
    expect(decide(claim, { holders: [] })).toEqual({ act: "claim" });
    expect(decide(claim, { holders: ["dzd_alpha"], release: released("dzd_beta") })).toEqual({ act: "claim" });
  });

  it("adopts the table that its configuration writes to, or that it released itself", () => {
    expect(decide(claim, { holders: ["dzd_alpha"], table })).toEqual({ act: "adopt" });
    expect(decide(claim, { holders: [], table, release: released("dzd_alpha") })).toEqual({ act: "adopt" });
  });

  it("is refused when its configuration holds a table of another encryption", () => {
    expect(decide({ ...claim, encryption: kms }, { holders: ["dzd_alpha"], table }).act).toBe("refuse");
  });

  it("backs up and drops a table that another domain released, or that has another encryption", () => {
    expect(decide(claim, { holders: [], table, release: released("dzd_beta") })).toEqual({ act: "backUpAndDrop" });
    expect(decide({ ...claim, encryption: kms }, { holders: [], table, release: released("dzd_alpha") })).toEqual({
      act: "backUpAndDrop",
    });
  });

  it("does not take the release of an earlier table for that of the present one", () => {
    expect(decide(claim, { holders: [], table, release: released("dzd_alpha", `${arn}-old`) })).toMatchObject({
      act: "refuse",
      cure: expect.stringMatching(/adopt.*backUpAndDrop.*drop/s),
    });
  });

  it("does with a table of unknown origin what leftover says", () => {
    const found: ObservedSlot = { holders: [], table };
    expect(decide({ ...claim, leftover: "adopt" }, found)).toEqual({ act: "adopt" });
    expect(decide({ ...claim, leftover: "adopt", encryption: kms }, found).act).toBe("refuse");
    expect(decide({ ...claim, leftover: "backUpAndDrop" }, found)).toEqual({ act: "backUpAndDrop" });
    expect(decide({ ...claim, leftover: "drop" }, found)).toEqual({ act: "backUpAndDrop" });
  });

  it("is refused a table of unknown origin while a domain that may not be asked may be writing to it", () => {
    const unasked = [{ domain: { id: "dzd_shared", status: "AVAILABLE" } }];
    const drop = { ...claim, leftover: "backUpAndDrop" as const };
    const refused = decide(drop, { holders: [], unasked, table });
    expect(refused).toMatchObject({
      act: "refuse",
      code: "export-holder",
      message: expect.stringContaining("dzd_shared"),
    });
    expect(decide(drop, { holders: [], unasked }).act).toBe("claim");
  });

  it("is refused a table of another domain too, if one that may not be asked can have written to it since that was known", () => {
    const unasked = [{ domain: { id: "dzd_shared", status: "AVAILABLE" } }];
    const found: ObservedSlot = { holders: [], unasked, table, release: released("dzd_beta") };
    for (const backup of [claim.backup, "none"]) {
      const allowLoss = [{ of: "dzd_beta", reason: "sandbox" }];
      const refused = { act: "refuse", code: "export-holder", message: expect.stringContaining("dzd_shared") };
      expect(decide({ ...claim, backup, allowLoss }, found)).toMatchObject(refused);
    }
    expect(decide(claim, { ...found, isOwnerSure: true }).act).toBe("backUpAndDrop");
    expect(decide(claim, { ...found, unasked: [] }).act).toBe("backUpAndDrop");
  });

  it("loses no rows without a copy but by the word for this very table or its domain", () => {
    const unbacked = { ...claim, backup: "none" };
    const foreign: ObservedSlot = { holders: [], table, release: released("dzd_beta") };
    const allow = (of: string) => ({ allowLoss: [{ of, reason: "sandbox" }] });
    expect(decide(unbacked, foreign)).toMatchObject({ act: "refuse", code: "data-loss" });
    expect(decide({ ...unbacked, ...allow("dzd_gamma") }, foreign)).toMatchObject({ act: "refuse", code: "data-loss" });
    expect(decide({ ...unbacked, ...allow("dzd_beta") }, foreign)).toMatchObject({ act: "drop" });
    expect(decide({ ...unbacked, ...allow(arn) }, foreign)).toMatchObject({ act: "drop" });
    const unknown: ObservedSlot = { holders: [], table };
    expect(decide({ ...unbacked, leftover: "drop" }, unknown)).toMatchObject({ act: "refuse", code: "data-loss" });
    expect(decide({ ...unbacked, leftover: "drop", ...allow("dzd_beta") }, unknown)).toMatchObject({ act: "refuse" });
    expect(decide({ ...unbacked, leftover: "drop", ...allow(arn) }, unknown)).toMatchObject({ act: "drop" });
    expect(decide({ ...unbacked, ...allow(arn) }, unknown)).toMatchObject({ act: "refuse", code: "table-leftover" });
    const spent = [{ of: "dzd_beta", reason: "sandbox" }];
    expect(decide({ ...unbacked, ...allow("dzd_beta") }, { ...foreign, usedAllowances: spent })).toMatchObject({
      act: "refuse",
      cure: expect.stringContaining(
        "(reason: sandbox) was used for an earlier loss, or written before this table was made, and counts once",
      ),
    });
    expect(decide({ ...unbacked, ...allow(arn) }, { ...foreign, usedAllowances: spent })).toMatchObject({
      act: "drop",
    });
  });
});

describe("whatever is found and wanted", () => {
  const domain = fc.constantFrom("dzd_alpha", "dzd_beta");
  const encryption = fc.constantFrom(s3, kms);
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const evidence: fc.Arbitrary<ObservedSlot> = fc.record({
    holders: fc.uniqueArray(domain),
    table: maybe(fc.record({ arn: fc.constant(arn), encryption })),
    release: maybe(fc.tuple(maybe(domain), fc.constantFrom(arn, `${arn}-old`)).map((given) => released(...given))),
  });
  const claims = fc.record({
    account: fc.constant(claim.account),
    region: fc.constant(claim.region),
    domain,
    encryption,
    backup: fc.constantFrom("none", claim.backup),
    leftover: fc.constantFrom("ask", "adopt", "backUpAndDrop", "drop"),
    allowLoss: maybe(
      fc.constantFrom(arn, `${arn}-old`, "dzd_alpha", "dzd_beta").map((of) => [{ of, reason: "sandbox" }]),
    ),
  });
  const holds = (property: (wanted: typeof claim, found: ObservedSlot, act: string) => boolean) =>
    fc.assert(
      fc.property(claims, evidence, (wanted, found) => {
        const asked = wanted as typeof claim;
        return property(asked, found, decide(asked, found).act);
      }),
      { numRuns: 500 },
    );

  it("no table is dropped that a configuration holds", () => {
    holds((_, { holders }, act) => holders.length === 0 || !/drop/i.test(act));
  });

  it("no table is dropped without a backup but by the word", () => {
    holds((wanted, { table: found, release }, act) => {
      const owner = release?.tableArn === found?.arn ? release?.domain : undefined;
      const word = (wanted as { allowLoss?: { of: string }[] }).allowLoss?.[0]?.of;
      return act !== "drop" || (wanted.backup === "none" && word !== undefined && [arn, owner].includes(word));
    });
    holds((wanted, _, act) => act !== "backUpAndDrop" || wanted.backup !== "none");
  });

  it("no table is adopted whose encryption is not the wanted one", () => {
    holds((wanted, { table: found }, act) => act !== "adopt" || found?.encryption === wanted.encryption);
  });
});
