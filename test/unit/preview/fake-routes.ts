import type { ForgeName } from "../../../src/preview/index.ts";
import type { FakeAnswer, FakeComment, FakeForge, FakeRequest } from "./fake-forge.ts";

const no = (status: number, message: string): FakeAnswer => ({ status, body: { message } });
const missing = no(404, "Not Found");

function added(forge: FakeForge, body: string): FakeComment {
  const id = Math.max(0, ...forge.comments.map((comment) => comment.id)) + 1;
  const comment = { id, body, author: forge.author };
  forge.comments.push(comment);
  return comment;
}

/** Changes or deletes a comment; nobody may do that to another program's. */
function changed(
  forge: FakeForge,
  id: string | undefined,
  method: string,
  body: string | undefined,
): FakeComment | FakeAnswer {
  const comment = forge.comments.find((one) => String(one.id) === id);
  if (!comment) return missing;
  if (comment.author !== forge.author) return no(403, "Forbidden");
  if (method === "DELETE") forge.comments.splice(forge.comments.indexOf(comment), 1);
  else comment.body = body!;
  return comment;
}

const isAnswer = (found: FakeComment | FakeAnswer): found is FakeAnswer => "status" in found;

function pageOf<T>(items: readonly T[], url: URL, size: number): { shown: readonly T[]; next?: string } {
  const page = Number(url.searchParams.get("page") ?? 1);
  const next = new URL(url);
  next.searchParams.set("page", String(page + 1));
  return { shown: items.slice((page - 1) * size, page * size), ...(page * size < items.length && { next: next.href }) };
}

const linked = (next: string | undefined): Record<string, string> =>
  next ? { link: `<${next}>; rel="next", <${next}>; rel="last"` } : {};

type Route = (forge: FakeForge, request: FakeRequest) => FakeAnswer;

const actions =
  (kind: "github" | "gitea"): Route =>
  (forge, { method, url, headers, body }) => {
    const scheme = kind === "github" ? "Bearer" : "token";
    if (headers.authorization !== `${scheme} secret-token`) return no(401, "Bad credentials");
    const shown = ({ id, body, author }: FakeComment) => ({
      id,
      body,
      html_url: `https://github.com/acme/data/pull/7#c${id}`,
      user: { login: author, type: author.endsWith("[bot]") ? "Bot" : "User" },
    });
    const sent = (body as { body?: string } | undefined)?.body;
    if (sent !== undefined && sent.length > 65_536)
      return { status: 422, body: { message: "Validation Failed", errors: [{ message: "Body is too long" }] } };
    if (url.pathname === "/user")
      return forge.login
        ? { status: 200, body: { login: forge.login } }
        : no(403, "Resource not accessible by integration");
    if (url.pathname === "/repos/acme/data/commits/abc/pulls")
      return kind === "github"
        ? {
            status: 200,
            body: [
              { number: 5, state: "closed" },
              { number: 7, state: "open" },
            ],
          }
        : missing;
    if (url.pathname === "/repos/acme/data/commits/abc/pull")
      return kind === "gitea" ? { status: 200, body: { number: 7 } } : missing;
    const [, id] = /^\/repos\/acme\/data\/issues\/comments\/(\d+)$/.exec(url.pathname) ?? [];
    if (id && ["PATCH", "DELETE"].includes(method)) {
      const found = changed(forge, id, method, sent);
      if (isAnswer(found)) return found;
      return method === "DELETE" ? { status: 204 } : { status: 200, body: shown(found) };
    }
    if (url.pathname !== "/repos/acme/data/issues/7/comments") return missing;
    if (method === "POST") {
      if (forge.isLocked) return no(403, "Unable to create comment because issue is locked.");
      return { status: 201, body: shown(added(forge, sent!)) };
    }
    const size = kind === "github" ? Number(url.searchParams.get("per_page") ?? 30) : Infinity;
    const { shown: page, next } = pageOf(forge.comments.map(shown), url, size);
    return { status: 200, body: [...page], headers: linked(next) };
  };

const gitlab: Route = (forge, { method, url, headers, body }) => {
  if (headers["private-token"] !== "secret-token") return no(401, "401 Unauthorized");
  const shown = ({ id, body, author }: FakeComment) => ({ id, body, system: false, author: { username: author } });
  if (url.pathname === "/user") return { status: 200, body: { username: forge.login } };
  if (url.pathname === "/projects/41/repository/commits/abc/merge_requests")
    return {
      status: 200,
      body: [
        { iid: 5, state: "merged" },
        { iid: 7, state: "opened" },
      ],
    };
  const [, notes, id] = /^\/projects\/41\/merge_requests\/7(\/notes)(?:\/(\d+))?$/.exec(url.pathname) ?? [];
  if (!notes) return missing;
  const sent = (body as { body?: string } | undefined)?.body;
  if (id !== undefined) {
    if (!["PUT", "DELETE"].includes(method)) return no(405, "405 Method Not Allowed");
    const found = changed(forge, id, method, sent);
    if (isAnswer(found)) return found;
    return method === "DELETE" ? { status: 204 } : { status: 200, body: shown(found) };
  }
  if (method === "POST") {
    if (forge.isLocked) return no(403, "403 Forbidden - discussion is locked");
    return sent!.length > 1_000_000
      ? { status: 400, body: { message: { note: ["is too long (maximum is 1000000 characters)"] } } }
      : { status: 201, body: shown(added(forge, sent!)) };
  }
  // GitLab's own notes, such as "added 1 commit", stand between them; the newest come first where nothing else is asked for.
  const all = [
    { id: 0, body: "added 1 commit", system: true, author: { username: "sluice-robot" } },
    ...forge.comments.map(shown),
  ];
  const ordered = url.searchParams.get("sort") === "asc" ? all : all.toReversed();
  const { shown: page, next } = pageOf(ordered, url, Math.min(100, Number(url.searchParams.get("per_page") ?? 20)));
  return { status: 200, body: [...page], headers: linked(next) };
};

