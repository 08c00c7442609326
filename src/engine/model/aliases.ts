import { isStack, makeUrn, nameInUrn, qualifiedTypeInUrn, typeInUrn } from "./urn.ts";

/** A former name of a resource: its URN, or what differs from its present name. */
export type Alias =
  | { readonly urn: string }
  | {
      readonly name?: string;
      readonly type?: string;
      readonly stack?: string;
      readonly project?: string;
      readonly parent?: string;
      readonly noParent?: boolean;
    };

/** The present name of a resource. */
export interface Named {
  readonly stack: string;
  readonly project: string;
  readonly parent?: string;
  readonly type: string;
  readonly name: string;
}

/**
 * Returns the URNs that a resource may have had, in the order in which to look for it. `formerUrn` knows the parents that
 * were themselves found under an alias: their children inherit it.
 */
export function formerUrns(
  resource: Named,
  aliases: readonly Alias[],
  formerUrn: (urn: string) => string | undefined,
): string[] {
  const declared = aliases.map((alias) => resolve(alias, resource, formerUrn));
  const parentAlias = resource.parent ? formerUrn(resource.parent) : undefined;
  if (!resource.parent || !parentAlias) return [...new Set(declared)];
  const parentName = nameInUrn(resource.parent);
  const inherited = [resource, ...declared.map((urn) => ({ type: typeInUrn(urn), name: nameInUrn(urn) }))].map(
    (child) => inherit(resource, child, parentName, parentAlias),
  );
  return [...new Set([...declared, ...inherited])];
}

function resolve(alias: Alias, resource: Named, formerUrn: (urn: string) => string | undefined): string {
  if ("urn" in alias) return alias.urn;
  const given = alias.parent ? (formerUrn(alias.parent) ?? alias.parent) : resource.parent;
  const parent = alias.noParent || !given || isStack(given) ? undefined : given;
  return makeUrn(
    alias.stack ?? resource.stack,
    alias.project ?? resource.project,
    parent,
    alias.type ?? resource.type,
    alias.name ?? resource.name,
  );
}

/**
 * Returns the URN that a child had under its parent's alias. By convention a child is called after its parent, so a
 * parent's new name is taken out of the child's name too.
 */
function inherit(
  resource: Named,
  child: { type: string; name: string },
  parentName: string,
  parentAlias: string,
): string {
  const name = child.name.startsWith(parentName)
    ? nameInUrn(parentAlias) + child.name.slice(parentName.length)
    : child.name;
  return `urn:pulumi:${resource.stack}::${resource.project}::${qualifiedTypeInUrn(parentAlias)}$${child.type}::${name}`;
}
