import type { PlanDiagnostic } from "../change/diagnostics.ts";
import { partsOfUrn } from "../change/engine-event.ts";
import type { StepMetadata } from "../change/engine-event.ts";
import type { Guard } from "../plan/guard.ts";

/** Holds back what would delete or replace a resource that the stack has on record as protected. */
export function protectGuard({
  steps,
  diagnostics,
}: {
  steps: readonly StepMetadata[];
  diagnostics: readonly PlanDiagnostic[];
}): Guard {
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
const isProtection = ({ severity, message }: PlanDiagnostic): boolean =>
  severity === "error" && /because it is protected|marked for protection/.test(message);

const urnIn = (message: string): string =>
  partsOfUrn(/urn:pulumi:[^"'\s]+/.exec(message)?.[0] ?? "").name || "a resource";
