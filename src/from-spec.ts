import { rootStackResource } from "@pulumi/pulumi";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { registerSpec } from "./registration.ts";
import type { SpecResources } from "./registration.ts";

/**
 * Registers every resource that a spec stands for, all at once.
 *
 * AWS is asked for nothing, unless the spec selects organizational units (AWS Organizations) or the caller's own account (STS).
 *
 * @param file the spec; a relative path starts at the project's folder, where Pulumi.yaml is
 * @param options options for each of the resources, such as a `parent`. Resources that are recorded without a parent move below it by
 *   themselves; a later move away from it needs the option `aliases`, since nothing tells the program which parent there was
 * @throws {RunError} with each problem's place in the file and its cure, when the spec cannot be used
 * @example
 * import { fromSpec } from "sluice";
 * export const { record: sluice, counts, tableArns, receipts } = await fromSpec("sluice.yaml");
 */
export async function fromSpec(file = "sluice.yaml", options: CustomResourceOptions = {}): Promise<SpecResources> {
  const known = knownWithoutParent(options);
  return registerSpec(file, () => known);
}

/**
 * With a parent a resource has another name. The same AWS object may be recorded without one, from before the program gave it one: an
 * alias says so, for it could neither be created twice nor be deleted under its old name and stay.
 */
function knownWithoutParent(options: CustomResourceOptions): CustomResourceOptions {
  if (!options.parent) return options;
  return { ...options, aliases: [...(options.aliases ?? []), { parent: rootStackResource }] };
}
