import type { Change, Plan, PlanDiagnostic } from "../../preview/index.ts";
import { isFailedRun, mergeMessages, targetsOfMessage } from "../../preview/index.ts";
import { shellQuoted } from "../../preview/index.ts";
import { visible } from "../../spec/index.ts";
import { Exit } from "../exit.ts";
import type { ExitCode } from "../exit.ts";
import type { Io } from "../io.ts";
import type { DeployOptions } from "./deploy-options.ts";
import { exportsAfter, isHalfDone, unsettledTargets } from "./exporting.ts";
import { halfDoneText, unverifiedText } from "./exporting-text.ts";
import type { Exporting, RunRecord } from "./exporting.ts";
import { observeExports } from "./observe-exports.ts";
import { exitCodeOf, outcomeOf, incompletenessOf } from "./outcome.ts";
import { targetResults } from "./target-results.ts";
import type { TargetResult } from "./target-results.ts";
import type { Planned } from "./planned.ts";
import { runInWaves } from "./waves.ts";
import { printOutcome } from "./print-outcome.ts";

/** How a plan was approved that is carried out. */
export interface Approved {
  /** By which the same command line finishes it. */
  digest?: string;
  /** Whether the plan was shown before. */
  isShown?: boolean;
}

/** Carries out a plan that was shown and approved, and tells how it went. */
export async function carryOut(
  verb: "up" | "destroy",
  planned: Planned,
  options: DeployOptions,
  io: Io,
  { digest, isShown = true }: Approved = {},
): Promise<ExitCode> {
  const { declarations, held, plan } = planned;
  const skipped = plan.changes.filter(({ operation }) => operation === "skip");
  const { waves, ...ran } = await runInWaves(verb, planned, options, io);
  const outcome = outcomeOf(ran.events, ran, declarations);
  const { exporting, gaps } = await exportsOf(verb, planned, ran.events, { ...options, digest }, io);
  const places = withGaps(targetResults(plan, ran.events, { ...outcome, waves }), gaps);
  const partial = outcome.result === "failed" && places.some(({ result }) => result === "succeeded");
  const result = partial ? "partial" : outcome.result;
  const { receipts } = outcome;
  const isKnown = options.output === "text" && isShown;
  const diagnostics = isKnown ? newsOf(outcome, plan) : [...outcome.diagnostics, ...reasonsOf(plan, skipped)];
  // What a run is not for is the same to it, and the runs of several waves each come past what is unchanged.
  const same = waves || skipped.length > 0 ? plan.counts.same : outcome.counts.same;
  const counts = { ...outcome.counts, same, ...(skipped.length > 0 && { skip: skipped.length }) };
  const summary = {
    ...aboutRun(verb, plan),
    ...(digest !== undefined && digest !== plan.digest && { approved: digest }),
    result,
    counts,
    ...(waves && { waves }),
    places,
    exporting,
    diagnostics,
    receipts,
  };
  if (options.output === "json") summary.diagnostics = mergeMessages(diagnostics);
  printOutcome(summary, incompletenessOf(ran.events, ran), options.output, io);
  if (options.output !== "json") for (const { message } of gaps) io.out.line(visible(message));
  if (held.left) return Exit.blocked;
  if (outcome.result === "succeeded") return Exit.done;
  const code = exitCodeOf(ran, outcome.diagnostics);
  // One account that cannot be entered is a failure among successes; only the caller's own credentials are more.
  return code === Exit.credentials && partial && !ran.credentials ? Exit.failed : code;
}

/** What a report has to name, for whoever was not there. */
const aboutRun = (verb: "up" | "destroy", { project, stack, digest }: Plan) => ({ verb, project, stack, digest });

/** Returns what a run has said, without the warnings that the plan has shown already. */
function newsOf({ diagnostics }: { diagnostics: PlanDiagnostic[] }, plan: Plan): PlanDiagnostic[] {
  const findings = plan.preflight.findings.map(({ message, cure }) => (cure ? `${message}\n${cure}` : message));
  const shown = new Set([...findings, ...plan.diagnostics.map(({ message }) => message)]);
  return diagnostics.filter(({ severity, message }) => severity !== "warning" || !shown.has(message));
}

/** Why the plan leaves out what it skips. */
function reasonsOf({ preflight }: Plan, skipped: readonly Change[]): PlanDiagnostic[] {
  const targets = new Set(skipped.map(({ account, region }) => `${account}/${region}`));
  const reasons = preflight.findings.filter(
    (finding) => finding.severity === "error" && targetsOfMessage(finding).some((target) => targets.has(target)),
  );
  return reasons.map(({ code, message, cure, name, source, targets }) => ({
    severity: "warning",
    message: [`${code}: ${message}`, ...(cure === undefined ? [] : [cure])].join("\n"),
    ...(name !== undefined && { name }),
    ...(source && { source }),
    ...(targets && { targets }),
  }));
}

