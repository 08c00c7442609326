import { dialects } from "../render/dialect.ts";
import { runOrderOf, pathInUrl } from "./forge.ts";
import type { Forge, ForgeRun, PullRequest } from "./forge.ts";

interface Thread {
  id: number;
  isDeleted?: boolean;
  comments?: { id: number; content?: string; isDeleted?: boolean; author?: { id?: string } }[];
}

const version = "api-version=7.1";

/** The repository is `project/name`. */
function repositoryPath(repository: string): string {
  const [project = "", name = project] = repository.split("/");
  return `/${encodeURIComponent(project)}/_apis/git/repositories/${encodeURIComponent(name)}`;
}

const threads = ({ repository, number }: PullRequest): string =>
  `${repositoryPath(repository)}/pullRequests/${number}/threads`;

/** A comment is named by its thread's number and its own. */
function commentPath(pullRequest: PullRequest, id: string): string {
  const [thread, comment] = id.split("/");
  return `${threads(pullRequest)}/${thread}/comments/${comment}?${version}`;
}

/** Only what opens a thread is a report; the others answer it. */
function opening({ id, comments: [first] = [] }: Thread, { webUrl, number }: PullRequest) {
  return {
    id: `${id}/${first?.id}`,
    body: first?.content ?? "",
    url: `${webUrl}/pullrequest/${number}?discussionId=${id}`,
    author: first?.author?.id,
    isBot: false,
  };
}

/** Describes Azure DevOps, whose comments stand in threads. */
export const azureDevOps: Forge = {
  name: "Azure DevOps",
  request: "pull request",
  token: "SYSTEM_ACCESSTOKEN",
  permission: "the right to contribute to pull requests of the repository, for the build service.",
  dialect: dialects.azure,
  headers: (token) => ({ accept: "application/json", authorization: `Bearer ${token}` }),
  self: "/_apis/connectionData",
  selfIn: (body) => (body as { authenticatedUser?: { id?: string } }).authenticatedUser?.id,
  list: (pullRequest) => `${threads(pullRequest)}?${version}`,
  commentsIn: (body, pullRequest) =>
    (body as { value: Thread[] }).value
      .filter(({ isDeleted, comments }) => !isDeleted && comments?.[0] && !comments[0].isDeleted)
      .map((thread) => opening(thread, pullRequest)),
  create: (pullRequest, content) => ({
    method: "POST",
    path: `${threads(pullRequest)}?${version}`,
    // Closed: a report is no question that somebody has to resolve.
    body: { comments: [{ parentCommentId: 0, content, commentType: "text" }], status: "closed" },
  }),
  createdIn: (body, pullRequest) => opening(body as Thread, pullRequest),
  update: (pullRequest, id, content) => ({ method: "PATCH", path: commentPath(pullRequest, id), body: { content } }),
  remove: (pullRequest, id) => ({ method: "DELETE", path: commentPath(pullRequest, id) }),
  requestsOf: (repository, commit) => ({
    method: "POST",
    path: `${repositoryPath(repository)}/pullrequestquery?${version}`,
    body: { queries: [{ type: "lastMergeCommit", items: [commit] }] },
  }),
  numberIn: (body) => {
    const { results = [] } = body as { results?: Record<string, { pullRequestId: number }[]>[] };
    return results.flatMap((result) => Object.values(result).flat())[0]?.pullRequestId;
  },
};

/** Reads the run of Azure Pipelines. */
export function azureRun(env: NodeJS.ProcessEnv): ForgeRun {
  const collection = (env["SYSTEM_COLLECTIONURI"] ?? "").replace(/\/$/, "");
  const project = env["SYSTEM_TEAMPROJECT"];
  const name = env["BUILD_REPOSITORY_NAME"];
  const commit = env["SYSTEM_PULLREQUEST_SOURCECOMMITID"] || env["BUILD_SOURCEVERSION"] || undefined;
  const webUrl = `${collection}/${encodeURIComponent(project ?? "")}/_git/${encodeURIComponent(name ?? "")}`;
  const order = runOrderOf(env["BUILD_BUILDID"], env["SYSTEM_JOBATTEMPT"]);
  return {
    forge: azureDevOps,
    token: env["SYSTEM_ACCESSTOKEN"] || undefined,
    apiUrl: collection,
    webUrl,
    repository: project && name ? `${project}/${name}` : undefined,
    number: Number(env["SYSTEM_PULLREQUEST_PULLREQUESTID"]) || undefined,
    commit,
    workspace: env["BUILD_SOURCESDIRECTORY"] || undefined,
    order,
    runUrl: order && `${collection}/${encodeURIComponent(project ?? "")}/_build/results?buildId=${order[0]}`,
    lineUrl: (file, line, at = commit) =>
      project && name && at
        ? `${webUrl}?path=/${pathInUrl(file)}&version=GC${at}&line=${line}&lineEnd=${line}&lineStartColumn=1&lineEndColumn=200`
        : undefined,
  };
}
