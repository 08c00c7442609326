import { getProject, getStack } from "@pulumi/pulumi";
import type { CustomResourceOptions } from "@pulumi/pulumi";

/**
 * What a resource carries for its provider besides its settings: the text that loads the provider, and its own URN, so that
 * progress of long work appears in its row of the terminal. A child's URN is not known before its parent's, and is left out.
 */
export function bookkeeping(
  type: string,
  name: string,
  provider: string,
  options: CustomResourceOptions | undefined,
): Record<string, unknown> {
  const urn = options?.parent ? undefined : `urn:pulumi:${getStack()}::${getProject()}::${type}::${name}`;
  return { __provider: provider, __urn: urn };
}

/** Whether `value` is a resource of that type, of any copy of this package. */
export function isOfType(value: unknown, type: string): boolean {
  return typeof value === "object" && value !== null && Reflect.get(value, "__pulumiType") === type;
}
