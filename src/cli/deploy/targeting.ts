import { partsOfUrn } from "../../preview/index.ts";
import { suggest } from "../../spec/index.ts";
import type { RecordedResource } from "../engines/engine-contract.ts";
import { CommandError, Exit } from "../exit.ts";

/** What a deployment is narrowed to, as it was typed: Pulumi names, in which `*` stands for anything. */
export interface Targeting {
  target: readonly string[];
  exclude: readonly string[];
}

/**
 * Returns the URNs that the engines are limited to, patterns among them; `undefined` for everything.
 *
 * @param names every resource that the spec declares or the state has
 * @throws {CommandError} for a name that no resource has, and where nothing is left
 */
export function targetUrns(names: readonly string[], { target, exclude }: Targeting): string[] | undefined {
  if (target.length === 0 && exclude.length === 0) return undefined;
  for (const [option, given] of [...each("--target", target), ...each("--exclude", exclude)]) {
    if (!names.some(isOneOf([given]))) throw unknownName(option, given, names);
  }
  if (exclude.length === 0) return target.map(urnOf);
  // The two engines differ in what an exclusion drags along, and not in what a target does.
  const left = names.filter((name) => (target.length === 0 || isOneOf(target)(name)) && !isOneOf(exclude)(name));
  if (left.length === 0) throw new CommandError(Exit.wrong, "--exclude leaves nothing of what there is.");
  return left.map(urnOf);
}

/** Returns the names of what a stack has recorded, apart from what holds nothing in AWS. */
export function recordedNames(resources: readonly RecordedResource[]): string[] {
  return resources.filter(({ type }) => type.startsWith("pulumi-nodejs:")).map(({ urn }) => partsOfUrn(urn).name);
}

const each = (option: string, given: readonly string[]) => given.map((name) => [option, name] as const);

/** Whatever its type and its parent are. */
const urnOf = (name: string): string => `**::${name}`;

function isOneOf(patterns: readonly string[]): (name: string) => boolean {
  const tests = patterns.map((pattern) => {
    const parts = pattern.split(/\*+/).map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`);
  });
  return (name) => tests.some((test) => test.test(name));
}

function unknownName(option: string, given: string, names: readonly string[]): CommandError {
  const meant = suggest(given, names);
  const advice =
    meant === undefined ? "`sluice expand` lists them; * stands for anything." : `Did you mean "${meant}"?`;
  return new CommandError(
    Exit.wrong,
    `${option} ${given}: no resource of the spec or the stack has that name.\n${advice}`,
  );
}
