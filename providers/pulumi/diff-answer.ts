import type { dynamic } from "@pulumi/pulumi";
import type provider from "@pulumi/pulumi/proto/provider_pb.js";
import { isDeepStrictEqual } from "node:util";
import { hostMessages } from "../lifecycle/host-messages.ts";
import type { Difference } from "../settings/differences.ts";

/** How a property differs, as Pulumi's providers name it. */
export type DifferenceKind = "add" | "delete" | "update" | "add-replace" | "delete-replace" | "update-replace";

/** The answer of `diff` with each difference by its path, which the SDK's interface of dynamic providers has no place for. */
export interface DiffAnswer extends dynamic.DiffResult {
  readonly paths: Readonly<Record<string, DifferenceKind>>;
}

/** Returns what a provider answers to `diff`. */
export function diffAnswer(differences: readonly Difference[]): DiffAnswer {
  const paths = Object.fromEntries(differences.flatMap(pathsOf));
  return {
    // The host reads this, and nothing else, right before it fills in its response.
    get changes() {
      passed = paths;
      return differences.length > 0;
    },
    replaces: differences.filter(({ replaces }) => replaces).map(({ path }) => path),
    // AWS knows each of them by its name or by its place, which the old one must leave first.
    deleteBeforeReplace: true,
    paths,
  };
}

let passed: DiffAnswer["paths"] = {};

type Messages = Pick<typeof provider, "DiffResponse" | "PropertyDiff">;

/** Makes the host pass each difference to the engine by its path: it drops all of an answer but the names of what forces a replacement. */
export function passPathsToEngine(): void {
  for (const messages of hostMessages()) {
    const { prototype } = messages.DiffResponse;
    const setChanges = prototype.setChanges;
    prototype.setChanges = function (this: provider.DiffResponse, changes) {
      fillPaths(this, passed, messages);
      passed = {};
      return setChanges.call(this, changes);
    };
  }
}

/** Writes differences into the response of a `diff`. */
export function fillPaths(
  response: provider.DiffResponse,
  paths: DiffAnswer["paths"],
  { PropertyDiff }: Messages,
): void {
  const entries = Object.entries(paths);
  // Old values are the recorded ones, not the inputs that led to them: `inputDiff` stays false.
  for (const [path, kind] of entries) {
    const name = kind.toUpperCase().replace("-", "_") as keyof typeof PropertyDiff.Kind;
    response.getDetaileddiffMap().set(path, new PropertyDiff().setKind(PropertyDiff.Kind[name]));
  }
  if (entries.length > 0) response.setHasdetaileddiff(true);
}

/** Settings that are lists are sets: what leaves one has its index in the old list, what joins it the one in the new list. */
function pathsOf({ path, recorded, desired, replaces }: Difference): [string, DifferenceKind][] {
  if (!Array.isArray(recorded) || !Array.isArray(desired)) return [[path, kindOf(recorded, desired, replaces)]];
  const without = (list: readonly unknown[], other: readonly unknown[]) =>
    list.flatMap((item, index) => (other.some((one) => isDeepStrictEqual(one, item)) ? [] : index));
  const [left, joined] = [without(recorded, desired), without(desired, recorded)];
  const indexes = [...new Set([...left, ...joined])].toSorted((one, other) => one - other);
  // Another order, or one of two equal ones gone.
  if (indexes.length === 0) return [[path, kindOf(recorded, desired, replaces)]];
  return indexes.map((index) => [
    `${path}[${index}]`,
    kindOf(left.includes(index) || undefined, joined.includes(index) || undefined, replaces),
  ]);
}

function kindOf(recorded: unknown, desired: unknown, replaces: boolean): DifferenceKind {
  const kind =
    (recorded ?? undefined) === undefined ? "add" : (desired ?? undefined) === undefined ? "delete" : "update";
  return replaces ? `${kind}-replace` : kind;
}
