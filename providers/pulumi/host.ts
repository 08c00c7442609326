import { interruptedCreate, interruptedUpdate } from "../lifecycle/interrupted.ts";
import { endController, trackWork } from "./process-end.ts";
import { assertEngineLives } from "./engine-liveness.ts";
import { untargetedBy } from "./run-targets.ts";
import { assertLockHeld } from "./run-lock.ts";
import { progressOf } from "../lifecycle/progress.ts";
import type { Progress } from "../lifecycle/progress.ts";

type Inputs = Readonly<Record<string, unknown>>;

/** What runs the lifecycles for an engine: it passes on what they say, and knows how long they may work. */
export interface Host {
  /** Returns what reports progress on the resource with this URN, or of this label where it has none. */
  progressOf(urn: string | undefined, label: string): Progress;
  /** Aborted when work under way has to end. */
  signal: AbortSignal;
  /**
   * Makes sure that the engine lives which would record what is done now, and has its lock.
   * @throws when that is not so: nothing must be changed in AWS then
   */
  assertMayChange(): Promise<void>;
  /** Returns the create of this resource that an earlier run of the stack did not see the end of. */
  interruptedCreate: typeof interruptedCreate;
  /** Returns the inputs of the change in place of this resource that an earlier run did not see the end of, where the engine tells them. */
  interruptedUpdate(urn: string): Inputs | undefined;
  /** Whether the run is known to be limited to other resources than this one. */
  isUntargeted(urn: string): boolean;
  /** Notes that the host must not end before this work does; returns the work. */
  trackWork<T>(work: Promise<T>): Promise<T>;
  /** Whether who started the run looks ahead for all resources at once, as `sluice preview` does. */
  isPlannedElsewhere(): boolean;
  /** Whether who started the run has looked ahead by the roles of all accounts, so that what this one may not read is judged already. */
  isPlanJudged(): boolean;
  /** Whether who started the run has asked for what exists to be taken over, be it somebody else's. */
  isAdopting(): boolean;
  /** Whether who started the run tells people itself what becomes of their data, as Sluice's own verbs do. */
  isReportedElsewhere(): boolean;
  /** Whether all settings are known to be a spec's. What a program gives may be secret, and an engine does not tell a provider which. */
  isOfSpec(): boolean;
}

/** The process of the SDK's host of dynamic resources. */
export const hostProcess: Host = {
  progressOf,
  signal: endController.signal,
  async assertMayChange() {
    await assertEngineLives();
    await assertLockHeld(process.env["SLUICE_LOCK"]);
  },
  interruptedCreate,
  interruptedUpdate: (urn) => interruptedUpdate(urn, process.env),
  isUntargeted: (urn) => untargetedBy(process.env)(urn),
  trackWork: trackWork,
  isPlannedElsewhere: () => process.env["SLUICE_PREFLIGHT"] === "done",
  isPlanJudged: () => process.env["SLUICE_PREFLIGHT"] === "foreseen",
  isAdopting: () => process.env["SLUICE_ADOPT"] === "1",
  isReportedElsewhere: () => process.env["SLUICE_COMMAND"] !== undefined,
  isOfSpec: () => process.env["SLUICE_PROGRAM"] === "shipped",
};
