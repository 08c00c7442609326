import path from "node:path";
import {
  codeSpan,
  isRunReport,
  readPlan,
  readRunReport,
  render,
  renderProblems,
  renderRunReport,
  renderUnknownEnd,
} from "../../preview/index.ts";
import type { ForgeRun } from "../../preview/index.ts";
import type { SpecProblem } from "../../spec/index.ts";
import { projectOf } from "../deploy/project.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";

/** Lists what can be done with a plan, before there is one and after it. */
export const states = ["planning", "approved", "applying", "ended"] as const;
/** One of these. */
export type ReportState = (typeof states)[number];

interface Subject {
  project: string;
  stack: string;
  state?: ReportState;
  /** Who has approved the plan. */
  by?: string;
  /** Why nothing was begun. */
  because?: string;
}

/** What a comment is about, and its text. */
export interface CommentReport {
  project: string;
  stack: string;
  body: string;
}

/** Returns the comment's text: what a run has done; the plan; the spec's problems, where there is no plan; or that preview or run came to nothing. */
export function reportOf(
  { text, from }: { text: string; from: string },
  { project, stack, state, by, because }: Subject,
  options: { lineUrl: ForgeRun["lineUrl"]; limit: number },
): CommentReport {
  const named = `${project}/${stack}`;
  const isEnded = state === "ended";
  const doing = isEnded ? undefined : state && (by ? `${state} by ${codeSpan(`@${by.slice(0, 100)}`)}` : state);
  const document = parsed(text) as { problems?: SpecProblem[]; error?: string; version?: number } | undefined;
  if (isRunReport(document)) {
    const ran = orWrong(() => readRunReport(document, from));
    const ranStack = ran.stack ?? stack;
    return { project, stack: ranStack, body: renderRunReport(ran, `${ran.project || project}/${ranStack}`, options) };
  }
  if (document?.version !== undefined) {
    const plan = orWrong(() => readPlan(text, from));
    return { project, stack: plan.stack, body: render(plan, "markdown", { ...options, state: doing }) };
  }
  if (doing !== undefined && text === "") {
    return {
      project,
      stack,
      body: `### Sluice ${codeSpan(named.slice(0, 200))}: ${doing}\n\n${awaited[state as Exclude<ReportState, "ended">]}\n`,
    };
  }
  if (isEnded && text === "" && !because) return { project, stack, body: renderUnknownEnd(named) };
  const { problems = [], error } = document ?? {};
  return { project, stack, body: renderProblems(named, problems, { ...options, error, because, isRun: isEnded }) };
}

/** Tells whether a text is what a command says instead of a plan: how a run ended, a spec's problems, or an error. */
export function isOtherReport(text: string): boolean {
  const document = parsed(text);
  return (
    isRunReport(document) ||
    (typeof document === "object" && document !== null && ("problems" in document || "error" in document))
  );
}

/** Returns the project whose stacks these are; of one that cannot be read the comment is the nameless one. */
export function projectName(spec: string, io: Pick<Io, "cwd">): string {
  try {
    return projectOf(path.resolve(io.cwd, spec), io.cwd).name;
  } catch {
    return "";
  }
}

const awaited: Record<Exclude<ReportState, "ended">, string> = {
  planning: "The plan of the newest commit is being made. What stood here was that of an older one.",
  approved: "The plan that was approved waits for its turn.",
  applying: "The plan that was approved is being applied.",
};

/** Returns the last line: which commit it is about, which run has written it, and when. */
export function lastLineOf({ commit, runUrl, order }: ForgeRun, now: Date): string {
  const parts = [
    ...(commit && /^[0-9a-f]{7,64}$/.test(commit) ? [`Commit ${codeSpan(commit.slice(0, 10))}`] : []),
    ...(runUrl && /^https?:\/\/[^\s()<>]+$/.test(runUrl) ? [`[run ${order?.[0] ?? ""}](${runUrl})`] : []),
    ...(order ? [`${now.toISOString().slice(0, 16).replace("T", " ")} UTC`] : []),
  ];
  return parts.length > 0 ? `\n${parts.join(" · ")}\n` : "";
}

/** How long the last line may be. */
export const lastLineLimit = 1_000;

function orWrong<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new CommandError(Exit.wrong, (cause as Error).message, { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
