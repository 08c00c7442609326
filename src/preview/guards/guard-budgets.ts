import type { Spec } from "../../spec/index.ts";
import type { Change } from "../change/change.ts";
import type { Guard, GuardRule } from "../plan/guard.ts";
import type { Counts } from "../plan/plan.ts";
import type { Limits } from "./recorded-guards.ts";

interface Budgeted {
  changes: readonly Change[];
  counts: Counts;
  applied?: Limits;
  spec?: Pick<Spec, "guards"> & Partial<Pick<Spec, "allow">>;
}

type Key = "deletes" | "replaces";

/**
 * Judges how much one deployment takes away, by the stricter of the limits that were applied last and those under review, so that no
 * change loosens its own guard; what is meant is allowed for one change, with a reason. Without any limit a stack of 20 resources and
 * more has one: 30 % of it, deletes and replaces together, and never more than 25.
 */
export function budgetGuards(input: Budgeted): Guard[] {
  const { counts, spec } = input;
  const size = counts.same + counts.update + counts.replace + counts.delete + (counts.forget ?? 0) + (counts.skip ?? 0);
  const deletes = budgetOf("deletes", input, size);
  const replaces = budgetOf("replaces", input, size);
  // One budget for both, as far as nobody has written one for each, and less what is allowed by itself.
  const both = [deletes, replaces].filter((budget) => budget.byDefault && budget.count > 0);
  const together = both.filter(({ count, allowance }) => !allowance || count > allowance.most);
  const sum = together.reduce((total, { count }) => total + count, 0);
  return [deletes, replaces].map((budget) =>
    verdictOn(budget, together.includes(budget) ? sum : budget.count, spec !== undefined),
  );
}

interface Budget extends GuardRule {
  key: Key;
  count: number;
  byDefault: boolean;
}

function budgetOf(key: Key, { changes, applied, spec }: Budgeted, size: number): Budget {
  const operation = { deletes: "delete", replaces: "replace" }[key];
  const count = changes.filter((change) => change.operation === operation).length;
  if (!spec) return { key, count, byDefault: false };
  const written = [...(applied ? [applied[key]] : []), spec.guards[key]];
  const limit = Math.min(...written.map((each) => limitOf(each, size)));
  const byDefault = written.includes(undefined) && limit === limitOf(undefined, size);
  const allowance = allowanceOf(key, spec);
  return { key, count, byDefault, ...(limit < Infinity && { limit }), ...(allowance && { allowance }) };
}

/** A share is rounded down, as StackSets does; so is the default one. */
function limitOf(written: number | string | undefined, size: number): number {
  if (typeof written === "number") return written;
  if (typeof written === "string") return Math.floor((Number.parseInt(written, 10) * size) / 100);
  return size < 20 ? Infinity : Math.min(25, Math.floor((30 * size) / 100));
}

/** Returns the guards with blocked budgets lifted where the spec allows the plan by its digest, which therefore does not bind the allowance. */
export function allowedByDigest(guards: readonly Guard[], digest: string, spec: Budgeted["spec"]): Guard[] {
  const today = new Date().toISOString().slice(0, 10);
  const allowance = spec?.allow?.find(
    (one) => one.digest === digest && (one.until === undefined || one.until >= today),
  );
  if (!allowance) return [...guards];
  return guards.map((guard) =>
    guard.status === "blocked" && guard.name.endsWith("-budget")
      ? {
          ...guard,
          status: "allowed",
          message: `${guard.message.split(". ")[0]}, and this plan is: ${ended(allowance.reason)}`,
        }
      : guard,
  );
}

/** The largest of the allowances that count today. */
function allowanceOf(key: Key, { allow = [] }: NonNullable<Budgeted["spec"]>): GuardRule["allowance"] {
  const today = new Date().toISOString().slice(0, 10);
  const valid = allow.flatMap(({ reason, until, ...each }) => {
    const most = each[key];
    return most === undefined || (until !== undefined && until < today)
      ? []
      : { most, reason, ...(until && { until }) };
  });
  return valid.toSorted((a, b) => b.most - a.most)[0];
}

function verdictOn({ key, count, byDefault, limit, allowance }: Budget, sum: number, judged: boolean): Guard {
  const name = key === "deletes" ? "delete-budget" : "replace-budget";
  const found = counted(count, { deletes: "delete", replaces: "replacement" }[key]);
  if (!judged) return { name, status: "pass", message: `${found}; budgets are not for who wants everything gone.` };
  const rule = { ...(limit !== undefined && { limit }), ...(allowance && { allowance }) };
  if (limit === undefined) return { name, status: "pass", message: `${found}, without a limit.`, rule };
  const all = sum > count ? `${found}, ${sum} with deletes and replacements together` : found;
  const limited = `${all}, ${limit} allowed${byDefault ? " by default" : ""}`;
  if (count === 0 || sum <= limit) return { name, status: "pass", message: `${limited}.`, rule };
  if (allowance && count <= allowance.most)
    return {
      name,
      status: "allowed",
      message: `${limited}, and ${allowance.most} for this change: ${ended(allowance.reason)}`,
      rule,
    };
  const cure = `If they are meant, allow them for this change: \`allow: { ${key}: ${count}, reason: …, until: … }\`.`;
  return { name, status: "blocked", message: `${limited}. ${cure}`, rule };
}

const ended = (sentence: string): string => sentence.replace(/\.?\s*$/, ".");

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
