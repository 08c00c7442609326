import { Option } from "commander";
import type { Command } from "commander";
import {
  dialectOverhead,
  ForgeError,
  forgeNames,
  forgeRunIn,
  inDialect,
  markerLimit,
  postComment,
  requestNumberOf,
} from "../../preview/index.ts";
import type { ForgeAccess, ForgeName, ForgeRun } from "../../preview/index.ts";
import type { Invocation } from "../command.ts";
import { outputOption, parseWholeNumber, specOption, stackOption } from "../common-options.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { lineUrlOf } from "../line-url.ts";
import { declarePlan, readPlanText } from "../plan-file.ts";
import type { PlanOptions } from "../plan-file.ts";
import { lastLineLimit, lastLineOf, projectName, reportOf, states } from "./comment-text.ts";
import type { ReportState } from "./comment-text.ts";

interface CommentOptions extends PlanOptions {
  forge?: ForgeName;
  pullRequest?: number;
  repository?: string;
  spec: string;
  stack: string;
  state?: ReportState;
  by?: string;
  because?: string;
  key?: string;
  author?: string;
  output: "text" | "json";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declarePlan(command)
    .addOption(new Option("--forge <name>", "by default the one whose pipeline this is").choices(forgeNames))
    .option("--pull-request <number>", "its number; by default from the pipeline's variables", parseWholeNumber(1))
    .option("--repository <owner/name>", "by default from the pipeline's variables")
    .addOption(specOption())
    .addOption(stackOption())
    .addOption(
      new Option(
        "--state <state>",
        "what is being done with the plan, or before there is one; ended: a run, also one that has left no result",
      ).choices(states),
    )
    .option("--by <login>", "who has approved the plan")
    .option("--because <text>", "why a run that has ended has begun nothing")
    .option("--key <text>", "tells the comments of several specs in one project apart")
    .option("--author <login>", "whose comment it is; by default whoever the token belongs to")
    .addOption(outputOption("text", "json"))
    .addHelpText(
      "after",
      "\nThe token is read from GITHUB_TOKEN, GITLAB_TOKEN, BITBUCKET_TOKEN or SYSTEM_ACCESSTOKEN, and needs no right but to comment." +
        "\nA plan's file that is not there is told in the comment: nothing was planned.",
    );
}

/** Posts the plan, or what a run has done, to its pull request, or brings the comment there up to date, whatever the result is. */
export async function run({ arguments: args, options }: Invocation<CommentOptions>, io: Io): Promise<number> {
  const run = forgeRunIn(io.env, options.forge);
  const { access, repository } = accessOf(run, options);
  const { request, dialect } = run.forge;
  const limit = dialect.limit - markerLimit - lastLineLimit - dialectOverhead;
  const isAwaited = options.state !== undefined && args.length === 0 && options.plan === undefined;
  const read = isAwaited ? { text: "", from: "" } : await textOrNone(args, options, io);
  const report = reportOf(
    read,
    { ...options, project: projectName(options.spec, io) },
    { lineUrl: lineUrlOf(io, run), limit },
  );
  try {
    const number =
      options.pullRequest ??
      run.number ??
      (run.commit ? await requestNumberOf(access, repository, run.commit) : undefined);
    if (!number) throw wrong(`Which ${request}? Give --pull-request NUMBER; the pipeline's variables name none.`);
    const posted = await postComment(
      access,
      { repository, number, webUrl: run.webUrl },
      {
        identity: { project: report.project, stack: report.stack, key: options.key },
        text: `${inDialect(report.body, dialect)}${lastLineOf(run, new Date())}`,
        order: run.order,
      },
    );
    if (options.output === "json") io.out.line(JSON.stringify({ ...posted, pullRequest: number }));
    else io.out.line(`${posted.action}: ${posted.url}`);
    return Exit.done;
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    throw new CommandError(error.status === 401 ? Exit.credentials : Exit.failed, error.message, { cause: error });
  }
}

function accessOf(run: ForgeRun, options: CommentOptions): { access: ForgeAccess; repository: string } {
  const { forge, token, apiUrl } = run;
  const repository = options.repository ?? run.repository;
  const how = forge.token === "GITHUB_TOKEN" ? " In a workflow: `env: { GITHUB_TOKEN: ${{ github.token }} }`." : "";
  if (!token) throw wrong(`${forge.token} is not set.${how} It needs ${forge.permission}`);
  if (!repository) throw wrong("Which repository? Give --repository owner/name; the pipeline's variables name none.");
  return { access: { forge, apiUrl, token, author: options.author }, repository };
}

/** A file that is not there is what a step leaves that failed before it: a comment that still shows the last plan would be a lie. */
async function textOrNone(args: string[], options: CommentOptions, io: Io): Promise<{ text: string; from: string }> {
  try {
    return await readPlanText(args, options, io);
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw error;
    io.err.line(`${(error as Error).message}; the comment says so.`);
    return { text: "", from: args[0] ?? "the plan" };
  }
}

const wrong = (message: string): CommandError => new CommandError(Exit.wrong, message);
