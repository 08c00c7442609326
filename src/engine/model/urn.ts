/** The type of the resource that stands for the stack itself. */
export const stackType = "pulumi:pulumi:Stack";

const providerPrefix = "pulumi:providers:";

/** `urn:pulumi:<stack>::<project>::<qualified type>::<name>`; a name may itself contain `::`. */
interface UrnParts {
  readonly stack: string;
  readonly project: string;
  readonly qualifiedType: string;
  readonly name: string;
}

/** Returns the URN of a resource; the types of its ancestors are in its parent's. */
export function makeUrn(
  stack: string,
  project: string,
  parent: string | undefined,
  type: string,
  name: string,
): string {
  const parentType = parent ? partsOf(parent).qualifiedType : stackType;
  const prefix = parentType === stackType ? "" : `${parentType}$`;
  return `urn:pulumi:${stack}::${project}::${prefix}${type}::${name}`;
}

/** Returns the name that the program gave the resource. */
export function nameInUrn(urn: string): string {
  return partsOf(urn).name;
}

/** Returns the types from the topmost component down to the resource, joined with `$`. */
export function qualifiedTypeInUrn(urn: string): string {
  return partsOf(urn).qualifiedType;
}

/** Returns the resource's own type. */
export function typeInUrn(urn: string): string {
  return qualifiedTypeInUrn(urn).split("$").at(-1) ?? "";
}

/** Returns whether the URN is the stack's own. */
export function isStack(urn: string): boolean {
  return qualifiedTypeInUrn(urn) === stackType;
}

/** Returns whether resources of the type are providers. */
export function isProviderType(type: string): boolean {
  return type.startsWith(providerPrefix);
}

/** Returns whether the engine makes the provider itself; the steps of such a one are neither counted nor shown. */
export function isDefaultProvider(urn: string): boolean {
  return isProviderType(typeInUrn(urn)) && nameInUrn(urn).startsWith("default");
}

/** Returns `URN::ID`, by which a resource names its provider. */
export function providerReference(provider: { urn: string; id?: string }): string {
  return `${provider.urn}::${provider.id ?? ""}`;
}

/** Returns the URN in the reference to a provider. */
export function providerUrnOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

/** Returns `pulumi-nodejs` for both `pulumi-nodejs:dynamic:Resource` and `pulumi:providers:pulumi-nodejs`. */
export function packageOf(type: string): string {
  return isProviderType(type) ? type.slice(providerPrefix.length) : (type.split(":")[0] ?? "");
}

function partsOf(urn: string): UrnParts {
  const [head = "", project = "", qualifiedType = "", ...name] = urn.split("::");
  return { stack: head.slice("urn:pulumi:".length), project, qualifiedType, name: name.join("::") };
}