/** Ends a deployment that goes no further than its plan; an export that an earlier run left half done is told all the same. */
export async function endAtPlan(
  verb: "up" | "destroy",
  planned: Planned,
  exitCode: ExitCode,
  options: DeployOptions,
  io: Io,
  message?: string,
): Promise<ExitCode> {
  const { plan } = planned;
  const { exporting, gaps } = await exportsOf(verb, planned, [], options, io);
  if (message) io.err.line(visible(message));
  for (const gap of gaps) io.err.line(visible(gap.message));
  if (options.output === "json") {
    const blocked = plan.guards.filter(({ status }) => status === "blocked");
    const reasons = [...(message ? [message] : []), ...blocked.map((guard) => `${guard.name}: ${guard.message}`)];
    const diagnostics = [
      ...reasons.map((message) => ({ severity: "error" as const, message })),
      ...plan.preflight.findings.map(({ severity, code, message, name, targets }) => ({
        severity,
        message: `${code}: ${message}`,
        ...(name !== undefined && { name }),
        ...(targets && { targets }),
      })),
      ...plan.diagnostics,
    ];
    const counts = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
    const places = withGaps([], gaps);
    const document = {
      ...aboutRun(verb, plan),
      result: "failed",
      counts,
      places,
      exporting,
      diagnostics,
      receipts: [],
      plan,
    };
    io.out.line(visible(JSON.stringify(document, null, 2)));
  }
  return exitCode;
}

interface Gap {
  account: string;
  region: string;
  message: string;
}

/** Which domains export now, and what to say of the targets where a replacement is half done. */
async function exportsOf(
  verb: "up" | "destroy",
  { deployment, declarations, plan }: Planned,
  events: RunRecord["events"],
  options: DeployOptions & Pick<Approved, "digest">,
  io: Io,
): Promise<{ exporting: Exporting[]; gaps: Gap[] }> {
  // A run that neither failed nor touches an export need not read the state.
  const concerns = plan.result !== "ok" || plan.changes.some(({ type }) => type !== "ResourceDataSync");
  const recorded = concerns ? await deployment.recorded() : undefined;
  const { awaiting } = deployment;
  const knownExports = exportsAfter({ plan, events, declarations, recorded, awaiting });
  const isUnfinished = plan.result !== "ok" || events.length === 0;
  // A look ahead that was not wanted leaves it open what a failed run has come to.
  const isInDoubt = isFailedRun(events) || (isUnfinished && options.preflight !== false);
  const unsettled = unsettledTargets(events);
  const after = isInDoubt
    ? await observeExports(
        knownExports,
        { declarations, recorded, unsettled: unsettledTargets(events, "delete") },
        io.interrupted(),
      )
    : knownExports;
  const command = commandOf(verb, options);
  return {
    exporting: after.map((one) => {
      const { account, region, domain, since, unverified } = one;
      return { account, region, domain, since, ...(unverified && { unverified }), ...tableAfter(one) };
    }),
    gaps: after.flatMap((one) => {
      const { account, region } = one;
      if (isHalfDone(one)) return { account, region, message: halfDoneText(one, command, plan.result !== "ok") };
      if (!one.unverified || !unsettled.has(`${account}/${region}`)) return [];
      return { account, region, message: unverifiedText(one, command) };
    }),
  };
}

/** Where nothing exports since a switch is half done: the table that lies there, or none, and the place of the copy. */
function tableAfter(one: Exporting): { table?: string | null; backup?: string } {
  if (!isHalfDone(one) || one.domain !== null) return {};
  const { left, backup = left?.copy } = one;
  return { ...(left && { table: left.arn }), ...(backup !== undefined && { backup }) };
}

/** A target where nothing exports any more has failed, whatever else was done there. */
function withGaps(targets: readonly TargetResult[], gaps: readonly Gap[]): TargetResult[] {
  const isAt = (gap: Gap) => (target: TargetResult) => target.account === gap.account && target.region === gap.region;
  const others = targets.filter((target) => !gaps.some((gap) => isAt(gap)(target)));
  const failed = gaps.map((gap) => {
    const message = targets.find(isAt(gap))?.message;
    return { ...gap, result: "failed" as const, message: message ? `${gap.message} ${message}` : gap.message };
  });
  return [...others, ...failed].toSorted((a, b) => compare(`${a.account}/${a.region}`, `${b.account}/${b.region}`));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What people type, or paste, to run it again. */
function commandOf(
  verb: string,
  { spec, stack, engine, state, digest, target, exclude }: DeployOptions & Pick<Approved, "digest">,
): string {
  const given = { spec: spec === "sluice.yaml" ? undefined : spec, stack, engine, state, digest };
  const options = [
    ...Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : `--${name} ${shellQuoted(value)}`)),
    ...target.map((name) => `--target ${shellQuoted(name)}`),
    ...exclude.map((name) => `--exclude ${shellQuoted(name)}`),
  ];
  return ["sluice", verb, ...options].join(" ");
}
