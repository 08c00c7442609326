import type { PlanDiagnostic } from "./diagnostics.ts";
import { partsOfUrn } from "./engine-event.ts";
import type { StepMetadata } from "./engine-event.ts";

const abandonedText = "that an earlier run left half done is given up";

/** Tells whether a plan abandons a half-done switch, though it changes nothing else. */
export const abandonsSwitch = ({ diagnostics }: { diagnostics: readonly PlanDiagnostic[] }): boolean =>
  diagnostics.some(({ message }) => message.includes(abandonedText));

/**
 * Tells of the claims that an earlier run has begun to replace and that nothing declares any more. The engine forgets them without asking
 * anybody, so nothing is done for them, whatever they say of their removal.
 */
export function abandonedSwitchNotes(steps: readonly StepMetadata[]): PlanDiagnostic[] {
  const claims = steps.filter(
    ({ op, urn }) => op === "remove-pending-replace" && partsOfUrn(urn).type === "AssetTable",
  );
  return claims.map(({ urn, old }): PlanDiagnostic => {
    const { name } = partsOfUrn(urn);
    const { account, region, domain, onRemoval, backup } = old?.inputs ?? {};
    const removalText =
      onRemoval === "backUpAndDrop"
        ? `; what \`onRemoval\` says is not done for it. To have that done, declare ${String(domain)} there again, run up, and take the entry out then`
        : "";
    const copied =
      typeof backup === "string" && backup !== "none"
        ? ` Where that run has dropped the table of ${String(domain)} already, ${backup}/${String(account)}/${String(region)}/released.json says where its backup lies.`
        : "";
    const message = `A switch from ${String(domain)} in ${name} ${abandonedText}: its claim is forgotten, and a table that lies there stays as it is${removalText}.${copied}`;
    return { severity: "warning", message, name };
  });
}
