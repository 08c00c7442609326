import { hasNoAwsObject, partsOfUrn } from "./change/engine-event.ts";
import type { EngineEvent, StepMetadata } from "./change/engine-event.ts";
import { unplannedDifferences } from "./change/properties.ts";
import type { Property } from "./change/properties.ts";
import { kindName, sidesOf, stepVerb } from "./render/words.ts";
import { changingSteps } from "./plan/steps.ts";

/**
 * Returns what says of a step how it deviates from the plan that these events are of: `undefined` for a step that was planned just so, or
 * that changes nothing.
 */
export function describeDeviations(planned: readonly EngineEvent[]): (step: StepMetadata) => string | undefined {
  const steps = new Map(
    planned.flatMap(({ resourcePreEvent }) => {
      const step = resourcePreEvent?.metadata;
      return step ? [[keyOf(step), step] as const] : [];
    }),
  );
  return (step) => {
    if (!changingSteps.has(step.op) || hasNoAwsObject(step)) return undefined;
    const { type, name } = partsOfUrn(step.urn);
    const what = `${stepVerb({ operation: step.op, type })} ${kindName(type)} ${name}`;
    const plan = steps.get(keyOf(step));
    if (!plan) return `"${what}" is not in the plan that was shown`;
    const isKept = ({ old }: StepMetadata) => old?.retainOnDelete === true;
    if (step.op.startsWith("delete") && isKept(plan) !== isKept(step)) {
      const [shown, now] = isKept(plan) ? ["forgotten", "deleted"] : ["deleted", "forgotten"];
      return `"${what}" is not as in the plan that was shown: it was to be ${shown}, and now it would be ${now}`;
    }
    const [one] = [
      ...unplannedDifferences(plan.old?.inputs, step.old?.inputs),
      ...unplannedDifferences(plan.new?.inputs, step.new?.inputs),
    ];
    return one && `"${what}" is not as in the plan that was shown: ${difference(one)}`;
  };
}

const keyOf = ({ op, urn }: StepMetadata): string => `${op} ${urn}`;

function difference(property: Property): string {
  const [shown, now] = sidesOf(property, "not set");
  return `${property.path} was ${shown}, and now it is ${now}`;
}
