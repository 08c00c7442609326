import type { Declaration } from "../../targets/index.ts";
import type { Change } from "../change/change.ts";
import { sentenceOf, severityOf } from "../consequence/consequence.ts";
import type { Counts } from "./plan.ts";
import type { Finding } from "./preflight.ts";

/** The accounts and Regions that a plan leaves out, as `account/region`, each with the codes of its findings. */
export type LeftOut = ReadonlyMap<string, string>;

/**
 * Returns how many accounts and Regions may fail: a share of them is rounded down, as StackSets does; `undefined` where the spec does
 * not say.
 */
export function toleratedTargets(
  tolerated: number | string | undefined,
  declarations: readonly Pick<Declaration, "account" | "region">[],
): number | undefined {
  if (typeof tolerated !== "string") return tolerated;
  const targets = new Set(declarations.map(({ account, region }) => `${account}/${region}`));
  return Math.floor((Number.parseInt(tolerated, 10) * targets.size) / 100);
}

/**
 * Returns the accounts and Regions where AWS would refuse something, if they are no more than may fail, and others are left, which may
 * be done already. A loss of rows is no refusal, and a finding of no account and Region stands against the whole plan: neither can be
 * left out.
 */
export function findLeftOut(
  changes: readonly Change[],
  findings: readonly Finding[],
  most: number | undefined,
  declarations: readonly Pick<Declaration, "account" | "region">[],
): LeftOut {
  const errors = findings.filter(({ severity, code }) => severity === "error" && code !== "data-loss");
  const refused = Map.groupBy(errors, targetOf);
  const targets = new Set([...changes, ...declarations].map(targetOf));
  const few = most !== undefined && refused.size <= most && refused.size < targets.size;
  if (!few || [...refused.keys()].some((target) => target === undefined)) return new Map();
  const codes = (of: readonly Finding[]) => [...new Set(of.map(({ code }) => code))].toSorted().join(", ");
  return new Map([...refused].map(([target, of]) => [target!, codes(of)]));
}

/** Returns the changes and their counts without what is left out, which stays to be seen as skipped. */
export function withSkips(
  { changes, counts }: { changes: readonly Change[]; counts: Counts },
  leftOut: LeftOut,
): { changes: Change[]; counts: Counts } {
  const left = { ...counts };
  const all = changes.map((change): Change => {
    const code = leftOut.get(targetOf(change) ?? "");
    if (code === undefined || change.operation === "skip") return change;
    left[change.operation] = (left[change.operation] ?? 0) - 1;
    left.skip = (left.skip ?? 0) + 1;
    const facts = { rows: "none", code } as const;
    const severity = severityOf("skip", facts);
    const consequence = sentenceOf({ operation: "skip", type: change.type, facts });
    const { found: _found, ...rest } = change;
    return { ...rest, operation: "skip", severity, facts, consequence };
  });
  return { changes: all, counts: left };
}

/** Returns whether a resource is in an account and Region that is left out. */
export function isLeftOut(name: string, leftOut: Pick<LeftOut, "has">): boolean {
  return leftOut.has(name.split("/").slice(0, 2).join("/"));
}

function targetOf({ account, region }: { account?: string; region?: string }): string | undefined {
  return account === undefined || region === undefined ? undefined : `${account}/${region}`;
}
