import { setTimeout as sleep } from "node:timers/promises";
import { dispatcherFor } from "../../network.ts";
import type { ForgeAccess, ForgeCall } from "./forge.ts";

/** What the forge answered. */
export interface Answer {
  status: number;
  body: unknown;
  /** Path of the next page. */
  next?: string;
}

/** A forge refused, or cannot be reached. */
export class ForgeError extends Error {
  readonly status: number;
  /** How long to wait before it may be tried again, where that may help: after a look, since it may have been done. */
  readonly pauseMs?: number;

  constructor(status: number, message: string, { pauseMs, ...options }: ErrorOptions & { pauseMs?: number } = {}) {
    super(message, options);
    this.name = "ForgeError";
    this.status = status;
    this.pauseMs = pauseMs;
  }
}

/** How an answer that is no success is taken. */
export interface Leniency {
  /** What is an answer to this call, and no error. */
  accepted?: readonly number[];
  /** Whether the caller repeats it, after a look. */
  once?: boolean;
}

const attempts = 5;
const longestPauseMs = 600_000;

/**
 * Sends one request and returns its answer. Rate limits are waited out; server errors and broken connections are tried again.
 * @throws {ForgeError}
 */
export async function forgeRequest(
  access: ForgeAccess,
  call: ForgeCall,
  { accepted = [], once = false }: Leniency = {},
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const sent = await send(access, call).catch((error: unknown) => unreachable(access, error));
    const again = sent instanceof ForgeError || isRateLimit(sent) || sent.status >= 500;
    if (!again && (isGood(sent) || accepted.includes(sent.status))) return answerOf(access, sent);
    const error = sent instanceof ForgeError ? sent : refusal(access, call, sent);
    const pauseMs = pauseBefore(attempt, sent instanceof ForgeError ? undefined : sent, access.pause ?? 1_000);
    if (!again || pauseMs > longestPauseMs) throw error;
    if (once) throw new ForgeError(error.status, error.message, { cause: error.cause, pauseMs });
    if (attempt === attempts) throw error;
    await sleep(pauseMs);
  }
}

function unreachable({ forge, apiUrl }: ForgeAccess, cause: unknown): ForgeError {
  return new ForgeError(0, `${forge.name} cannot be reached at ${apiUrl}: ${reasonOf(cause)}`, { cause });
}

/** A page of HTML, such as Azure DevOps shows to whom it does not know, is no answer. */
const isGood = ({ status, text }: Sent): boolean =>
  status >= 200 && status < 300 && status !== 203 && (text.trim() === "" || parsed(text) !== undefined);

interface Sent {
  status: number;
  headers: Headers;
  text: string;
}

async function send({ apiUrl, forge, token }: ForgeAccess, { method, path, body }: ForgeCall): Promise<Sent> {
  const url = new URL(`${apiUrl.replace(/\/$/, "")}${path}`);
  const response = await fetch(url, {
    method,
    dispatcher: await dispatcherFor(url),
    // A redirect to another host would be given the token.
    redirect: "manual",
    headers: {
      "user-agent": "sluice",
      ...forge.headers(token),
      ...(body && { "content-type": "application/json" }),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function answerOf({ apiUrl }: ForgeAccess, { status, headers, text }: Sent): Answer {
  const body = parsed(text);
  // Most tell the next page in a header, Bitbucket in the answer itself.
  const linked = /<([^>]+)>;\s*rel="next"/.exec(headers.get("link") ?? "")?.[1];
  const next = linked ?? (body as { next?: unknown } | undefined)?.next;
  return { status, body, next: typeof next === "string" ? sameHostPath(next, apiUrl) : undefined };
}

/** A page on any other host would be given the token. */
function sameHostPath(url: string, apiUrl: string): string | undefined {
  const base = apiUrl.replace(/\/$/, "");
  return url.startsWith(`${base}/`) ? url.slice(base.length) : undefined;
}

/** Says what was refused, in the forge's words, with the cure of that very error. */
function refusal(
  { forge, apiUrl }: ForgeAccess,
  { method, path }: ForgeCall,
  { status, headers, text }: Sent,
): ForgeError {
  const errorText = errorTextIn(text);
  const head = `${forge.name} answered ${status} to ${method} ${path.split("?")[0]}: ${errorText.replace(/\.$/, "")}.`;
  return new ForgeError(status, `${head} ${cure()}`.trim());

  function cure(): string {
    if (status >= 200 && status < 300)
      return `That is no answer of its API: is ${apiUrl} its address, and the token in ${forge.token} valid?`;
    if (status === 401) return `Give a valid token in ${forge.token}.`;
    if (status >= 300 && status < 400)
      return `Redirects are not followed, since they would be given the token: is ${headers.get("location") ?? apiUrl} the API's address, or was the repository renamed?`;
    if (isRateLimit({ status, headers, text })) return "Its rate limit is used up; run it again later.";
    if (status === 403 && /lock/i.test(errorText))
      return `The ${forge.request}'s conversation is locked: unlock it, or let nobody wait for the comment.`;
    if (status === 403) return `The token in ${forge.token} needs ${forge.permission}`;
    if (status === 404)
      return `Either there is no such ${forge.request} at ${apiUrl}, or the token in ${forge.token} may not see it: it needs ${forge.permission}`;
    return "";
  }
}

/** The message of an error and its details: 422 says only in those what is wrong. */
function errorTextIn(text: string): string {
  const body = parsed(text) as
    | { message?: unknown; error?: { message?: unknown } | string; errors?: unknown }
    | undefined;
  const error = typeof body?.error === "object" ? body.error?.message : body?.error;
  const message = body?.message ?? error ?? text;
  const details = body?.errors === undefined ? "" : ` ${JSON.stringify(body.errors)}`;
  return `${typeof message === "string" ? message : JSON.stringify(message)}${details}`.slice(0, 400);
}

/** Rate limits are told by 429, or as GitHub does by 403 with a header or in words. */
function isRateLimit({ status, headers, text }: Sent): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers.has("retry-after") ||
    headers.get("x-ratelimit-remaining") === "0" ||
    /rate limit|abuse detection/i.test(text)
  );
}

function pauseBefore(attempt: number, sent: Sent | undefined, first: number): number {
  const doubled = first * 2 ** (attempt - 1);
  if (!sent || !isRateLimit(sent)) return doubled;
  const { headers } = sent;
  if (headers.has("retry-after")) return Math.max(Number(headers.get("retry-after")) * 1_000 || 0, doubled);
  const reset = Number(headers.get("x-ratelimit-reset")) * 1_000 - Date.now();
  if (headers.get("x-ratelimit-remaining") === "0" && reset > 0) return Math.max(reset, doubled);
  // GitHub asks for at least a minute where it names no time.
  return 60 * doubled;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
};
