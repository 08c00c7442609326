import { partsOfUrn } from "../change/engine-event.ts";
import type { StepMetadata, StepState } from "../change/engine-event.ts";

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
  const kept = retainedInTheWay(steps);
  if (kept.length > 0) {
    const list = [...new Set(kept.map((urn) => partsOfUrn(urn).name))].toSorted();
    return {
      status: "blocked",
      message: `Kept and replaced at once: ${list.join(", ")}. What \`retain\` keeps in AWS is in the way of its successor. Take \`retain\` off its entry, apply that, then make this change.`,
    };
  }
  if (moved.length === 0) return { status: "pass", message: "Nothing is deleted and created at once." };
  const list = moved.map(({ from, to }) => `${from} → ${to}`).join(", ");
  if (moved.every(({ adopts }) => adopts === true)) {
    return { status: "pass", message: `Taken over under another name: ${list}.` };
  }
  const cure =
    "If the program only names or places them otherwise, say so in their option `aliases`, and nothing is changed; or take them over with `adopt: true` or --adopt.";
  return { status: "blocked", message: `Deleted and created at once, but one and the same in AWS: ${list}. ${cure}` };
}

/** Replacements whose old half nobody deletes, though AWS can hold only one of both. */
function retainedInTheWay(steps: readonly StepMetadata[]): string[] {
  const replaced = steps.filter(({ op, old, new: next }) => op === "replace" && old?.retainOnDelete && next);
  const inTheWay = replaced.filter(({ urn, old, new: next }) => {
    const keys = places[partsOfUrn(urn).type] ?? [];
    return keys.length > 0 && keys.every((key) => old?.inputs?.[key] === next?.inputs?.[key]);
  });
  return inTheWay.map(({ urn }) => urn);
}

/** What AWS can hold only one of. */
const places: Record<string, readonly string[]> = {
  ResourceDataSync: ["account", "region", "syncName"],
  DataExportConfiguration: ["account", "region"],
  AssetTable: ["account", "region"],
};

function identityOf({ urn }: StepMetadata, state: StepState | null | undefined): string {
  const { type } = partsOfUrn(urn);
  const values = (identities[type] ?? []).map((key) => String(state?.inputs?.[key]));
  return values.length > 0 ? [type, ...values].join(" ") : urn;
}
