import { EngineError } from "./engine-error.ts";

/** Tells whether a stack or a project can be called so: the name of either becomes the name of files and folders, and a part of URNs. */
export const isName = (text: string): boolean => /^(?!\.{1,2}$)[\w.-]{1,100}$/.test(text);

/**
 * Returns a stack's own name, which may be given as `organization/stack` or `organization/project/stack` as well: a state in a folder has
 * one organization, and its name is `organization`.
 *
 * @throws EngineError when it is no name, or another project's.
 */
export function stackNameIn(given: string, project: string): string {
  const parts = given.split("/");
  const name = parts.at(-1)!;
  if (parts.length > 3 || !isName(name))
    throw new EngineError(`"${given}" is not a stack's name`, {
      advice: `A name has letters, digits, hyphens, underscores and periods only; organization/${project}/ may stand before it.`,
      exitCode: 2,
    });
  if (parts.length > 1 && parts[0] !== "organization")
    throw new EngineError(
      `The stack ${given} is of the organization "${parts[0]}", and a state in a folder has none of that name`,
      {
        advice: `Write organization/${project}/${name}, or ${name} alone.`,
        exitCode: 2,
      },
    );
  if (parts.length === 3 && parts[1] !== project)
    throw new EngineError(`The stack ${given} is of the project "${parts[1]}", and this one is "${project}"`, {
      advice: "Run it in the folder of that project, or name a stack of this one.",
      exitCode: 2,
    });
  return name;
}
