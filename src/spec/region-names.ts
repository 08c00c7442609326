import { partitions } from "../partitions.ts";

/** Named groups of Regions, as the spec has them. */
export type RegionGroups = Readonly<Record<string, readonly string[]>>;

/** Returns whether a name stands for all that it matches. */
export const isGlob = (name: string): boolean => /[*?]/.test(name);

/** Returns what tells whether a name matches a glob: `*` is any text, `?` any one character. */
export function matcherOf(glob: string): (name: string) => boolean {
  const source = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const pattern = new RegExp(`^${source}$`, "s");
  return (name) => pattern.test(name);
}

/**
 * Returns the Regions that a name stands for: a group, a glob over the known Regions, or the Region itself. A glob stays in one partition,
 * the first that has a match: an account has Regions in one alone, and us-* does not mean us-gov-west-1.
 */
export function regionsMatching(name: string, groups: RegionGroups): readonly string[] {
  if (Object.hasOwn(groups, name)) return groups[name]!.flatMap((member) => regionsMatching(member, {}));
  if (!isGlob(name)) return [name];
  const matches = partitions.map(({ regions }) => regions.filter(matcherOf(name)));
  return matches.find((regions) => regions.length > 0) ?? [];
}
