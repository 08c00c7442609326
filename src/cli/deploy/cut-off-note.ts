import { settle } from "../../../providers/settled.ts";
import { differencesBetween } from "../../../providers/settings/differences.ts";
import type { InterruptedOperations } from "../../engine/index.ts";
import { partsOfUrn } from "../../preview/index.ts";
import { factsOfKind } from "../../resources/kinds.ts";
import type { ResourceKind } from "../../resources/kinds.ts";
import type { Declaration } from "../../targets/index.ts";

/**
 * Says why everything is read back first: an earlier run was killed while it deleted or changed something, and AWS may be otherwise than the state
 * says, where nobody would look. `undefined` where there is no need.
 */
export function cutOffNote(
  { deletes, updates }: Pick<InterruptedOperations, "deletes" | "updates">,
  declarations: readonly Declaration[],
): string | undefined {
  const withdrawn = withdrawnUpdates(updates, declarations);
  if (deletes.length + withdrawn.length === 0) return undefined;
  const names = [...deletes, ...withdrawn].map((urn) => partsOfUrn(urn).name).join(", ");
  const doing = withdrawn.length === 0 ? "deleted" : "changed or deleted";
  return `refresh: an earlier run was cut off while it ${doing} ${names}, so everything is read back first`;
}

/** The URNs of updates that are not wanted any more: the state has none of them, and where the spec is again as before, no step looks for them. */
function withdrawnUpdates(updates: InterruptedOperations["updates"], declarations: readonly Declaration[]): string[] {
  return Object.entries(updates).flatMap(([urn, inputs]) => {
    const { type, name } = partsOfUrn(urn);
    const declared = declarations.find((each) => each.type === type && each.name === name);
    const facts = factsOfKind(type);
    // What is declared no more is deleted, whatever AWS has of it.
    if (!declared || !facts) return [];
    const kind = type as ResourceKind;
    const differences = differencesBetween(settle(kind, inputs), settle(kind, declared.inputs), facts.changes);
    return differences.every(({ path }) => path === "assetTable") ? [] : urn;
  });
}
