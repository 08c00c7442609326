import { setTimeout as sleep } from "node:timers/promises";
import type { ForgeAccess, ForgeComment, PullRequest } from "./forge.ts";
import { ForgeError, forgeRequest } from "./forge-request.ts";
import { hasMarker, isNewer, withMarker } from "./marker.ts";
import type { CommentIdentity } from "./marker.ts";

/** The comment that was written; `kept` is one of a newer run, which was left as it is. */
export interface PostResult {
  action: "created" | "updated" | "unchanged" | "kept";
  url: string;
}

/** What is to be posted. */
export interface CommentPost {
  identity: CommentIdentity;
  text: string;
  /** Numbers that grow from run to run; without them nothing is older or newer. */
  order?: number[];
}

/** Puts the text into the one comment that this stack has on the pull request: updates it, or writes it for the first time. */
export async function postComment(
  access: ForgeAccess,
  pullRequest: PullRequest,
  posting: CommentPost,
): Promise<PostResult> {
  const { forge } = access;
  const { identity, text, order } = posting;
  const body = withMarker(identity, forge.dialect, text, order);
  for (let attempt = 1; ; attempt++) {
    const mine = await ownComments(access, pullRequest, identity);
    const newer = mine.find((comment) => comment.isSure && isNewer(comment.body, order));
    if (newer) return { action: "kept", url: newer.url };
    const updated = await updateFirst(access, pullRequest, mine, body);
    if (updated) return updated;
    try {
      const created = await forgeRequest(access, forge.create(pullRequest, body));
      return await withoutTwin(access, pullRequest, posting, forge.createdIn(created.body, pullRequest), body);
    } catch (error) {
      // The comment may be there although the answer was an error: look before writing it a second time.
      const unclear = error instanceof ForgeError && (error.status === 0 || error.status >= 500);
      if (!unclear || attempt === 3) throw error;
      await sleep((access.pause ?? 1_000) * 2 ** attempt);
    }
  }
}

/** Returns the number of the pull request that a commit came from, for runs that no pull request started; `undefined` when there is none. */
export async function requestNumberOf(
  access: ForgeAccess,
  repository: string,
  commit: string,
): Promise<number | undefined> {
  const { status, body } = await forgeRequest(access, access.forge.requestsOf(repository, commit), { accepted: [404] });
  return status === 404 ? undefined : access.forge.numberIn(body);
}

/** Updates the first comment that lets itself be updated, and takes its twins away, which two runs at once may have left. */
async function updateFirst(
  access: ForgeAccess,
  pullRequest: PullRequest,
  mine: readonly ForgeComment[],
  body: string,
): Promise<PostResult | undefined> {
  for (const [index, comment] of mine.entries()) {
    const isSame = sameText(comment.body, body);
    if (!isSame) {
      const { status } = await forgeRequest(access, access.forge.update(pullRequest, comment.id, body), {
        accepted: [403, 404],
      });
      // Of another app, or deleted a moment ago: the next one, or a new one, takes its place.
      if (status === 403 || status === 404) continue;
    }
    for (const twin of mine.slice(index + 1).filter(({ author }) => author === comment.author))
      await forgeRequest(access, access.forge.remove(pullRequest, twin.id), { accepted: [403, 404] });
    return { action: isSame ? "unchanged" : "updated", url: comment.url };
  }
  return undefined;
}

/** Where another run has written its comment in the same moment, the older one stays, with the text of the newer run. */
async function withoutTwin(
  access: ForgeAccess,
  pullRequest: PullRequest,
  { identity, order }: CommentPost,
  created: ForgeComment,
  body: string,
): Promise<PostResult> {
  const mine = await ownComments(access, pullRequest, identity);
  const own = mine.find(({ id }) => id === created.id);
  const first = mine.find(({ author }) => author === (own ?? created).author);
  if (!own || !first || first.id === own.id) return { action: "created", url: created.url };
  const isOlder = first.isSure && isNewer(first.body, order);
  if (!isOlder) {
    const { status } = await forgeRequest(access, access.forge.update(pullRequest, first.id, body), {
      accepted: [403, 404],
    });
    if (status === 403 || status === 404) return { action: "created", url: created.url };
  }
  await forgeRequest(access, access.forge.remove(pullRequest, created.id), { accepted: [403, 404] });
  return { action: isOlder ? "kept" : "updated", url: first.url };
}

interface Found extends ForgeComment {
  /** Whether it is ours as far as the forge tells, and not only where it can be changed. */
  isSure: boolean;
}

/** Finds all of them, the oldest first. Anybody can write the marker into a comment; only our own is ours to change. */
async function ownComments(access: ForgeAccess, pullRequest: PullRequest, identity: CommentIdentity): Promise<Found[]> {
  const { forge } = access;
  const self = access.author ?? (await ownName(access));
  const found: Found[] = [];
  let path: string | undefined = forge.list(pullRequest);
  while (path) {
    const { body, next } = await forgeRequest(access, { method: "GET", path });
    const marked = forge.commentsIn(body, pullRequest).filter((one) => hasMarker(one.body, identity, forge.dialect));
    const isSure = ({ author, isBot }: ForgeComment) => (self === undefined ? Boolean(isBot) : author === self);
    const sorted = marked.map((one) => ({ ...one, isSure: isSure(one) }));
    found.push(...sorted.filter((one) => one.isSure || (self === undefined && forge.keepsAuthors)));
    path = next;
  }
  return found.toSorted((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}

/** The name behind the token. An app's token, such as a workflow's own, may not ask; then it is some program. */
async function ownName(access: ForgeAccess): Promise<string | undefined> {
  const { status, body } = await forgeRequest(access, { method: "GET", path: access.forge.self }, { optional: true });
  return status === 200 ? access.forge.selfIn(body) : undefined;
}

const sameText = (a: string, b: string): boolean =>
  a.replaceAll("\r\n", "\n").trimEnd() === b.replaceAll("\r\n", "\n").trimEnd();
