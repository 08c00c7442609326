import { dispatcherFor } from "../../network.ts";
import { setTimeout as sleep } from "node:timers/promises";

/** Which GitHub, which repository, and as whom. */
export interface GitHub {
  /** `https://api.github.com`, or a GitHub Enterprise Server's `https://…/api/v3`. */
  apiUrl: string;
  /** `owner/name`. */
  repository: string;
  token: string;
  /** The login whose comments are ours. Default: asked of GitHub. */
  author?: string;
  /** First pause before a repeated request, in milliseconds; it doubles. */
  pause?: number;
}

/** What the forge answered. */
export interface Answer {
  status: number;
  body: unknown;
  /** Path of the next page. */
  next?: string;
}

/** GitHub refused, or cannot be reached. */
export class GitHubError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "GitHubError";
    this.status = status;
  }
}

const attempts = 5;
const longestPause = 60_000;

/**
 * Sends one request and returns its answer. Rate limits are waited out. Server errors and broken connections are tried again, except of a
 * POST, whose effect may be there already. 403 and 404 are left to the caller where they are an answer.
 */
export async function githubRequest(github: GitHub, method: string, path: string, body?: object): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const sent = await send(github, method, path, body).catch((error: unknown) => {
      if (attempt < attempts && method !== "POST") return undefined;
      throw new GitHubError(0, `GitHub cannot be reached at ${github.apiUrl}: ${reasonOf(error)}`, { cause: error });
    });
    const again = !sent || isRateLimit(sent) || (sent.status >= 500 && method !== "POST");
    if (sent && (!again || attempt === attempts)) return answerOf(github, sent, `${method} ${path}`);
    await sleep(pauseBefore(attempt, sent?.headers, github.pause ?? 1_000));
  }
}

interface Sent {
  status: number;
  headers: Headers;
  text: string;
}

async function send({ apiUrl, token }: GitHub, method: string, path: string, body: object | undefined): Promise<Sent> {
  const url = new URL(`${apiUrl.replace(/\/$/, "")}${path}`);
  const response = await fetch(url, {
    method,
    dispatcher: await dispatcherFor(url),
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "user-agent": "sluice",
      "x-github-api-version": "2022-11-28",
      ...(body && { "content-type": "application/json" }),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function answerOf({ apiUrl, repository }: GitHub, { status, headers, text }: Sent, call: string): Answer {
  const body = parsed(text);
  if (status === 401) throw new GitHubError(status, "GitHub refused the token. Give a valid one in GITHUB_TOKEN.");
  const writes = !call.startsWith("GET");
  if (status >= 400 && !((status === 403 || status === 404) && (call.startsWith("PATCH") || call === "GET /user"))) {
    const said = (body as { message?: string } | undefined)?.message ?? text.slice(0, 200);
    const cure =
      status === 403 && writes
        ? " The workflow needs `permissions: pull-requests: write`; a fork's pull request never has it."
        : "";
    throw new GitHubError(status, `GitHub answered ${status} to ${call} in ${repository}: ${said}.${cure}`);
  }
  return { status, body, next: nextPage(headers.get("link"), apiUrl) };
}

/** GitHub tells rate limits by 429, or by 403 with a header or in words. */
function isRateLimit({ status, headers, text }: Sent): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0" || /rate limit/i.test(text);
}

function pauseBefore(attempt: number, headers: Headers | undefined, first: number): number {
  const after = Number(headers?.get("retry-after")) * 1_000;
  const reset = Number(headers?.get("x-ratelimit-reset")) * 1_000 - Date.now();
  const asked = after > 0 ? after : reset > 0 && headers?.get("x-ratelimit-remaining") === "0" ? reset : 0;
  return Math.min(longestPause, Math.max(asked, first * 2 ** (attempt - 1)));
}

/** The path in `Link: <https://…?page=2>; rel="next"`; a page on any other host would be given the token. */
function nextPage(link: string | null, apiUrl: string): string | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? "")?.[1];
  const base = apiUrl.replace(/\/$/, "");
  return next?.startsWith(`${base}/`) ? next.slice(base.length) : undefined;
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
