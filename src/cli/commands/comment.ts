import type { Command } from "commander";
import {
  commentLimit,
  GitHubError,
  githubRun,
  markerLimit,
  postToGitHub,
  pullRequestOf,
  isRunReport,
  readPlan,
  readRunReport,
  render,
  renderProblems,
  renderRunReport,
} from "../../preview/index.ts";
import type { GitHub } from "../../preview/index.ts";
import type { SpecProblem } from "../../spec/index.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { outputOption, stackOption, parseWholeNumber } from "../common-options.ts";
import { declarePlan, readPlanText } from "../plan-file.ts";
import type { PlanOptions } from "../plan-file.ts";
import { sourceUrlOf } from "../source-url.ts";

interface CommentOptions extends PlanOptions {
  pullRequest?: number;
  repository?: string;
  stack: string;
  key?: string;
  author?: string;
  output: "text" | "json";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declarePlan(command)
    .option("--pull-request <number>", "its number; by default from the workflow's event", parseWholeNumber(1))
    .option("--repository <owner/name>", "by default GITHUB_REPOSITORY")
    .addOption(stackOption())
    .option("--key <text>", "tells the comments of several specs in one repository apart")
    .option("--author <login>", "whose comment it is; by default whoever the token belongs to")
    .addOption(outputOption("text", "json"))
    .addHelpText("after", "\nThe token is read from GITHUB_TOKEN; it needs `pull-requests: write`.");
}

/** Posts the plan, or what a run has done, to its pull request, or brings the comment there up to date, whatever the plan's result is. */
export async function run({ arguments: args, options }: Invocation<CommentOptions>, io: Io): Promise<number> {
  const { text, from } = await readPlanText(args, options, io);
  const run = githubRun(io.env);
  const repository = options.repository ?? run.repository;
  if (!run.token) throw wrong("GITHUB_TOKEN is not set. In a workflow: `env: { GITHUB_TOKEN: ${{ github.token }} }`.");
  if (!repository) throw wrong("Which repository? Give --repository owner/name, or set GITHUB_REPOSITORY.");
  const github: GitHub = { apiUrl: run.apiUrl, repository, token: run.token, author: options.author };
  try {
    const pullRequest =
      options.pullRequest ?? run.pullRequest ?? (run.commit ? await pullRequestOf(github, run.commit) : undefined);
    if (!pullRequest) throw wrong("Which pull request? Give --pull-request NUMBER; the workflow's event names none.");
    const { stack, body } = report(text, from, options.stack, io);
    const posted = await postToGitHub(github, pullRequest, { stack, key: options.key }, body);
    if (options.output === "json") io.out.line(JSON.stringify({ ...posted, pullRequest }));
    else io.out.line(`${posted.action}: ${posted.url}`);
    return Exit.done;
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    throw new CommandError(error.status === 401 ? Exit.credentials : Exit.failed, error.message, { cause: error });
  }
}

/** The comment's text: what a run has done; the plan; the spec's problems, where there is no plan; or that the preview came to nothing. */
function report(text: string, from: string, stack: string, io: Io): { stack: string; body: string } {
  const options = { sourceUrl: sourceUrlOf(io), limit: commentLimit - markerLimit };
  const document = parsed(text) as { problems?: SpecProblem[]; error?: string; version?: number } | undefined;
  if (isRunReport(document)) {
    const ran = orWrong(() => readRunReport(document, from));
    return {
      stack: ran.stack ?? stack,
      body: renderRunReport(ran, [ran.project, ran.stack ?? stack].filter(Boolean).join("/"), options),
    };
  }
  if (document?.version === undefined) {
    const problems = document?.problems ?? [];
    return { stack, body: renderProblems(stack, problems, { ...options, error: document?.error }) };
  }
  const plan = orWrong(() => readPlan(text, from));
  return { stack: plan.stack, body: render(plan, "markdown", options) };
}

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

const wrong = (message: string): CommandError => new CommandError(Exit.wrong, message);
