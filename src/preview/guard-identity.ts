import { partsOfUrn } from "./engine-event.ts";
import type { StepMetadata, StepState } from "./engine-event.ts";

/** What AWS knows a sync and an export by. An asset table is a claim, and no object in AWS. */
const identities: Record<string, readonly string[]> = {
  ResourceDataSync: ["account", "region", "syncType", "syncName"],
  DataExportConfiguration: ["account", "region", "domain"],
};

/**
 * Judges a plan that creates and deletes one and the same object: a resource that has only been given another name in the program. Its
 * creation meets the object and is an error, or takes it over where that is asked for.
 */
export function judgeIdentities(steps: readonly StepMetadata[]): { status: "pass" | "blocked"; message: string } {
  const deleted = new Map(
    steps.filter(({ op }) => op === "delete").map((step) => [identityOf(step, step.old), step.urn] as const),
  );
  const moved = steps
    .filter((step) => step.op === "create" && deleted.has(identityOf(step, step.new)))
    .map((step) => ({
      to: step.urn,
      from: deleted.get(identityOf(step, step.new))!,
      adopts: step.new?.inputs?.["adopt"],
    }))
    .filter(({ to }) => partsOfUrn(to).type in identities);
  if (moved.length === 0) return { status: "pass", message: "Nothing is deleted and created at once." };
  const list = moved.map(({ from, to }) => `${from} → ${to}`).join(", ");
  if (moved.every(({ adopts }) => adopts === true)) {
    return { status: "pass", message: `Taken over under another name: ${list}.` };
  }
  const cure =
    "If the program only names or places them otherwise, say so in their option `aliases`, and nothing is changed; or take them over with `adopt: true` or --adopt.";
  return { status: "blocked", message: `Deleted and created at once, but one and the same in AWS: ${list}. ${cure}` };
}

function identityOf({ urn }: StepMetadata, state: StepState | null | undefined): string {
  const { type } = partsOfUrn(urn);
  const values = (identities[type] ?? []).map((key) => String(state?.inputs?.[key]));
  return values.length > 0 ? [type, ...values].join(" ") : urn;
}
