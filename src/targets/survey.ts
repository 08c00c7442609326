import { hasErrors, readSpec, sortProblems } from "../spec/index.ts";
import type { ReadingOptions, SourceLines, Spec, SpecProblem } from "../spec/index.ts";
import type { Declaration } from "./declare.ts";
import { expand } from "./expand.ts";
import type { Lookups } from "./lookups.ts";
import type { Wave } from "./waves.ts";
import { isUnresolved } from "./selection-resolver.ts";

/** Everything that a spec file says and stands for. */
export interface Survey {
  /** The spec, when it has no errors. */
  spec?: Spec;
  declarations: Declaration[];
  /** Those of the text and those of what it stands for, in the order of the file. */
  problems: SpecProblem[];
  /** What is deployed before what. */
  waves: Wave[];
  /** The stacks that the spec lists. */
  stacks: string[];
  /** What the spec or the organization calls the accounts that resources are in, by their ids. */
  names: Record<string, string>;
  /** The lines of each file that it is made of. */
  sources: SourceLines;
}

/**
 * Reads a spec and expands it. AWS is asked, through `lookups`, only for a spec that has no errors offline and needs the answer.
 * @throws {SpecError} when there is no such file
 */
export async function survey(
  file: string,
  name: string,
  lookups: Lookups = {},
  reading: ReadingOptions = {},
): Promise<Survey> {
  const { spec, draft, problems, stacks, sources } = await readSpec(file, name, reading);
  if (draft === undefined) return { declarations: [], waves: [], problems, stacks, names: {}, sources };
  const offline = await expand(draft);
  const known = sortProblems([...problems, ...offline.problems]);
  if (spec === undefined || hasErrors(known)) return { ...offline, problems: known, stacks, sources };
  if (!known.some(isUnresolved)) return { ...offline, spec, problems: known, stacks, sources };
  const { problems: found, ...online } = await expand(spec, lookups.organization, lookups.caller);
  const all = sortProblems([...problems, ...found]);
  return { spec: hasErrors(all) ? undefined : spec, ...online, problems: all, stacks, sources };
}
