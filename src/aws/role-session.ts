/** Returns the role that is assumed: where a run only reads, the one that `SLUICE_READ_ROLE` names stands in for the spec's. */
export function assumedFor(role: string): string {
  const name = process.env["SLUICE_READ_ROLE"];
  return name ? role.replace(/[^/]+$/, () => name) : role;
}

/** Names the sessions that are opened from now on after a stack; those of a provider host are named by `SLUICE_STACK`. */
export function nameSessions(stack: string): void {
  sessionsOf = stack;
}

let sessionsOf = process.env["SLUICE_STACK"];

/** Names the stack in the account's CloudTrail, in the characters that STS takes. */
export function sessionName(): string {
  const stack = sessionsOf;
  return ["sluice", ...(stack ? [stack.replaceAll(/[^\w+=,.@-]/g, "-")] : [])].join("-").slice(0, 64);
}
