import { readFileSync } from "node:fs";
import { dialects } from "../render/dialect.ts";
import { runOrderOf, pathInUrl } from "./forge.ts";
import type { Forge, ForgeRun } from "./forge.ts";

interface Comment {
  id: number;
  body?: string | null;
  html_url: string;
  user: { login: string; type?: string } | null;
}

const comment = ({ id, body, html_url: url, user }: Comment) => ({
  id: String(id),
  body: body ?? "",
  url,
  author: user?.login,
  isBot: user?.type === "Bot" || Boolean(user?.login.endsWith("[bot]")),
});

/** Describes GitHub, and GitHub Enterprise Server below `/api/v3`. */
export const gitHub: Forge = {
  name: "GitHub",
  request: "pull request",
  token: "GITHUB_TOKEN",
  permission: "`permissions: pull-requests: write` of the workflow; a fork's pull request never has it.",
  dialect: dialects.github,
  isAppToken: (token) => token.startsWith("ghs_"),
  headers: (token) => ({
    accept: "application/vnd.github+json",
    authorization: `Bearer ${token}`,
    "x-github-api-version": "2022-11-28",
  }),
  self: "/user",
  selfIn: (body) => (body as { login?: string }).login,
  list: ({ repository, number }) => `/repos/${pathInUrl(repository)}/issues/${number}/comments?per_page=100`,
  commentsIn: (body) => (body as Comment[]).map(comment),
  create: ({ repository, number }, body) => ({
    method: "POST",
    path: `/repos/${pathInUrl(repository)}/issues/${number}/comments`,
    body: { body },
  }),
  createdIn: (body) => comment(body as Comment),
  update: ({ repository }, id, body) => ({
    method: "PATCH",
    path: `/repos/${pathInUrl(repository)}/issues/comments/${id}`,
    body: { body },
  }),
  remove: ({ repository }, id) => ({
    method: "DELETE",
    path: `/repos/${pathInUrl(repository)}/issues/comments/${id}`,
  }),
  requestsOf: (repository, commit) => ({
    method: "GET",
    path: `/repos/${pathInUrl(repository)}/commits/${commit}/pulls`,
  }),
  numberIn: (body) => {
    const found = body as { number: number; state?: string }[];
    return (found.find(({ state }) => state === "open") ?? found[0])?.number;
  },
};

/** Reads the run of GitHub Actions. Outside of Actions most of it is absent. */
export function githubRun(env: NodeJS.ProcessEnv, read = readEvent): ForgeRun {
  const event = env["GITHUB_EVENT_PATH"] ? read(env["GITHUB_EVENT_PATH"]) : {};
  const fromRef = /^refs\/pull\/(\d+)\//.exec(env["GITHUB_REF"] ?? "")?.[1];
  const pull = event.pull_request ?? event.workflow_run?.pull_requests?.[0];
  const issue = event.issue?.pull_request ? event.issue.number : undefined;
  const server = env["GITHUB_SERVER_URL"] || "https://github.com";
  const repository = env["GITHUB_REPOSITORY"] || undefined;
  const commit = pull?.head?.sha ?? event.workflow_run?.head_sha ?? (env["GITHUB_SHA"] || undefined);
  const webUrl = `${server}/${repository}`;
  const order = runOrderOf(env["GITHUB_RUN_ID"], env["GITHUB_RUN_ATTEMPT"]);
  return {
    forge: gitHub,
    token: env["GITHUB_TOKEN"] || undefined,
    apiUrl: env["GITHUB_API_URL"] || "https://api.github.com",
    webUrl,
    repository,
    number: pull?.number ?? issue ?? (fromRef ? Number(fromRef) : undefined),
    commit,
    baseCommit: pull?.base?.sha ?? event.merge_group?.base_sha,
    workspace: env["GITHUB_WORKSPACE"] || undefined,
    order,
    runUrl: order && repository && `${webUrl}/actions/runs/${order[0]}`,
    lineUrl: (file, line, at = commit) =>
      repository && at ? `${webUrl}/blob/${at}/${pathInUrl(file)}#L${line}` : undefined,
  };
}

interface Event {
  pull_request?: PullRequest;
  merge_group?: { base_sha?: string };
  issue?: { number: number; pull_request?: object };
  workflow_run?: { head_sha?: string; pull_requests?: PullRequest[] };
}

interface PullRequest {
  number: number;
  head?: { sha?: string };
  base?: { sha?: string };
}

const readEvent = (file: string): Event => JSON.parse(readFileSync(file, "utf8")) as Event;
