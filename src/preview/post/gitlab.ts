import { dialects } from "../render/dialect.ts";
import { runOrderOf, pathInUrl } from "./forge.ts";
import type { Forge, ForgeRun, PullRequest } from "./forge.ts";

interface Note {
  id: number;
  body: string;
  system?: boolean;
  author?: { username?: string };
}

const notes = ({ repository, number }: PullRequest): string =>
  `/projects/${encodeURIComponent(repository)}/merge_requests/${number}/notes`;

const comment = ({ id, body, author }: Note, { webUrl, number }: PullRequest) => ({
  id: String(id),
  body,
  url: `${webUrl}/-/merge_requests/${number}#note_${id}`,
  author: author?.username,
  // Every token belongs to a user who may ask who that is.
  isBot: false,
});

/** Describes GitLab, on gitlab.com and elsewhere. */
export const gitLab: Forge = {
  name: "GitLab",
  request: "merge request",
  token: "GITLAB_TOKEN",
  permission: "the scope `api` and at least the role Reporter; a pipeline's own CI_JOB_TOKEN may not write comments.",
  dialect: dialects.gitlab,
  headers: (token) => ({ "private-token": token }),
  self: "/user",
  selfIn: (body) => (body as { username?: string }).username,
  list: (pullRequest) => `${notes(pullRequest)}?sort=asc&order_by=created_at&per_page=100`,
  commentsIn: (body, pullRequest) =>
    (body as Note[]).filter(({ system }) => !system).map((note) => comment(note, pullRequest)),
  create: (pullRequest, body) => ({ method: "POST", path: notes(pullRequest), body: { body } }),
  createdIn: (body, pullRequest) => comment(body as Note, pullRequest),
  update: (pullRequest, id, body) => ({ method: "PUT", path: `${notes(pullRequest)}/${id}`, body: { body } }),
  remove: (pullRequest, id) => ({ method: "DELETE", path: `${notes(pullRequest)}/${id}` }),
  requestsOf: (repository, commit) => ({
    method: "GET",
    path: `/projects/${encodeURIComponent(repository)}/repository/commits/${commit}/merge_requests`,
  }),
  numberIn: (body) => {
    const found = body as { iid: number; state?: string }[];
    return (found.find(({ state }) => state === "opened") ?? found[0])?.iid;
  },
};

/** Reads the run of GitLab CI. */
export function gitlabRun(env: NodeJS.ProcessEnv): ForgeRun {
  const webUrl = env["CI_PROJECT_URL"] ?? "";
  // The commit of a merged results pipeline is one that nobody has pushed.
  const commit = env["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"] || env["CI_COMMIT_SHA"] || undefined;
  return {
    forge: gitLab,
    token: env["GITLAB_TOKEN"] || undefined,
    apiUrl: env["CI_API_V4_URL"] || "https://gitlab.com/api/v4",
    webUrl,
    repository: env["CI_PROJECT_ID"] || undefined,
    number: Number(env["CI_MERGE_REQUEST_IID"]) || undefined,
    commit,
    baseCommit: env["CI_MERGE_REQUEST_DIFF_BASE_SHA"] || undefined,
    workspace: env["CI_PROJECT_DIR"] || undefined,
    order: runOrderOf(env["CI_PIPELINE_ID"], env["CI_JOB_ID"]),
    runUrl: env["CI_PIPELINE_URL"] || undefined,
    lineUrl: (file, line, at = commit) =>
      webUrl && at ? `${webUrl}/-/blob/${at}/${pathInUrl(file)}#L${line}` : undefined,
  };
}
