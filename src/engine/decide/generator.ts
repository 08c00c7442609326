import type { ResourceDifference } from "../model/difference.ts";
import { stateOfGoal, stateOfReadGoal } from "../model/goal.ts";
import type { Goal, ReadGoal } from "../model/goal.ts";
import { ignoreChanges } from "../model/ignore-changes.ts";
import type { ResourceState } from "../model/resource-state.ts";
import type { Step } from "../model/step.ts";
import { sameValue } from "../model/struct.ts";
import { isProviderType } from "../model/urn.ts";
import type { Properties } from "../model/values.ts";
import type { Provider } from "../processes/provider.ts";
import { decideOn, differenceForced, withReplaceOnChanges } from "./decision.ts";
import type { ResourceDecision } from "./decision.ts";
import { createFirstSteps, deleteFirstSteps, refuseProtected } from "./replacement.ts";
import { leaveOutDependent, stepsOrLeftOut } from "./leave-out.ts";
import { identify } from "./resource-identity.ts";
import type { ResourceIdentity } from "./resource-identity.ts";
import { ReportedFailure } from "./run-errors.ts";
import type { Run } from "./run.ts";
import { keepUntargeted, refuseOmitted, untargetedPrerequisites } from "./untargeted.ts";

/** One registration on its way to its steps. */
interface Registration {
  readonly goal: Goal;
  readonly old: ResourceState | undefined;
  readonly state: ResourceState;
  /** The program's inputs, with what it ignores changes of as it was. */
  readonly kept: Properties;
  readonly provider: Provider | undefined;
  readonly targeted: boolean;
  readonly recreating: boolean;
}

