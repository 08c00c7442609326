import { dialects } from "../render/dialect.ts";
import { runOrderOf, pathInUrl } from "./forge.ts";
import type { Forge, ForgeRun, PullRequest } from "./forge.ts";

interface Comment {
  id: number;
  deleted?: boolean;
  content?: { raw?: string };
  user?: { uuid?: string; type?: string } | null;
  links?: { html?: { href?: string } };
}

const comments = ({ repository, number }: PullRequest): string =>
  `/repositories/${pathInUrl(repository)}/pullrequests/${number}/comments`;

const comment = ({ id, content, user, links }: Comment) => ({
  id: String(id),
  body: content?.raw ?? "",
  url: links?.html?.href ?? "",
  author: user?.uuid,
  isBot: user?.type !== undefined && user.type !== "user",
});

/** Describes Bitbucket Cloud. */
export const bitbucket: Forge = {
  name: "Bitbucket",
  request: "pull request",
  token: "BITBUCKET_TOKEN",
  permission: "the scope `pullrequest:write`.",
  dialect: dialects.bitbucket,
  // A repository's own token may not ask who it is.
  keepsAuthors: true,
  headers: (token) => ({ accept: "application/json", authorization: `Bearer ${token}` }),
  self: "/user",
  selfIn: (body) => (body as { uuid?: string }).uuid,
  list: (pullRequest) => `${comments(pullRequest)}?pagelen=100`,
  commentsIn: (body) => (body as { values: Comment[] }).values.filter(({ deleted }) => !deleted).map(comment),
  create: (pullRequest, raw) => ({ method: "POST", path: comments(pullRequest), body: { content: { raw } } }),
  createdIn: (body) => comment(body as Comment),
  update: (pullRequest, id, raw) => ({
    method: "PUT",
    path: `${comments(pullRequest)}/${id}`,
    body: { content: { raw } },
  }),
  remove: (pullRequest, id) => ({ method: "DELETE", path: `${comments(pullRequest)}/${id}` }),
  requestsOf: (repository, commit) => ({
    method: "GET",
    path: `/repositories/${pathInUrl(repository)}/commit/${commit}/pullrequests`,
  }),
  numberIn: (body) => {
    const { values = [] } = body as { values?: { id: number; state?: string }[] };
    return (values.find(({ state }) => state === "OPEN") ?? values[0])?.id;
  },
};

/** Reads the run of Bitbucket Pipelines. */
export function bitbucketRun(env: NodeJS.ProcessEnv): ForgeRun {
  const repository = env["BITBUCKET_REPO_FULL_NAME"] || undefined;
  const commit = env["BITBUCKET_COMMIT"] || undefined;
  const webUrl = `https://bitbucket.org/${repository}`;
  const order = runOrderOf(env["BITBUCKET_BUILD_NUMBER"]);
  return {
    forge: bitbucket,
    token: env["BITBUCKET_TOKEN"] || undefined,
    apiUrl: "https://api.bitbucket.org/2.0",
    webUrl,
    repository,
    number: Number(env["BITBUCKET_PR_ID"]) || undefined,
    commit,
    baseCommit: env["BITBUCKET_PR_DESTINATION_COMMIT"] || undefined,
    workspace: env["BITBUCKET_CLONE_DIR"] || undefined,
    order,
    runUrl: order && repository && `${webUrl}/pipelines/results/${order[0]}`,
    lineUrl: (file, line, at = commit) =>
      repository && at ? `${webUrl}/src/${at}/${pathInUrl(file)}#lines-${line}` : undefined,
  };
}
