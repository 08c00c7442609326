import path from "node:path";
import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/**
 * The files that take longest, those that wait and those that compute in turn. At the end of a run, where the order of the kinds
 * would have some of them, each would have the machine for itself.
 */
const longest = [
  "crash/switch",
  "conformance/processes",
  "unit/backup/line",
  "e2e/ownership",
  "crash/orphan",
  "e2e/installed",
  "conformance/endings",
  "unit/backup/copier-mutants",
  "conformance/conformance",
  "e2e/isolated",
  "crash/way-back",
  "unit/probe/leaving",
  "unit/cli/apply",
  "e2e/held-plan",
  "e2e/half-done",
  "contract/healthy-worlds",
  "crash/model",
  "e2e/foreseen",
  "crash/backup",
  "contract/many-accounts",
];

/** Has the longest files run first, whatever their kind, and the others as Vitest would. */
export class LongestFirst extends BaseSequencer {
  /** Returns the files in the order in which they begin. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const name = path
        .relative(path.resolve(import.meta.dirname, ".."), moduleId)
        .split(path.sep)
        .join("/");
      const index = longest.indexOf(name.replace(/\.test\.ts$/, ""));
      return index < 0 ? longest.length : index;
    };
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own, which returns a copy
    const usual = await super.sort(files);
    return usual.toSorted((one, other) => rank(one) - rank(other));
  }
}
