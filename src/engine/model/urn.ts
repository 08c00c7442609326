/** The type of the resource that stands for the stack itself. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

const PROVIDER_PREFIX = "pulumi:providers:";

/** `urn:pulumi:<stack>::<project>::<qualified type>::<name>`; a name may itself contain `::`. */
interface UrnParts {
  readonly stack: string;
  readonly project: string;
  readonly qualifiedType: string;
  readonly name: string;
}

export function makeUrn(
  stack: string,
  project: string,
  parent: string | undefined,
  type: string,
  name: string,
): string {
  const parentType = parent ? partsOf(parent).qualifiedType : STACK_TYPE;
  const prefix = parentType === STACK_TYPE ? "" : `${parentType}$`;
  return `urn:pulumi:${stack}::${project}::${prefix}${type}::${name}`;
}

export function nameOf(urn: string): string {
  return partsOf(urn).name;
}

/** The types from the topmost component down to the resource, joined with `$`. */
export function qualifiedTypeOf(urn: string): string {
  return partsOf(urn).qualifiedType;
}

export function typeOf(urn: string): string {
  return qualifiedTypeOf(urn).split("$").at(-1) ?? "";
}

export function isStack(urn: string): boolean {
  return qualifiedTypeOf(urn) === STACK_TYPE;
}

export function isProviderType(type: string): boolean {
  return type.startsWith(PROVIDER_PREFIX);
}

/** The engine makes default providers itself; their steps are neither counted nor shown. */
export function isDefaultProvider(urn: string): boolean {
  return isProviderType(typeOf(urn)) && nameOf(urn).startsWith("default");
}

/** A resource names its provider by URN and id. */
export function providerReference(provider: { urn: string; id?: string }): string {
  return `${provider.urn}::${provider.id ?? ""}`;
}

export function providerUrnOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

/** `pulumi-nodejs` for both `pulumi-nodejs:dynamic:Resource` and `pulumi:providers:pulumi-nodejs`. */
export function packageOf(type: string): string {
  return isProviderType(type) ? type.slice(PROVIDER_PREFIX.length) : (type.split(":")[0] ?? "");
}

function partsOf(urn: string): UrnParts {
  const [head = "", project = "", qualifiedType = "", ...name] = urn.split("::");
  return { stack: head.slice("urn:pulumi:".length), project, qualifiedType, name: name.join("::") };
}