/** Turns what the program says into steps. One call at a time: each decision reads what those before it decided. */
export class StepGenerator {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  /**
   * Returns the steps for what the program registers, in their order.
   *
   * @throws ReportedFailure when the program cannot have it, and `LeftOut` where the run goes on without it.
   */
  async register(goal: Goal): Promise<Step[]> {
    const identity = identify(this.#run, goal, goal.aliases);
    const state = stateOfGoal(identity.urn, goal, identity.old, identity.alias);
    leaveOutDependent(this.#run, identity, state);
    return stepsOrLeftOut(this.#run, identity, this.#decide(goal, identity, state));
  }

  async #decide(goal: Goal, { urn, old, conflict }: ResourceIdentity, state: ResourceState): Promise<Step[]> {
    const { decided, targets } = this.#run;
    const kept = old ? this.#withIgnored(urn, goal, old) : goal.inputs;
    const provider = await this.#providerFor(goal);
    const recreating = decided.deletes.has(urn);
    const registration = { goal, old, state, kept, provider, targeted: targets.includes(urn), recreating };
    await this.#checkInputs(registration);
    if (conflict) throw new ReportedFailure();
    const carried = registration.targeted ? untargetedPrerequisites(this.#run, state) : [];
    const steps = [...carried, ...(await this.#steps(registration))];
    refuseOmitted(this.#run, steps);
    return steps;
  }

  /**
   * Returns the steps for what the program reads, in their order.
   *
   * @throws LeftOut when it needs something that has failed.
   */
  read(goal: ReadGoal): Step[] {
    const { decided } = this.#run;
    const identity = identify(this.#run, goal, []);
    const { urn, old, alias } = identity;
    const state = stateOfReadGoal(urn, goal, alias);
    leaveOutDependent(this.#run, identity, state);
    const isManaged = old && !old.external && old.id !== goal.id;
    (isManaged ? decided.replaces : decided.reads).add(urn);
    const steps: Step[] = isManaged
      ? [
          { operation: "read-replacement", old, new: state, marksOld: "delete" },
          { operation: "replace", old, new: state },
        ]
      : [{ operation: "read", old, new: state }];
    refuseOmitted(this.#run, steps);
    return steps;
  }

  async #steps(registration: Registration): Promise<Step[]> {
    const { old, targeted, recreating, goal } = registration;
    const situation = { old, targeted, recreating, deleteBeforeReplace: goal.deleteBeforeReplace };
    const decision = decideOn(situation);
    if (!old || decision !== "compare") return this.#carryOut(decision, registration);
    const difference = await this.#compare(registration, old);
    return this.#carryOut(decideOn({ ...situation, difference }), registration, difference);
  }

  async #carryOut(
    decision: ResourceDecision,
    registration: Registration,
    difference?: ResourceDifference,
  ): Promise<Step[]> {
    const { decided } = this.#run;
    const { old, state } = registration;
    const { urn } = state;
    if (decision === "create") {
      decided.creates.add(urn);
      return [{ operation: "create", new: state }];
    }
    if (decision === "omit" || !old) {
      decided.unchanged.add(urn);
      decided.omitted.add(urn);
      return [{ operation: "same", old: { ...state }, new: state, omitted: true }];
    }
    switch (decision) {
      case "recreate":
        decided.deletes.delete(urn);
        decided.replaces.add(urn);
        return [
          { operation: "replace", old, new: state },
          { operation: "create-replacement", old, new: state, keys: decided.cascadeKeys.get(urn) },
        ];
      case "takeOver":
        decided.creates.add(urn);
        return createFirstSteps({ old, state });
      case "keep":
        decided.unchanged.add(urn);
        return keepUntargeted(this.#run, old);
      case "replaceDeleteFirst":
        await this.#prepareReplacement(registration, old);
        return deleteFirstSteps(this.#run, { old, state, difference });
      case "replaceCreateFirst":
        await this.#prepareReplacement(registration, old);
        return createFirstSteps({ old, state, difference });
      case "update":
        decided.updates.add(urn);
        return [{ operation: "update", old, new: state, diffs: difference?.diffs, detailedDiff: difference?.detailed }];
      default:
        decided.unchanged.add(urn);
        return [{ operation: "same", old, new: state }];
    }
  }

  /** The defaults that were taken over from the old resource must not leak into the new one: the inputs are checked anew. */
  async #prepareReplacement({ goal, state, provider }: Registration, old: ResourceState): Promise<void> {
    refuseProtected(this.#run, old, state);
    this.#run.decided.replaces.add(state.urn);
    if (provider && !old.taint) state.inputs = await this.#check(provider, state, {}, goal.inputs);
  }

  async #checkInputs({ goal, old, state, kept, provider, targeted, recreating }: Registration): Promise<void> {
    if (!provider) state.inputs = goal.inputs;
    else if (!targeted) state.inputs = old?.inputs ?? {};
    else if (recreating || !old || old.external || old.taint) {
      state.inputs = await this.#check(provider, state, {}, goal.inputs);
    } else state.inputs = await this.#check(provider, state, old.inputs, kept);
  }

  async #check(provider: Provider, state: ResourceState, olds: Properties, news: Properties): Promise<Properties> {
    const { reporter } = this.#run;
    reporter.hideSecretsOf(state.urn, news);
    const { inputs, failures } = await provider.check(state, olds, news);
    if (failures.length === 0) return inputs;
    for (const failure of failures) reporter.checkFailure(state, inputs, failure);
    throw new ReportedFailure();
  }

  async #compare(registration: Registration, old: ResourceState): Promise<ResourceDifference> {
    const { decided } = this.#run;
    const { goal, state } = registration;
    if (old.taint) return differenceForced("id");
    if (state.replaceWith?.some((urn) => decided.replaces.has(urn))) return differenceForced("replaceWith");
    if (state.deletedWith && decided.replaces.has(state.deletedWith)) return differenceForced("deletedWith");
    // Between two providers of dynamic resources nothing asks for a replacement.
    if (Boolean(old.provider) !== Boolean(state.provider)) return differenceForced("provider");
    const hasInitErrors = (old.initErrors ?? []).length > 0;
    return withReplaceOnChanges(await difference(registration, old), goal.replaceOnChanges, hasInitErrors);
  }

  #withIgnored(urn: string, goal: Goal, old: ResourceState): Properties {
    const { inputs, unmatched } = ignoreChanges(goal.inputs, old.inputs, goal.ignoreChanges);
    if (unmatched.length > 0) {
      const paths = JSON.stringify(unmatched.join(", "));
      this.#run.reporter.info(`cannot ignore changes in added or removed elements of the path: ${paths}`, urn);
    }
    return inputs;
  }

  async #providerFor(goal: Goal): Promise<Provider | undefined> {
    if (!goal.custom) return undefined;
    return isProviderType(goal.type) ? this.#run.providers : this.#run.providers.get(goal.provider ?? "");
  }
}

async function difference(
  { goal, state, kept, provider }: Registration,
  old: ResourceState,
): Promise<ResourceDifference> {
  if (provider) {
    const { inputs: oldInputs, outputs: oldOutputs } = old;
    const comparison = { oldInputs, oldOutputs, newInputs: state.inputs, ignoreChanges: goal.ignoreChanges };
    return provider.diff({ ...state, id: old.id }, comparison);
  }
  return { changed: !sameValue(old.inputs, kept), replaces: [], diffs: [], deleteBeforeReplace: false };
}
