import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface FakeComment {
  id: number;
  body: string;
  html_url: string;
  user: { login: string; type: string } | null;
}

/** A GitHub with one repository and one pull request, on loopback. It pages as GitHub does. */
export interface FakeGitHub {
  apiUrl: string;
  comments: FakeComment[];
  requests: string[];
  /** Answers to give instead of the real ones, each once, to the next request whose line it fits. */
  instead: {
    request: RegExp;
    status: number;
    headers?: Record<string, string>;
    body?: object;
    afterEffect?: boolean;
  }[];
  /** Who the token belongs to; `undefined` is an app, which may not ask. */
  login: string | undefined;
  close(): Promise<void>;
}

const perPage = 100;
const bot = { login: "github-actions[bot]", type: "Bot" };

export async function fakeGitHub(): Promise<FakeGitHub> {
  const github = { comments: [], requests: [], instead: [], login: undefined } as unknown as FakeGitHub;
  const server: Server = createServer((request, response) => {
    void (async () => {
      const line = `${request.method} ${request.url}`;
      github.requests.push(line);
      const body = await text(request);
      const at = github.instead.findIndex((one) => one.request.test(line));
      const [instead] = at < 0 ? [] : github.instead.splice(at, 1);
      const real = instead && !instead.afterEffect ? undefined : answer(github, request, body);
      const { status, headers, body: sent } = instead ?? real!;
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(JSON.stringify(sent ?? { message: "from the test" }));
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  github.apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  github.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return github;
}

function answer(
  github: FakeGitHub,
  request: IncomingMessage,
  text: string,
): { status: number; body?: object; headers?: Record<string, string> } {
  const url = new URL(request.url!, github.apiUrl);
  if (request.headers.authorization !== "Bearer secret-token")
    return { status: 401, body: { message: "Bad credentials" } };
  const me = github.login ? { login: github.login, type: "User" } : bot;
  const body = text ? (JSON.parse(text) as { body: string }) : { body: "" };
  if (body.body.length > 65_536) return { status: 422, body: { message: "Body is too long" } };
  if (url.pathname === "/user")
    return github.login
      ? { status: 200, body: me }
      : { status: 403, body: { message: "Resource not accessible by integration" } };
  if (url.pathname === "/repos/acme/data/commits/abc/pulls") return { status: 200, body: [{ number: 7 }] };
  if (url.pathname === "/repos/acme/data/issues/7/comments" && request.method === "GET") {
    const page = Number(url.searchParams.get("page") ?? 1);
    const shown = github.comments.slice((page - 1) * perPage, page * perPage);
    const next = new URL(url);
    next.searchParams.set("page", String(page + 1));
    return {
      status: 200,
      body: shown,
      headers: page * perPage < github.comments.length ? { link: `<${next}>; rel="next", <${next}>; rel="last"` } : {},
    };
  }
  if (url.pathname === "/repos/acme/data/issues/7/comments") {
    const id = github.comments.length + 1;
    const comment = { id, body: body.body, html_url: `https://github.com/acme/data/pull/7#c${id}`, user: me };
    github.comments.push(comment);
    return { status: 201, body: comment };
  }
  const comment = github.comments.find(({ id }) => url.pathname === `/repos/acme/data/issues/comments/${id}`);
  if (!comment) return { status: 404, body: { message: "Not Found" } };
  // A token that may write can change what people wrote; of apps, each keeps to its own.
  if (comment.user?.type === "Bot" && comment.user.login !== me.login)
    return { status: 403, body: { message: "Forbidden" } };
  comment.body = body.body;
  return { status: 200, body: comment };
}
