import type { SpecProblem } from "./problem/problem.ts";
import type { Spec } from "./spec.ts";
import { variablesIn } from "./schema/variables.ts";

/** Returns the settings by which the new name of an account would replace what is in AWS: nothing is wrong, and a rename is no rename. */
export function nameNotes(spec: Spec): SpecProblem[] {
  return spec.syncs.flatMap(({ key, name, destination, path }) => {
    const settings = { name, ...destination };
    const named = Object.entries(settings).filter(([, value]) => variablesIn(value ?? "").includes("account.name"));
    return named.map(([setting]) =>
      spec.sourceMap.problem({
        code: "name-in-setting",
        severity: "warning",
        message: `Another name of an account replaces its sync ${key}, since \${account.name} is in its ${setting}.`,
        path: [...path, ...(setting === "name" ? [] : ["destination"]), setting],
        fix: "Use ${account.id}, which never changes.",
      }),
    );
  });
}
