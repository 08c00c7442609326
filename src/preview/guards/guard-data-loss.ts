import type { Change } from "../change/change.ts";
import type { Guard } from "../plan/guard.ts";
import type { Finding } from "../plan/preflight.ts";
import { allowanceOf } from "../../resources/kinds.ts";
import { firstItems } from "../change/first-items.ts";

/** Holds back every loss of rows without a copy that nobody has allowed in the spec under review. */
export function dataLossGuard(changes: readonly Change[], findings: readonly Finding[]): Guard {
  const name = "data-loss";
  const losses = changes.filter(({ severity }) => severity === "destroys");
  const unallowed = losses.filter((change) => reasonOf(change) === undefined);
  const found = findings.filter(({ code, severity }) => code === "data-loss" && severity === "error");
  const open = new Set([
    ...unallowed.map((change) => change.name),
    ...found.map((finding) => finding.name ?? finding.message),
  ]);
  if (open.size > 0) {
    const namesInFindings = new Set(found.map((finding) => finding.name));
    const withoutFinding = unallowed.filter(({ name }) => !namesInFindings.has(name));
    const cures = [
      ...(namesInFindings.size > 0 ? ["The findings say what to do."] : []),
      ...withoutFinding.slice(0, 1).map(cureOf),
    ];
    return {
      name,
      status: "blocked",
      message: `Rows would be lost without a copy: ${listOf(open)}. ${cures.join(" ")}`,
    };
  }
  if (losses.length === 0) {
    const but = findings.some(({ code }) => code === "data-loss") ? ", but those that the findings name" : "";
    return { name, status: "pass", message: `No row is lost without a copy${but}.` };
  }
  const reasons = new Set(losses.map((change) => `${change.name} (${reasonOf(change)})`));
  return { name, status: "allowed", message: `Rows are lost without a copy, as allowed: ${listOf(reasons)}.` };
}

/** Why a loss may be: as the inputs allow it, or as the look has found it allowed. */
const reasonOf = ({ facts, found }: Change): string | undefined => facts.allowed ?? found?.allowed;

/** A table that makes room can have a copy; what expires goes whatever copies there are. Whose a table is that was not looked at, nobody can write. */
function cureOf({ name, operation, facts, found }: Change): string {
  const owner = found?.owner ?? (operation === "create" ? undefined : String(facts["domain"]));
  const allow =
    owner === undefined ? undefined : `or allow this very loss: ${allowanceOf(name, facts.tableArn ?? owner)}.`;
  if (facts.rows === "expire" || found?.becomes === "expire") return `Write the expiration that it had, ${allow}`;
  return `Say where the backup of ${name} goes (table.backup), ${allow ?? "or write `leftover: ask`, which tells whose table it is."}`;
}

function listOf(names: ReadonlySet<string>): string {
  const { shown, more } = firstItems([...names].toSorted(), 20);
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
