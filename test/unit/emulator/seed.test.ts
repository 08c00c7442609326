import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { parseFaultRules } from "../../../src/emulator/control/fault-rules.ts";
import { parseSeed } from "../../../src/emulator/world/seed.ts";

it("an empty document is a seed of nothing", () => {
  expect(parseSeed(null)).toEqual({ accounts: {}, buckets: {}, keys: {} });
});

it("what a seed leaves out has its default, and nothing is shared between two seeds", () => {
  const read = () =>
    parseSeed({
      accounts: { "111122223333": { regions: { "us-east-1": { domains: [{ id: "dzd_a", name: "A" }] } } } },
    });
  const account = {
    regions: {
      "us-east-1": { domains: [{ id: "dzd_a", name: "A", state: "AVAILABLE", version: "V2" }], syncs: [] },
    },
    disabledRegions: [],
    standalone: false,
    serviceLinkedRoles: [],
  };
  expect(read()).toEqual({ accounts: { "111122223333": account }, buckets: {}, keys: {} });
  read().accounts["111122223333"]!.serviceLinkedRoles.push("one");
  expect(read().accounts["111122223333"]!.serviceLinkedRoles).toEqual([]);
});

it("everything that is wrong with a seed is told at once, with its place", () => {
  const seed = {
    organization: { id: "acme", management: "111122223333", units: { "ou-1": { name: "A", units: { "ou-2": {} } } } },
    accounts: { 1: {}, "111122223333": { regions: { "us-east-1": { domains: {}, syncs: [{}] } }, standalone: "no" } },
    buckets: { acme: { region: "us-east-1", account: "111122223333", policy: "open" } },
    keys: { key: { enabled: true } },
    constructor: {},
  };
  expect(() => parseSeed(seed, "seed.yaml")).toThrow(
    [
      "seed.yaml is not a seed:",
      "  organization.id: an organization's id looks like o-acme123456",
      "  organization.units.ou-1.units.ou-2.name: must be text",
      "  accounts.1: an account id has twelve digits; quote it",
      "  accounts.111122223333.regions.us-east-1.domains: must be a list",
      "  accounts.111122223333.regions.us-east-1.syncs.0: a sync has a SyncName",
      "  accounts.111122223333.standalone: must be true or false",
      "  buckets.acme.policy: a bucket's policy is ssm-delivery, or an object with a Statement, as AWS writes it",
      "  keys.key: a key is named by its ARN",
      "  constructor: is not known here",
    ].join("\n"),
  );
  expect(() => parseSeed([])).toThrow("  the document: must be a map");
});

it("a fault rule skips none and comes true once, unless it says otherwise", () => {
  const rule = { service: "ssm", operation: "*", error: "500" };
  expect(parseFaultRules(rule)).toEqual([{ ...rule, when: "before", skip: 0, times: 1 }]);
  expect(() => parseFaultRules([{ ...rule, when: "later", times: 0, skip: 0.5, error: "" }])).toThrow(
    [
      "Not a list of fault rules:",
      "0.when: must be one of before, after",
      "0.error: must be the name of an error",
      "0.skip: must be a whole number, 0 or more",
      "0.times: must be a whole number, 1 or more",
    ].join("\n"),
  );
});

it("the README's seed is one, and has every field that a seed takes", () => {
  const readme = readFileSync(new URL("../../../src/emulator/README.md", import.meta.url), "utf8");
  const [yaml] = /(?<=```yaml\n)[^]*?(?=```)/.exec(readme)!;
  parseSeed(parse(yaml!));
  const source = readFileSync(new URL("../../../src/emulator/world/seed.ts", import.meta.url), "utf8");
  const fields = [...source.matchAll(/^  (\w+): /gm)].map(([, name]) => name!);
  expect(fields.length).toBeGreaterThan(35);
  expect(fields.filter((field) => !new RegExp(`\\b${field}: `).test(yaml!.replace(/:$/gm, ": ")))).toEqual([]);
});

it("what has a short form is the same in its long one", () => {
  const bucket = (fields: object) =>
    parseSeed({ buckets: { acme: { region: "us-east-1", account: "111122223333", ...fields } } }).buckets["acme"];
  expect(bucket({ versioning: true, lifecycle: 30, encryptionRequired: true })).toEqual(
    bucket({ versioning: "Enabled", lifecycle: [{ days: 30 }], encryptionRequired: "aws:kms" }),
  );
  expect(() => bucket({ lifecycle: [{ days: 0 }], versioning: "on", locked: {} })).toThrow(
    [
      "the seed is not a seed:",
      "  buckets.acme.versioning: must be one of Enabled, Suspended",
      "  buckets.acme.locked.days: must be a whole number of days",
      "  buckets.acme.lifecycle.0.days: must be 1 day or more",
    ].join("\n"),
  );
});
