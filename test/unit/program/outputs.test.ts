import * as pulumi from "@pulumi/pulumi";
import { beforeEach, expect, expectTypeOf, it } from "vitest";
import { assetTable as table } from "../../../providers/asset-table.ts";
import type { Lifecycle } from "../../../providers/lifecycle/lifecycle.ts";
import { dataExportConfiguration as configuration } from "../../../providers/data-export-configuration.ts";
import { resourceDataSync as sync } from "../../../providers/resource-data-sync.ts";
import { AssetTable, DataExportConfiguration, ResourceDataSync } from "../../../src/index.ts";
import type { CatalogExport, Sluice } from "../../../src/index.ts";

/** The outputs that a class declares, each with the type of its value. */
type Declared<Resource> = {
  [Key in Exclude<keyof Resource, keyof pulumi.CustomResource>]: Resource[Key] extends pulumi.Output<infer Value>
    ? Value
    : never;
};

/** Those that may be absent. */
type Absent<Values> = { [Key in keyof Values as null extends Values[Key] ? Key : never]: null };

/** Those whose type would be wrong once the resource is there: not an output at all, or one that can be undefined. */
type Untrue<Values> = {
  [Key in keyof Values as [Values[Key]] extends [never] ? Key : undefined extends Values[Key] ? Key : never]: Key;
};

/** The outputs of a component, which has its single resources as well. */
type Outputs<Component> = Omit<
  {
    [Key in Exclude<keyof Component, keyof pulumi.ComponentResource>]: Component[Key] extends pulumi.Output<infer Value>
      ? Value
      : never;
  },
  "table" | "configuration" | "resources"
>;

/** What a lifecycle records of a resource, without bookkeeping and what only counts for a creation; what may be absent is null there. */
type Recorded<Of> =
  Of extends Lifecycle<infer _Settings, infer State>
    ? {
        [Key in keyof State as Key extends `__${string}` | "adopt" ? never : Key]-?: {} extends Pick<State, Key>
          ? Exclude<State[Key], undefined> | null
          : State[Key];
      }
    : never;

beforeEach(() =>
  pulumi.runtime.setMocks({ call: () => ({}), newResource: ({ inputs }) => ({ id: "id", state: inputs }) }),
);

it("an output may be absent exactly where its provider records null for it", () => {
  expectTypeOf<Absent<Declared<ResourceDataSync>>>().toEqualTypeOf<typeof sync.absent>();
  expectTypeOf<Absent<Declared<DataExportConfiguration>>>().toEqualTypeOf<typeof configuration.absent>();
  expectTypeOf<Absent<Declared<AssetTable>>>().toEqualTypeOf<typeof table.absent>();
});

it("a class declares every output that its provider records, of that type, and no other", () => {
  expectTypeOf<Declared<ResourceDataSync>>().toEqualTypeOf<Recorded<typeof sync>>();
  expectTypeOf<Declared<DataExportConfiguration>>().toEqualTypeOf<Recorded<typeof configuration>>();
  expectTypeOf<Declared<AssetTable>>().toEqualTypeOf<Recorded<typeof table>>();
});

it("no output is undefined", () => {
  expectTypeOf<Untrue<Declared<ResourceDataSync>>>().toEqualTypeOf<{}>();
  expectTypeOf<Untrue<Declared<DataExportConfiguration>>>().toEqualTypeOf<{}>();
  expectTypeOf<Untrue<Declared<AssetTable>>>().toEqualTypeOf<{}>();
  expectTypeOf<Untrue<Outputs<CatalogExport>>>().toEqualTypeOf<{}>();
  expectTypeOf<Untrue<Outputs<Sluice>>>().toEqualTypeOf<{}>();
});

it("an output of one resource is an argument of the next, absent or not", () => {
  const { role, externalId, account, region, encryption } = new AssetTable("claim", place);
  const next = new DataExportConfiguration("export", {
    account,
    region,
    role,
    externalId,
    encryption,
    domain: "dzd_a",
    assetTable: "x",
  });
  expect(DataExportConfiguration.isInstance(next)).toBe(true);
});

it.each([
  [ResourceDataSync, sync, ["arn", "syncName", "syncType"]],
  [DataExportConfiguration, configuration, ["domain", "enabled", "encryption", "assetTable", "tableBucketArn"]],
  [
    AssetTable,
    table,
    ["domain", "encryption", "backup", "method", "history", "onRemoval", "leftover", "tableBucketArn"],
  ],
] as const)(
  "every output of %o exists, whatever arguments were left out, and after get",
  (type, { absent }, others) => {
    const made = new type("made", {} as never);
    const got = type.get("got", "id");
    for (const name of ["account", "region", ...others, ...Object.keys(absent)]) {
      for (const resource of [made, got])
        expect(pulumi.Output.isInstance(Reflect.get(resource, name)), name).toBe(true);
    }
  },
);

it.each([ResourceDataSync, DataExportConfiguration, AssetTable])(
  "an empty id and the option import are errors that say what to write (%o)",
  (type) => {
    for (const id of ["", undefined as never]) {
      expect(() => type.get("got", id)).toThrow(/\.get\("got"\) needs an id\. Its form is account\/region\//);
    }
    const id = "111122223333/us-east-1/dzd_a";
    expect(() => new type("made", {} as never, { import: id })).toThrow(/`import` of "made".*`adopt: true`/);
  },
);

const place = { account: "111122223333", region: "us-east-1", domain: "dzd_a", backup: "none" };
