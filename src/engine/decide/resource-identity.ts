import { formerUrns } from "../model/aliases.ts";
import type { Alias } from "../model/aliases.ts";
import { Bail } from "./deployment.ts";
import type { Deployment } from "./deployment.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { makeUrn } from "../model/urn.ts";

interface Named {
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
}

/** Which recorded resource a registration or a reading is about. */
export interface Claim {
  readonly urn: string;
  /** The recorded resource that goes under the URN, or under one of the aliases. */
  readonly old?: ResourceState;
  readonly alias?: string;
  /** Another resource claims the same name; that has been reported. */
  readonly conflict: boolean;
}

/** The URN of what the program registers, and the recorded resource that goes under it or under one of its aliases. */
export function claim(
  deployment: Deployment,
  olds: ReadonlyMap<string, ResourceState>,
  resource: Named,
  aliases: readonly Alias[],
): Claim {
  const { stack, project, decided, reporter } = deployment;
  const urn = makeUrn(stack, project, resource.parent, resource.type, resource.name);
  if (resource.parent && !decided.seen.has(resource.parent)) {
    reporter.error(`could not find parent resource ${resource.parent}`, urn);
    throw new Bail();
  }
  if (decided.seen.has(urn)) {
    reporter.error(`Duplicate resource URN '${urn}'; try giving it a unique name`, urn);
    throw new Bail();
  }
  decided.seen.add(urn);
  const nameTaken = reportTakenName(deployment, urn);
  if (olds.has(urn)) return { urn, old: olds.get(urn), conflict: nameTaken };
  const former = formerUrns({ stack, project, ...resource }, aliases, (of) => decided.formerUrns.get(of));
  const alias = former.find((candidate) => olds.has(candidate));
  if (!alias) return { urn, conflict: nameTaken };
  const aliasTaken = reportTakenAlias(deployment, urn, alias);
  decided.presentUrns.set(alias, urn);
  decided.formerUrns.set(urn, alias);
  return { urn, old: olds.get(alias), alias, conflict: nameTaken || aliasTaken };
}

/** Another resource says that it was this one before. */
function reportTakenName({ decided, reporter }: Deployment, urn: string): boolean {
  const other = decided.presentUrns.get(urn);
  if (other)
    reporter.error(`Duplicate resource URN '${urn}' conflicting with alias on resource with URN '${other}'`, urn);
  return other !== undefined;
}

function reportTakenAlias({ decided, reporter }: Deployment, urn: string, alias: string): boolean {
  const other = decided.seen.has(alias) ? urn : decided.presentUrns.get(alias);
  if (other)
    reporter.error(
      `Duplicate resource alias '${alias}' applied to resource with URN '${urn}' conflicting with resource with URN '${other}'`,
      urn,
    );
  return other !== undefined;
}
