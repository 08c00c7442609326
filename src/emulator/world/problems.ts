import type { z } from "zod";

/** Returns everything that a schema finds wrong with data, a line each: `accounts.1: an account id has twelve digits`. */
export function problemsOf({ issues }: z.core.$ZodError): string[] {
  return issues.flatMap(problemsOfIssue);
}

function problemsOfIssue(issue: z.core.$ZodIssue): string[] {
  const at = (path: PropertyKey[]) => path.map(String).join(".") || "the document";
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${at([...issue.path, key])}: is not known here`);
  }
  const message = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [`${at(issue.path)}: ${message}`];
}
