import { setTimeout as sleep } from "node:timers/promises";
import { GitHubError, githubRequest } from "./github-request.ts";
import type { GitHub } from "./github-request.ts";
import { markerOf, withMarker } from "./marker.ts";
import type { Identity } from "./marker.ts";

/** The comment that was written. */
export interface Posted {
  action: "created" | "updated" | "unchanged";
  url: string;
}

/** Puts the text into the one comment that this stack has on the pull request: updates it, or writes it for the first time. */
export async function postToGitHub(
  github: GitHub,
  pullRequest: number,
  identity: Identity,
  text: string,
): Promise<Posted> {
  const body = withMarker(identity, text);
  for (let attempt = 1; ; attempt++) {
    const mine = await findComment(github, pullRequest, identity);
    if (mine?.body === body) return { action: "unchanged", url: mine.html_url };
    if (mine) {
      const { status, body: updated } = await githubRequest(
        github,
        "PATCH",
        `/repos/${github.repository}/issues/comments/${mine.id}`,
        { body },
      );
      if (status !== 403 && status !== 404) return { action: "updated", url: (updated as Comment).html_url };
      // Written under another token, or deleted a moment ago: a new one takes its place.
    }
    try {
      const created = await githubRequest(
        github,
        "POST",
        `/repos/${github.repository}/issues/${pullRequest}/comments`,
        { body },
      );
      return { action: "created", url: (created.body as Comment).html_url };
    } catch (error) {
      // The comment may be there although the answer was an error: look before writing it a second time.
      const unclear = error instanceof GitHubError && (error.status === 0 || error.status >= 500);
      if (!unclear || attempt === 3) throw error;
      await sleep((github.pause ?? 1_000) * 2 ** attempt);
    }
  }
}

/** Returns the number of the pull request that a commit came from, for runs that no pull request started; `undefined` when there is none. */
export async function pullRequestOf(github: GitHub, commit: string): Promise<number | undefined> {
  const { body } = await githubRequest(github, "GET", `/repos/${github.repository}/commits/${commit}/pulls`);
  return Array.isArray(body) ? (body[0] as { number: number } | undefined)?.number : undefined;
}

interface Comment {
  id: number;
  body: string;
  html_url: string;
  user: { login: string; type?: string } | null;
}

/** Anybody can write the marker into a comment; only our own is ours to change. */
async function findComment(github: GitHub, pullRequest: number, identity: Identity): Promise<Comment | undefined> {
  const marker = markerOf(identity);
  const self = await ownLogin(github);
  let path: string | undefined = `/repos/${github.repository}/issues/${pullRequest}/comments?per_page=100`;
  while (path) {
    const { body, next } = await githubRequest(github, "GET", path);
    const found = (body as Comment[]).find((comment) => comment.body?.startsWith(marker) && wroteIt(comment, self));
    if (found) return found;
    path = next;
  }
  return undefined;
}

/** The login behind the token. An app's token, such as a workflow's own, may not ask; then it is some bot. */
async function ownLogin(github: GitHub): Promise<string | undefined> {
  if (github.author) return github.author;
  const { status, body } = await githubRequest(github, "GET", "/user");
  return status === 200 ? (body as { login?: string }).login : undefined;
}

const wroteIt = ({ user }: Comment, self: string | undefined): boolean =>
  self === undefined ? user?.type === "Bot" || Boolean(user?.login.endsWith("[bot]")) : user?.login === self;
