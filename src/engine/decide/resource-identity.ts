import { formerUrns } from "../model/aliases.ts";
import type { Alias } from "../model/aliases.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { makeUrn } from "../model/urn.ts";
import { ReportedFailure } from "./run-errors.ts";
import type { Run } from "./run.ts";

interface RegisteredName {
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
}

/** Which recorded resource a registration or a reading is about. */
export interface ResourceIdentity {
  readonly urn: string;
  /** The recorded resource that goes under the URN, or under one of the aliases. */
  readonly old?: ResourceState;
  readonly alias?: string;
  /** Another resource has the same name; that has been reported. */
  readonly conflict: boolean;
}

/**
 * Returns the URN of what the program registers, and the recorded resource that goes under it or under one of its aliases.
 *
 * @throws ReportedFailure when its parent is not registered, or when it is registered already.
 */
export function identify(run: Run, resource: RegisteredName, aliases: readonly Alias[]): ResourceIdentity {
  const { stack, project, current, decided, reporter } = run;
  const urn = makeUrn(stack, project, resource.parent, resource.type, resource.name);
  if (resource.parent && !decided.seen.has(resource.parent)) {
    reporter.error(`could not find parent resource ${resource.parent}`, urn);
    throw new ReportedFailure();
  }
  if (decided.seen.has(urn)) {
    reporter.error(`Duplicate resource URN '${urn}'; try giving it a unique name`, urn);
    throw new ReportedFailure();
  }
  decided.seen.add(urn);
  const nameTaken = reportTakenName(run, urn);
  if (current.has(urn)) return { urn, old: current.get(urn), conflict: nameTaken };
  const former = formerUrns({ stack, project, ...resource }, aliases, (parent) => decided.formerUrns.get(parent));
  const alias = former.find((candidate) => current.has(candidate));
  if (!alias) return { urn, conflict: nameTaken };
  const aliasTaken = reportTakenAlias(run, urn, alias);
  decided.presentUrns.set(alias, urn);
  decided.formerUrns.set(urn, alias);
  return { urn, old: current.get(alias), alias, conflict: nameTaken || aliasTaken };
}

/** Reports that another resource says that it was this one before; returns whether there is one. */
function reportTakenName({ decided, reporter }: Run, urn: string): boolean {
  const other = decided.presentUrns.get(urn);
  if (other)
    reporter.error(`Duplicate resource URN '${urn}' conflicting with alias on resource with URN '${other}'`, urn);
  return other !== undefined;
}

function reportTakenAlias({ decided, reporter }: Run, urn: string, alias: string): boolean {
  const other = decided.seen.has(alias) ? urn : decided.presentUrns.get(alias);
  if (other)
    reporter.error(
      `Duplicate resource alias '${alias}' applied to resource with URN '${urn}' conflicting with resource with URN '${other}'`,
      urn,
    );
  return other !== undefined;
}
