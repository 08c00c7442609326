import type { Decisions } from "./decision-log.ts";
import type { ProviderSource } from "../processes/provider.ts";
import type { Reporter } from "../events/reporter.ts";
import type { ResourceState } from "../model/resource-state.ts";
import type { Targets } from "./target-urns.ts";

/** What every part of one run shares. */
export interface Deployment {
  readonly project: string;
  readonly stack: string;
  readonly dryRun: boolean;
  readonly targets: Targets;
  /** The recorded resources, in their order. Steps change the flags of these very objects. */
  readonly base: readonly ResourceState[];
  readonly decided: Decisions;
  readonly providers: ProviderSource;
  readonly reporter: Reporter;
}

/** The run is to end; the reason has been reported. */
export class Bail extends Error {}

/** The present state of each URN; the old halves of replacements are not among them. */
export function currentStates(base: readonly ResourceState[]): Map<string, ResourceState> {
  return new Map(base.filter((state) => !state.delete).map((state) => [state.urn, state]));
}
