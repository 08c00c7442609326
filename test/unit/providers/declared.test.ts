import { beforeEach, expect, it } from "vitest";
import { declareClaim, declareExport, forgetDeclared, noteClaimRead } from "../../../providers/slot/declared.ts";
import { forgetRecorded, noteRecorded } from "../../../providers/slot/recorded-claims.ts";
import { normalise } from "../../../providers/settings/table-settings.ts";

const target = { account: "111122223333", region: "us-east-1" };
const claimOf = (domain: string) => normalise({ ...target, domain, backup: "s3://acme-backups/catalog" });
const exportOf = (domain: string) => ({ ...target, domain, assetTable: `111122223333/us-east-1/${domain}` });

beforeEach(() => {
  forgetDeclared();
  forgetRecorded();
});

it("an export that has its claim's id as a text waits for no claim that is to come", () => {
  noteRecorded(claimOf("dzd_alpha"));
  declareClaim(claimOf("dzd_beta"), claimOf("dzd_alpha"));
  expect(declareExport(exportOf("dzd_beta"))).toMatchObject([{ property: "assetTable" }]);
});

it.each(["before", "after"])("a claim that is imported, and read %s it is declared, is not to come", (when) => {
  noteRecorded(claimOf("dzd_alpha"));
  if (when === "before") noteClaimRead(claimOf("dzd_alpha"));
  declareClaim(claimOf("dzd_alpha"), undefined);
  if (when === "after") noteClaimRead(claimOf("dzd_alpha"));
  expect(declareExport(exportOf("dzd_alpha"))).toEqual([]);
});

it.each(["before", "after"])("a claim stays to come where that of another domain is read %s it is declared", (when) => {
  noteRecorded(claimOf("dzd_alpha"));
  if (when === "before") noteClaimRead(claimOf("dzd_alpha"));
  declareClaim(claimOf("dzd_beta"), undefined);
  if (when === "after") noteClaimRead(claimOf("dzd_alpha"));
  expect(declareExport(exportOf("dzd_beta"))).toMatchObject([{ property: "assetTable" }]);
});
