import { describeDeviations } from "../../preview/index.ts";
import type { EngineEvent, StepMetadata } from "../../preview/index.ts";

/** Holds a deployment to the plan that was shown: between the two, somebody may have changed the spec, the stack or AWS. */
export class HeldPlan {
  readonly #beyond: ReturnType<typeof describeDeviations>;
  #left = false;

  /** @param planned what the engine said when it planned */
  constructor(planned: readonly EngineEvent[]) {
    this.#beyond = describeDeviations(planned);
  }

  /** Whether the deployment was about to leave the plan. */
  get left(): boolean {
    return this.#left;
  }

  /** @throws when the plan does not have the step */
  readonly admit = (step: StepMetadata): void => {
    const how = this.#beyond(step);
    if (how === undefined) return;
    this.#left = true;
    throw new Error(`Stopped: ${how}.\n${cure}`);
  };
}

const cure = "The spec, the stack or AWS has changed since. Run it again and look at the fresh plan.";
