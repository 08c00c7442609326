import { readFileSync } from "node:fs";

/** What GitHub Actions says of the run, in environment variables and the event's file. */
export interface GitHubRun {
  token?: string;
  apiUrl: string;
  serverUrl: string;
  repository?: string;
  pullRequest?: number;
  /** The commit to show: a pull request's head rather than its merge with the base. */
  commit?: string;
  /** Folder of the checkout, to which the links' paths are relative. */
  workspace?: string;
}

/** Reads the run. Outside of Actions most of it is absent. */
export function githubRun(env: NodeJS.ProcessEnv, read = readEvent): GitHubRun {
  const event = env["GITHUB_EVENT_PATH"] ? read(env["GITHUB_EVENT_PATH"]) : {};
  const fromRef = /^refs\/pull\/(\d+)\//.exec(env["GITHUB_REF"] ?? "")?.[1];
  const pull = event.pull_request ?? event.workflow_run?.pull_requests?.[0];
  const issue = event.issue?.pull_request ? event.issue.number : undefined;
  return {
    token: env["GITHUB_TOKEN"] || undefined,
    apiUrl: env["GITHUB_API_URL"] || "https://api.github.com",
    serverUrl: env["GITHUB_SERVER_URL"] || "https://github.com",
    repository: env["GITHUB_REPOSITORY"] || undefined,
    pullRequest: pull?.number ?? issue ?? (fromRef ? Number(fromRef) : undefined),
    commit: pull?.head?.sha ?? event.workflow_run?.head_sha ?? (env["GITHUB_SHA"] || undefined),
    workspace: env["GITHUB_WORKSPACE"] || undefined,
  };
}

interface Event {
  pull_request?: PullRequest;
  issue?: { number: number; pull_request?: object };
  workflow_run?: { head_sha?: string; pull_requests?: PullRequest[] };
}

interface PullRequest {
  number: number;
  head?: { sha?: string };
}

const readEvent = (file: string): Event => JSON.parse(readFileSync(file, "utf8")) as Event;
