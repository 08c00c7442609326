import type { ExportEntry, Spec, SyncEntry } from "../spec/index.ts";
import type { Declaration } from "../targets/index.ts";
import type { PlanDiagnostic } from "./diagnostics.ts";
import { partsOfUrn, type StepMetadata } from "./engine-event.ts";
import type { Change } from "./change.ts";
import { judgeIdentities } from "./identity-guard.ts";

/** What keeps a plan from being applied unseen. */
export interface Guard {
  name: "delete-budget" | "replace-budget" | "protect" | "empty-selector" | "identity";
  status: "pass" | "blocked";
  message: string;
}

export interface GuardInput {
  changes: readonly Change[];
  steps: readonly StepMetadata[];
  diagnostics: readonly PlanDiagnostic[];
  declarations: readonly Declaration[];
  /** Its budgets, where an absent one is no limit, and its entries. */
  spec?: Pick<Spec, "guards" | "syncs" | "exports">;
}

/** Every guard with its verdict, those that pass included. */
export function guardsOf(input: GuardInput): Guard[] {
  const { changes, spec } = input;
  return [
    budgetGuard("delete-budget", "deletes", countOf(changes, "delete"), spec?.guards.deletes),
    budgetGuard("replace-budget", "replaces", countOf(changes, "replace"), spec?.guards.replaces),
    protectGuard(input),
    emptySelectorGuard(input),
    { name: "identity", ...judgeIdentities(input.steps) },
  ];
}

function budgetGuard(
  name: Guard["name"],
  key: "deletes" | "replaces",
  count: number,
  limit: number | undefined,
): Guard {
  const noun = { deletes: "delete", replaces: "replacement" }[key];
  const found = `${count} ${noun}${count === 1 ? "" : "s"}`;
  if (limit === undefined)
    return { name, status: "pass", message: `${found}, without a limit (guards.${key} is not set).` };
  if (count <= limit) return { name, status: "pass", message: `${found}, ${limit} allowed.` };
  const cure = `If they are meant, raise guards.${key} to ${count} in the spec, for this change.`;
  return { name, status: "blocked", message: `${found}, ${limit} allowed. ${cure}` };
}

function protectGuard({ steps, diagnostics }: GuardInput): Guard {
  const taken = new Set(["delete", "delete-replaced", "replace"]);
  const names = new Set(
    steps.filter(({ op, old }) => taken.has(op) && old?.protect).map(({ urn }) => partsOfUrn(urn).name),
  );
  // An engine that meets a protected resource first may refuse it before it plans a step.
  for (const { message, name } of diagnostics.filter(isProtection)) names.add(name ?? urnIn(message));
  if (names.size === 0)
    return { name: "protect", status: "pass", message: "No protected resource is deleted or replaced." };
  const list = [...names].toSorted().join(", ");
  const cure = "If it is meant, take `protect` off its entry, apply that, then make this change.";
  return { name: "protect", status: "blocked", message: `Protected: ${list}. ${cure}` };
}

/** Whether it is in the words in which Pulumi refuses to delete or to replace a protected resource. */
export const isProtection = ({ severity, message }: PlanDiagnostic): boolean =>
  severity === "error" && /because it is protected|marked for protection/.test(message);

const urnIn = (message: string): string =>
  partsOfUrn(/urn:pulumi:[^"'\s]+/.exec(message)?.[0] ?? "").name || "a resource";

/**
 * An entry that stands for nothing while what it stood for is deleted is what a failed look-up or a renamed
 * organizational unit looks like. Who means it removes the entry.
 */
function emptySelectorGuard({ changes, declarations, spec }: GuardInput): Guard {
  const alive = new Set(declarations.map(({ source }) => source.line));
  const deleted = changes.filter(({ operation }) => operation === "delete");
  const emptied = [...(spec?.syncs ?? []), ...(spec?.exports ?? [])].flatMap((entry) => {
    const lost = alive.has(entry.source.line) ? [] : deleted.filter((change) => stoodFor(entry, change));
    return lost.length > 0
      ? `${entry.key} (${entry.source.file}:${entry.source.line}) lost all of its ${lost.length}`
      : [];
  });
  if (emptied.length === 0) return { name: "empty-selector", status: "pass", message: "No selection went empty." };
  const cure = "Look at its accounts, Regions and organizational units; if all of it is to go, remove the entry.";
  return {
    name: "empty-selector",
    status: "blocked",
    message: `A selection went empty: ${emptied.join(", ")}. ${cure}`,
  };
}

const stoodFor = (entry: SyncEntry | ExportEntry, { type, name, properties }: Change): boolean =>
  "domain" in entry
    ? type !== "ResourceDataSync" && properties.some(({ path, before }) => path === "domain" && before === entry.domain)
    : type === "ResourceDataSync" && name.endsWith(`/${entry.name}`);

const countOf = (changes: readonly Change[], operation: Change["operation"]): number =>
  changes.filter((change) => change.operation === operation).length;
