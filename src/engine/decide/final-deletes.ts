import type { StepOperation, Step } from "../model/step.ts";
import { planDeletes, layersOf } from "./deletes.ts";
import type { PlannedDelete } from "./deletes.ts";
import { replacedAlong } from "./replacement.ts";
import { ReportedFailure } from "./run-errors.ts";
import type { Run } from "./run.ts";
import { deletableUrns } from "./target-urns.ts";

/** What is to be done when the program has registered everything. */
export interface FinalDeletes {
  /** No targets and not registered: they keep their old state. */
  readonly unchanged: Step[];
  /** Each layer may begin when the one before it is done. */
  readonly layers: Step[][];
}

/** Plans the deletes of what is no longer declared and of the old halves of replacements. */
export async function planFinalDeletes(run: Run): Promise<FinalDeletes> {
  const { base, decided, targets } = run;
  const deletable = targets.limited
    ? await deletableUrns(targets, base, (state) => replacedAlong(run, state))
    : undefined;
  const concerned = deletable ? base.filter((state) => deletable.has(state.urn)) : base;
  const others = deletable ? base.filter((state) => !deletable.has(state.urn)) : [];
  const plan = planDeletes(
    concerned,
    (urn) => decided.isKept(urn),
    (state) => decided.cascaded.has(state),
  );
  refuseUntargeted(run, plan);
  for (const { state } of plan) decided.deletes.add(state.urn);
  const steps = new Map(plan.map((planned) => [planned.state, stepFor(planned)]));
  return {
    unchanged: others
      .filter((state) => !decided.isKept(state.urn))
      .map((state): Step => ({ operation: "same", old: state, new: { ...state, id: undefined }, untargeted: true })),
    layers: layersOf([...steps.keys()], base).map((layer) => layer.flatMap((state) => steps.get(state) ?? [])),
  };
}

/** Returns the step of one delete. */
function stepFor({ state, reason }: PlannedDelete): Step {
  const operations: Record<PlannedDelete["reason"], StepOperation> = {
    replaced: state.external ? "discard-replaced" : "delete-replaced",
    undeclared: state.external ? "discard" : "delete",
    alreadyDeleted: "remove-pending-replace",
  };
  return { operation: operations[reason], old: state };
}

function refuseUntargeted(run: Run, plan: readonly PlannedDelete[]): void {
  const { dryRun, reporter, targets } = run;
  const untargeted = plan.filter(({ state }) => !targets.contains(state.urn));
  for (const { state } of untargeted) {
    reporter.error(
      `Resource '${state.urn}' will be destroyed but was not specified in --target list.\nInclude it in the --target list to proceed.`,
      state.urn,
    );
    run.failAtEnd();
  }
  if (untargeted.length > 0 && !dryRun) throw new ReportedFailure();
}
