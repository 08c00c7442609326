import { expect, it } from "vitest";
import { assetTable } from "../../../providers/asset-table.ts";
import { dataExportConfiguration } from "../../../providers/data-export-configuration.ts";
import { resourceDataSync } from "../../../providers/resource-data-sync.ts";
import { differencesBetween } from "../../../providers/settings/differences.ts";
import { planFrom } from "../../../src/preview/index.ts";
import { kinds } from "../../../src/resources/kinds.ts";
import { step } from "./fixtures.ts";

const lifecycles = [assetTable, dataExportConfiguration, resourceDataSync];

it("every lifecycle serves its own kind", () => {
  expect(lifecycles.map(({ kind }) => kind).toSorted()).toEqual(Object.keys(kinds).toSorted());
});

it.each(Object.entries(kinds))("a plan names as the cause of a replaced %s what its provider names", (kind, facts) => {
  const paths = Object.keys(facts.changes);
  const leaves = paths.filter((path) => !paths.some((other) => other.startsWith(`${path}.`)));
  const valued = (value: string) => leaves.reduce((inputs, path) => withLeaf(inputs, path.split("."), value), {});
  const [before, after] = [valued("old"), valued("new")];
  const causes = differencesBetween(before, after, facts.changes).filter(({ replaces }) => replaces);
  const plan = planFrom({ stack: "dev", declarations: [], events: step("replace", kind, "one", before, after) });
  const told = plan.changes[0]!.properties.filter(({ replaces }) => replaces);
  expect(told.map(({ path }) => path)).toEqual(causes.map(({ path }) => path).toSorted());
});

function withLeaf(inputs: Record<string, unknown>, [key, ...rest]: string[], value: string): Record<string, unknown> {
  const inner = rest.length > 0 ? withLeaf((inputs[key!] ?? {}) as Record<string, unknown>, rest, value) : value;
  return { ...inputs, [key!]: inner };
}
