import { createUrn, RunError, secret } from "@pulumi/pulumi";
import type { CustomResource, CustomResourceOptions, ID, Input } from "@pulumi/pulumi";
import { kinds } from "./kinds.ts";
import type { ResourceKind } from "./kinds.ts";

/** The outputs that a resource class declares. Each has to be given to the constructor: Pulumi makes an output of no other property. */
export type OutputsOf<Resource extends CustomResource> = Record<
  Exclude<keyof Resource, keyof CustomResource>,
  undefined
>;

/** Returns the arguments with the external id as a secret: the state has it encrypted, events and previews say `[secret]`. */
export function withSecretExternalId<Args extends { externalId?: Input<string | null | undefined> | null }>(
  args: Args,
): Args {
  const { externalId } = args;
  return externalId === undefined || externalId === null ? args : { ...args, externalId: secret(externalId) };
}

/** Returns what a resource carries for its provider besides its settings: the text that loads the provider, and its own URN. */
export function bookkeeping(
  type: string,
  name: string,
  provider: string,
  options: CustomResourceOptions | undefined,
): Record<string, unknown> {
  return { __provider: provider, __urn: urnOf(type, name, options) };
}

/**
 * Returns the options of a resource whose identity AWS can hold only once: the old one is deleted before the new one is created. What `diff`
 * answers does not count in a replacement that is forced (`--replace`, `pulumi state taint`), and no program can have it the other way round.
 * @throws {RunError} for `import`, with what takes its place: no engine can import a dynamic resource, and what they say of it tells nobody
 */
export function withDeleteFirst(name: string, options: CustomResourceOptions | undefined): CustomResourceOptions {
  if (options?.import) {
    const instead = "write the argument `adopt: true` instead, which takes over what exists";
    throw new RunError(
      `The option \`import\` of "${name}" cannot work, since Pulumi imports no dynamic resource: ${instead}.`,
    );
  }
  return { ...options, deleteBeforeReplace: true };
}

/**
 * Returns the options by which a resource is read that is not managed here.
 * @throws {RunError} for an empty id, with the form of one: the SDK would take it for a resource to create
 */
export function withId(
  kind: ResourceKind,
  name: string,
  id: Input<ID>,
  options: CustomResourceOptions | undefined,
): CustomResourceOptions {
  if (id) return { ...options, id };
  throw new RunError(`${kind}.get("${name}") needs an id. Its form is ${kinds[kind].idForm}.`);
}

/** Its URN, by which the provider knows who declares an AWS identity and in which row of the terminal progress appears. */
function urnOf(type: string, name: string, options: CustomResourceOptions | undefined): Promise<string> {
  const urn = createUrn(name, type, options?.parent);
  // A promise, since an output would make the resource depend on its parent, which waits for its children.
  return new Promise((resolve) => void urn.apply(resolve));
}

/** Tells whether `value` is a resource of that type, of any copy of this package. */
export function isOfType(value: unknown, type: string): boolean {
  return typeof value === "object" && value !== null && Reflect.get(value, "__pulumiType") === type;
}
