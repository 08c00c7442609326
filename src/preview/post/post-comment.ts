import { setTimeout as sleep } from "node:timers/promises";
import type { ForgeAccess, ForgeComment, PullRequest } from "./forge.ts";
import { ForgeError, forgeRequest } from "./forge-request.ts";
import { hasMarker, isNewer, orderIn, withMarker } from "./marker.ts";
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

/**
 * Puts the text into the one comment that this stack has on the pull request: updates it, or writes it for the first time. No forge changes a
 * comment only if it is still as it was, so that it looks again after whatever it wrote, and before it writes anything a second time: another
 * run may have written meanwhile.
 */
export async function postComment(
  access: ForgeAccess,
  pullRequest: PullRequest,
  posting: CommentPost,
): Promise<PostResult> {
  const body = withMarker(posting.identity, access.forge.dialect, posting.text, posting.order);
  const self = access.author ?? (await tokenUser(access));
  const tried: Tried = { foreign: new Set(), gone: new Set() };
  let troubles = 0;
  for (let round = 1; ; round++) {
    try {
      const comments = await commentsBySelf(access, pullRequest, posting.identity, self);
      const result = await step(access, pullRequest, comments, { ...posting, body }, tried);
      if (result) return result;
      if (round - troubles >= mostRounds && tried.last) return tried.last;
      // Whoever had looked before this one wrote, and writes after it, has done so by then.
      await sleep((access.pause ?? 1_000) / 2);
    } catch (error) {
      if (!(error instanceof ForgeError) || error.pauseMs === undefined || ++troubles === attempts) throw error;
      await sleep(error.pauseMs * 2 ** (troubles - 1));
    }
  }
}

/** A forge whose lists lag behind never shows what was written a moment ago. */
const mostRounds = 4;
const attempts = 5;

/** What was found out and done so far. */
interface Tried {
  /** The comments that do not let themselves be changed: of another app. */
  foreign: Set<string>;
  /** Those that were taken away; a list may still show them. */
  gone: Set<string>;
  last?: PostResult;
}

/** Does the next thing that is missing, and returns the result once nothing is. */
async function step(
  access: ForgeAccess,
  pullRequest: PullRequest,
  found: readonly Found[],
  { body, order }: CommentPost & { body: string },
  tried: Tried,
): Promise<PostResult | undefined> {
  const { forge } = access;
  const remaining = found.filter(({ id }) => !tried.foreign.has(id) && !tried.gone.has(id));
  const [first] = remaining;
  if (!first) {
    // What was just written is there, although the list does not have it yet.
    if (tried.last) return tried.last;
    const created = await forgeRequest(access, forge.create(pullRequest, body), { once: true });
    tried.last = { action: "created", url: forge.createdIn(created.body, pullRequest).url };
    return undefined;
  }
  const newer = newest(remaining.filter((comment) => comment.isSure && isNewer(comment.body, order)));
  const wanted = newer?.body ?? body;
  const isSame = sameText(first.body, wanted);
  if (!isSame) {
    const { status } = await forgeRequest(access, forge.update(pullRequest, first.id, wanted), {
      accepted: [403, 404],
      once: true,
    });
    // Of another app, or deleted a moment ago: the next one, or a new one, takes its place.
    if (status === 403 || status === 404) tried[status === 403 ? "foreign" : "gone"].add(first.id);
    else tried.last = { action: "updated", url: first.url };
    return undefined;
  }
  // Two runs at once may have left twins.
  for (const duplicate of remaining.slice(1).filter(({ author }) => author === first.author)) {
    await forgeRequest(access, forge.remove(pullRequest, duplicate.id), { accepted: [403, 404] });
    tried.gone.add(duplicate.id);
  }
  return newer ? { action: "kept", url: first.url } : (tried.last ?? { action: "unchanged", url: first.url });
}

/** The comment of the newest run. */
const newest = (comments: readonly Found[]): Found | undefined =>
  comments.reduce<Found | undefined>(
    (most, one) => (most === undefined || isNewer(one.body, orderIn(most.body)) ? one : most),
    undefined,
  );

/** Returns the number of the pull request that a commit came from, for runs that no pull request started; `undefined` when there is none. */
export async function requestNumberOf(
  access: ForgeAccess,
  repository: string,
  commit: string,
): Promise<number | undefined> {
  const { status, body } = await forgeRequest(access, access.forge.requestsOf(repository, commit), { accepted: [404] });
  return status === 404 ? undefined : access.forge.numberIn(body);
}

interface Found extends ForgeComment {
  /** Whether it is ours as far as the forge tells, and not only where it can be changed. */
  isSure: boolean;
}

/** Finds all of them, the oldest first. Anybody can write the marker into a comment; only our own is ours to change. */
async function commentsBySelf(
  access: ForgeAccess,
  pullRequest: PullRequest,
  identity: CommentIdentity,
  self: string | undefined,
): Promise<Found[]> {
  const { forge } = access;
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
async function tokenUser({ forge, ...access }: ForgeAccess): Promise<string | undefined> {
  if (forge.isAppToken?.(access.token)) return undefined;
  const asked = { method: "GET" as const, path: forge.self };
  // Taken for a program's, the comments of a person would not be found, and there would be two.
  const { status, body } = await forgeRequest({ forge, ...access }, asked, { accepted: [401, 403, 404] });
  return status === 200 ? forge.selfIn(body) : undefined;
}

const sameText = (a: string, b: string): boolean =>
  a.replaceAll("\r\n", "\n").trimEnd() === b.replaceAll("\r\n", "\n").trimEnd();
