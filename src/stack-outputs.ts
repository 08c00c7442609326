import { output, runtime } from "@pulumi/pulumi";
import type { Output } from "@pulumi/pulumi";

/**
 * Gathers the values of outputs under their names, without those whose resource failed: one account that fails must not take the
 * others' values from the stack. In a preview, what only the deployment will tell stays unknown.
 */
export function gathered<T>(outputs: Iterable<[string, Output<T>]>): Output<Record<string, T>> {
  const values = [...outputs].map(async ([name, each]): Promise<Record<string, unknown>> => {
    const isKnown = await isThere(each);
    if (!isKnown && !(runtime.isDryRun() && isKnown === false)) return {};
    return { [name]: each };
  });
  return output(Promise.all(values).then((found) => Object.assign({}, ...found))) as Output<Record<string, T>>;
}

/** Whether the value is known; `undefined` where its resource failed and the SDK answers by rejecting. */
async function isThere(value: Output<unknown>): Promise<boolean | undefined> {
  // Every output has it; Pulumi's declarations leave it out.
  return (value as unknown as { isKnown: Promise<boolean> }).isKnown.catch(() => undefined);
}
