import type { QuirkName } from "../emulator/index.ts";
import type { Before } from "./before.ts";
import { Bench } from "./bench.ts";
import type { ProbeAllowance, ProbeTarget } from "./probe-target.ts";
import { askDomains, askRequestRate } from "./domain-questions.ts";
import { askExports } from "./export-questions.ts";
import { askOrganization } from "./organization-questions.ts";
import { removeMade } from "./removing.ts";
import type { QuirkAnswer, ProbeReport } from "./report.ts";
import { askSyncs } from "./sync-questions.ts";
import { askTables } from "./table-questions.ts";

/** Asks every question that is allowed, takes away what it made, and tells what it found. */
export async function probe(
  target: ProbeTarget,
  allowed: ProbeAllowance,
  before: Before,
  onProgress: (doing: string) => void = () => undefined,
): Promise<ProbeReport> {
  if (before.refusals.length > 0) throw new Error(`Not a place for a probe: ${before.refusals.join(", ")}.`);
  const bench = new Bench(target, allowed, before);
  const campaign: [string, () => Promise<void>][] = [
    ["domains", () => askDomains(bench)],
    ["syncs", () => askSyncs(bench)],
    ["syncs of the organization", () => askOrganization(bench)],
    ["tables", () => askTables(bench)],
    ["exports", () => askExports(bench)],
    ["the rate of requests", () => askRequestRate(bench)],
  ];
  try {
    for (const [what, ask] of campaign) {
      onProgress(what);
      await ask();
    }
  } finally {
    onProgress("what is to be taken away");
    bench.left.push(...(await removeMade(target)));
  }
  return {
    version: 1,
    at: new Date(target.now()).toISOString(),
    region: target.region,
    quirks: Object.fromEntries([...bench.answers].toSorted(([a], [b]) => (a < b ? -1 : 1))) as Record<
      QuirkName,
      QuirkAnswer
    >,
    left: bench.left,
  };
}

/** Tells what a probe costs and how long it takes at most, before it makes anything. */
export function effort({ exports, days, patienceMs }: ProbeAllowance): string {
  // A first delivery, the table of an export, and what syncs take to show and to go.
  const minutes = Math.ceil((patienceMs / 60_000) * (exports ? 2 : 1)) + 5;
  // Whether a failed export heals is asked beside the days of one that works.
  const waiting =
    exports && days > 0
      ? ` and ${days + 1} days, for which it has to go on running: with credentials that end before, it stops and the rest is for --clean`
      : "";
  return `It costs some hundred calls and no more, and takes up to ${minutes} minutes${waiting}.`;
}

/** Tells what a probe would make, a line each, before it makes anything. */
export function intentions(
  { account, region, ledger }: ProbeTarget,
  allowed: ProbeAllowance,
  before: Before,
): string[] {
  const name = (what: string) => `sluice-probe-${ledger.content.run}-${what}`;
  const domainIds = before.domains.map(({ id }) => id!);
  return [
    `bucket ${name(account)}, which takes Systems Manager's delivery from this account`,
    `syncs ${name("*")}: up to as many as there is place for, for some seconds`,
    `table bucket ${name("tables")} with one empty table`,
    ...(allowed.opsdata
      ? ["a sync without its switches, which may turn OpsData sources on: nothing turns them off"]
      : []),
    ...(allowed.organization
      ? [
          "a sync from the entire organization, all data sources off, if Explorer's service-linked role is missing; two shared with the organization",
        ]
      : []),
    ...(allowed.exports
      ? [
          `exports of ${domainIds.length > 0 ? `domains ${domainIds.join(", ")}` : "no domain, as there is none"}, one at a time, with their table`,
          `table buckets ${name("t*")}: up to as many as there is place for`,
          `AWS's own table bucket aws-sagemaker-catalog in ${account}/${region}, which AWS may keep, empty`,
        ]
      : []),
  ];
}