const bitbucket: Route = (forge, { method, url, headers, body }) => {
  const no = (status: number, message: string) => ({ status, body: { type: "error", error: { message } } });
  if (headers.authorization !== "Bearer secret-token") return no(401, "Token is invalid");
  const shown = ({ id, body, author }: FakeComment) => ({
    id,
    deleted: false,
    content: { raw: body, markup: "markdown" },
    user: { uuid: `{${author}}`, type: author === "mallory" ? "user" : "app_user" },
    links: { html: { href: `https://bitbucket.org/acme/data/pull-requests/7/_/diff#comment-${id}` } },
  });
  if (url.pathname === "/user")
    return forge.login ? { status: 200, body: { uuid: `{${forge.login}}` } } : no(403, "Access tokens are no users");
  if (url.pathname === "/repositories/acme/data/commit/abc/pullrequests")
    return {
      status: 200,
      body: {
        values: [
          { id: 5, state: "MERGED" },
          { id: 7, state: "OPEN" },
        ],
      },
    };
  const [, comments, id] =
    /^\/repositories\/acme\/data\/pullrequests\/7(\/comments)(?:\/(\d+))?$/.exec(url.pathname) ?? [];
  if (!comments) return no(404, "Resource not found");
  const sent = (body as { content?: { raw: string } } | undefined)?.content?.raw;
  if (sent !== undefined && sent.length > 32_768) return no(400, "Your comment is too long");
  if (id !== undefined) {
    if (!["PUT", "DELETE"].includes(method)) return no(405, "Method not allowed");
    const found = changed(forge, id, method, sent);
    if (isAnswer(found)) return found;
    return method === "DELETE" ? { status: 204 } : { status: 200, body: shown(found) };
  }
  if (method === "POST") return { status: 201, body: shown(added(forge, sent!)) };
  const gone = { ...shown({ id: 0, body: "", author: "sluice-robot" }), deleted: true };
  const { shown: values, next } = pageOf(
    [gone, ...forge.comments.map(shown)],
    url,
    Math.min(100, Number(url.searchParams.get("pagelen") ?? 10)),
  );
  return { status: 200, body: { values, ...(next && { next }) } };
};

const azure: Route = (forge, { method, url, headers, body }) => {
  if (headers.authorization !== "Bearer secret-token") return no(401, "TF400813: not authorized");
  if (url.pathname === "/_apis/connectionData")
    return { status: 200, body: { authenticatedUser: { id: forge.login } } };
  if (url.searchParams.get("api-version") !== "7.1") return no(400, "No api-version was supplied");
  const thread = ({ id, body, author }: FakeComment) => ({
    id,
    isDeleted: false,
    comments: [{ id: 1, content: body, commentType: "text", isDeleted: false, author: { id: author } }],
  });
  const base = "/acme/_apis/git/repositories/data";
  if (url.pathname === `${base}/pullrequestquery`)
    return { status: 200, body: { results: [{ abc: [{ pullRequestId: 7 }] }] } };
  const [, threads, id, comment] =
    /^\/acme\/_apis\/git\/repositories\/data\/pullRequests\/7(\/threads)(?:\/(\d+)\/comments\/(\d+))?$/.exec(
      url.pathname,
    ) ?? [];
  if (!threads) return missing;
  if (id !== undefined) {
    const content = (body as { content?: string } | undefined)?.content;
    if (comment !== "1" || !["PATCH", "DELETE"].includes(method)) return missing;
    const found = changed(forge, id, method, content);
    return isAnswer(found) ? found : { status: 200, body: { id: 1, content } };
  }
  if (method === "POST") {
    const [{ content }] = (body as { comments: [{ content: string }] }).comments;
    return content.length > 150_000
      ? no(400, "content is too long")
      : { status: 200, body: thread(added(forge, content)) };
  }
  const system = { id: 999, comments: [{ id: 1, commentType: "system", author: { id: "sluice-robot" } }] };
  return { status: 200, body: { value: [system, ...forge.comments.map(thread)] } };
};

/** What each forge answers, as its API's documentation says. */
export const routes: Record<ForgeName, Route> = {
  github: actions("github"),
  gitea: actions("gitea"),
  gitlab,
  bitbucket,
  azure,
};
