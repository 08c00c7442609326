import { suggest } from "../../spec/index.ts";
import { CommandError, Exit } from "../exit.ts";

/** What tells whether a stack may be made. */
export interface WantedStack {
  verb: "preview" | "up" | "refresh" | "destroy";
  /** As it was typed; a backend that has organizations takes `organization/project/stack` too. */
  stack: string;
  /** The stacks of the project. */
  known: readonly string[];
  /** The backend's URL. */
  state?: string;
  /** Whether `--create` was given. */
  create: boolean;
  /** Whether this runs in a pipeline, where a missing variable must not look like a new stack. */
  ci: boolean;
}

/**
 * Returns what to say of a stack that does not exist yet and may be made, and `undefined` for one that exists.
 *
 * @throws {CommandError} when it does not exist and must not be made
 */
export function newStack({ verb, stack, known, state, create, ci }: WantedStack): string | undefined {
  if (known.some((name) => shortName(name) === shortName(stack))) return undefined;
  const where = state === undefined ? "" : ` in ${state}`;
  const there = known.map(shortName);
  const isRemoval = verb === "refresh" || verb === "destroy";
  if (!isRemoval && create) return `stack: ${stack} is new${where}, as --create asks for`;
  if (!isRemoval && known.length === 0 && !ci) return `stack: ${stack} is the first one of this project${where}`;
  const meant = suggest(shortName(stack), there);
  const advice = [
    ...(meant === undefined ? [] : [`Did you mean "${meant}"?`]),
    there.length > 0 ? `There are: ${there.join(", ")}.` : "This project has none there.",
    ...(known.length === 0 ? ["Is the state where it was? Look at --state, PULUMI_BACKEND_URL and Pulumi.yaml."] : []),
    ...(isRemoval ? [] : ["--create makes it."]),
  ];
  throw new CommandError(Exit.wrong, `There is no stack "${stack}"${where}.\n${advice.join(" ")}`);
}

/** Returns whether the command runs in a pipeline. */
export function isCi({ CI: value }: NodeJS.ProcessEnv): boolean {
  return value !== undefined && !["", "0", "false"].includes(value.toLowerCase());
}

/** Returns the name that a stack's program knows it by, without organization and project. */
export const shortName = (name: string): string => name.split("/").at(-1)!;
