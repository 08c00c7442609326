import type { Change } from "./change.ts";
import type { Guard } from "./guard.ts";
import type { Finding } from "./preflight.ts";
import { someOf } from "./some.ts";

/** Holds back every loss of rows without a copy that nobody has allowed in the spec under review. */
export function dataLossGuard(changes: readonly Change[], findings: readonly Finding[]): Guard {
  const name = "data-loss";
  const losses = changes.filter(({ severity }) => severity === "destroys");
  const found = findings.filter(({ code, severity }) => code === "data-loss" && severity === "error");
  const open = new Set([
    ...losses.filter(({ facts }) => !facts.allowed).map((change) => change.name),
    ...found.map((finding) => finding.name ?? finding.message),
  ]);
  if (open.size > 0) {
    const cure =
      "Give the rows a copy (table.backup, or `sluice backup`), or allow this very loss: `allow: { loss: ACCOUNT/REGION, of: DOMAIN, reason: … }`.";
    return { name, status: "blocked", message: `Rows would be lost without a copy: ${listOf(open)}. ${cure}` };
  }
  if (losses.length === 0) return { name, status: "pass", message: "No row is lost without a copy." };
  const reasons = new Set(losses.map((change) => `${change.name} (${String(change.facts.allowed)})`));
  return { name, status: "allowed", message: `Rows are lost without a copy, as allowed: ${listOf(reasons)}.` };
}

function listOf(names: ReadonlySet<string>): string {
  const { shown, more } = someOf([...names].toSorted(), 20);
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
