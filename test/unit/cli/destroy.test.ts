import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { dataExport, place, step, summary, sync, table } from "../preview/fixtures.ts";
import { desk } from "./desk.ts";
import type { Desk } from "./desk.ts";

let cwd: string;
let pulumi: Desk["pulumi"];
let typed: Desk["typed"];
let clear: Desk["clear"];

beforeEach(() => {
  ({ cwd, pulumi, typed, clear } = desk());
  // A removal is looked at, which needs credentials; nothing listens there, and what cannot be looked at is removed all the same.
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "111122223333");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});
afterEach(() => {
  vi.unstubAllEnvs();
  clear();
});

const stopped = "be deleted\nbecause it is protected.";
const everything = [
  ...step("delete", "DataExportConfiguration", place, dataExport("dzd_beta")),
  ...step("delete", "AssetTable", place, table("dzd_beta")),
  ...step("delete", "ResourceDataSync", `${place}/inventory`, sync("111122223333", "us-east-1")),
  summary(),
];
const verbs = () =>
  pulumi.calls().map(({ argv }) => argv.filter((one) => /^(destroy|--preview-only|--yes)$/.test(one)));

it("destroy says first what becomes of each resource and its data, then asks", async () => {
  pulumi.play("destroy", everything);
  const { code, out, err } = await typed(["destroy"]);
  expect(code).toBe(2);
  expect(err).toContain("Give --yes.");
  expect(out).toMatch(/^dev {2}3 deletions\n/);
  expect(out).toContain(`- release asset table  ${place}  sluice.yaml:8`);
  expect(out).toContain("The table of dzd_beta stays with all its rows");
  expect(out).toContain("Inventory stops flowing to s3://acme-inventory");
  expect(verbs()).toEqual([["destroy", "--preview-only"]]);
});

it("destroy --yes carries that out", async () => {
  pulumi.play("destroy", everything);
  const { code, out } = await typed(["destroy", "--yes"]);
  expect(code).toBe(0);
  expect(out).toMatch(/done: 3 deleted\n$/);
  expect(verbs()).toEqual([
    ["destroy", "--preview-only"],
    ["destroy", "--yes"],
  ]);
});

it("destroy is blocked by protection before anything is deleted, and needs no spec to say so", async () => {
  const refusal = { diagnosticEvent: { severity: "error", message: `resource "urn:pulumi:x" cannot ${stopped}` } };
  pulumi.play("destroy", [...everything.slice(0, -1), refusal, summary("failed")], 1);
  writeFileSync(path.join(cwd, "Pulumi.yaml"), "name: mine\nruntime: nodejs\nbackend: { url: file://./kept }\n");
  const { code, out } = await typed(["destroy", "--yes", "-o", "json", "--spec", "gone.yaml"]);
  expect(code).toBe(5);
  expect(JSON.parse(out)).toMatchObject({ result: "failed", plan: { result: "blocked", counts: { delete: 3 } } });
  expect(verbs()).toEqual([["destroy", "--preview-only"]]);
});

it("destroy --expect-no-changes only shows the plan: exit code 7", async () => {
  pulumi.play("destroy", everything);
  expect((await typed(["destroy", "--expect-no-changes"])).code).toBe(7);
  expect(verbs()).toEqual([["destroy", "--preview-only"]]);
});
