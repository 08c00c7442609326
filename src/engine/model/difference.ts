import type { DetailedDiff } from "./detailed-diff.ts";

/** How the recorded resource differs from what the program wants. */
export interface ResourceDifference {
  readonly changed: boolean;
  /** The properties that force a replacement. */
  readonly replaces: readonly string[];
  /** The changed properties, where they are known. */
  readonly diffs: readonly string[];
  /** Every change by its path, where the provider tells it, or leaves it to the engine to compare inputs. */
  readonly detailed?: DetailedDiff;
  readonly deleteBeforeReplace: boolean;
}
