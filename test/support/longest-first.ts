import path from "node:path";
import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/** The kinds in the order in which they run: those of many small files last, so that all processors have work to the end. */
const kinds = ["crash", "e2e", "conformance", "contract", "unit"];

/** The files of each kind that take longest, those that wait and those that compute in turn. */
const longest = [
  "crash/switch",
  "crash/lost-lock",
  "crash/orphan",
  "crash/model",
  "crash/way-back",
  "crash/backup",
  "crash/engine-kill",
  "e2e/ownership",
  "e2e/installed",
  "e2e/isolated",
  "e2e/half-done",
  "e2e/foreseen",
  "e2e/held-plan",
  "e2e/stack-rename",
  "e2e/adopt",
  "conformance/processes",
  "conformance/endings",
  "conformance/conformance",
  "contract/ownership",
  "contract/faults",
  "contract/switch-preconditions",
  "contract/many-accounts",
  "unit/backup/line",
  "unit/backup/copier-mutants",
  "unit/cli/comment",
  "unit/cli/destroy",
  "unit/preview/forges",
  "unit/probe/leaving",
  "unit/cli/apply",
  "unit/aws/unreachable",
  "unit/spec/mutations",
];

/**
 * Has the longest files of a kind run first, and the others as Vitest would, one kind after another: a process that has loaded all that
 * a file needs goes on with the next file only if that is of its kind.
 */
export class LongestFirst extends BaseSequencer {
  /** Returns the files in the order in which they begin. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const name = path
        .relative(path.resolve(import.meta.dirname, ".."), moduleId)
        .split(path.sep)
        .join("/");
      const index = longest.indexOf(name.replace(/\.test\.ts$/, ""));
      return kinds.indexOf(name.split("/")[0]!) * 1000 + (index < 0 ? longest.length : index);
    };
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own, which returns a copy
    const usual = await super.sort(files);
    return usual.toSorted((one, other) => rank(one) - rank(other));
  }
}
