import { dialects } from "../render/dialect.ts";
import { pathInUrl } from "./forge.ts";
import type { Forge, ForgeRun } from "./forge.ts";
import { gitHub, githubRun } from "./github.ts";

/** Describes Gitea and Forgejo, whose API is GitHub's but for the token, the pages and the pull request of a commit. */
export const gitea: Forge = {
  ...gitHub,
  name: "Gitea",
  permission: "`write:issue`, and `read:user` to tell whose it is.",
  dialect: dialects.gitea,
  headers: (token) => ({ accept: "application/json", authorization: `token ${token}` }),
  // All of them come in one answer.
  list: ({ repository, number }) => `/repos/${pathInUrl(repository)}/issues/${number}/comments`,
  commentsIn: (body, pullRequest) =>
    gitHub
      .commentsIn(body, pullRequest)
      .map((one) => ({ ...one, isBot: one.author === "gitea-actions" || one.author === "forgejo-actions" })),
  requestsOf: (repository, commit) => ({
    method: "GET",
    path: `/repos/${pathInUrl(repository)}/commits/${commit}/pull`,
  }),
  numberIn: (body) => (body as { number?: number }).number,
};

/** Reads the run of Gitea's or Forgejo's Actions, which has GitHub's variables. */
export function giteaRun(env: NodeJS.ProcessEnv): ForgeRun {
  const run = githubRun(env);
  const { repository, commit, webUrl } = run;
  const number = env["GITHUB_RUN_NUMBER"];
  return {
    ...run,
    forge: gitea,
    apiUrl: env["GITHUB_API_URL"] || `${env["GITHUB_SERVER_URL"] ?? ""}/api/v1`,
    // Its pages are named by the number of the run in the repository.
    runUrl: run.runUrl && number && `${webUrl}/actions/runs/${number}`,
    lineUrl: (file, line, at = commit) =>
      repository && at ? `${webUrl}/src/commit/${at}/${pathInUrl(file)}#L${line}` : undefined,
  };
}
