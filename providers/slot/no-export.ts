import { targetName } from "../../src/aws/index.ts";
import type { Connection } from "../../src/aws/index.ts";

type Target = Pick<Connection, "account" | "region" | "role">;

interface EndedExport {
  domain: string;
  role?: string;
  /** ISO 8601. */
  time: string;
}

/** The configuration that this run has deleted last, by account/Region. */
const ended = new Map<string, EndedExport>();

/** Forgets which configurations were deleted: another run begins in this process. */
export function forgetEndedExports(): void {
  ended.clear();
}

/** Notes that this run has deleted a domain's configuration, by the role that is recorded of it or by another one. */
export function noteEndedExport({ domain, role, ...target }: Target & { domain: string }): void {
  ended.set(targetName(target), { domain, role, time: new Date().toISOString() });
}

/**
 * Says that no domain exports in an account and Region now, since when, where this run knows it, and the ways on and back.
 * @param isSwitch whether another domain or encryption was there before, to which the spec can go back
 */
export function noExportText(target: Target, isSwitch: boolean): string {
  const last = ended.get(targetName(target));
  const when = last
    ? `since ${last.time.slice(0, 16).replace("T", " ")} UTC, when ${last.domain}'s configuration was deleted`
    : "now";
  return `No domain exports in ${targetName(target)} ${when}. ${waysText(target, isSwitch)}`;
}

/** Says how a switch that stopped half way goes on and back: a role that came with it may lack what the former one may do. */
export function waysText(target: Target, isSwitch: boolean): string {
  if (!isSwitch) return "Run it again to go on.";
  const role = ended.get(targetName(target))?.role;
  const former = role === undefined || role === target.role ? "" : ` and the role (${role})`;
  return `Run it again to go on, or set the domain${former} back and run it to return to what was.`;
}
