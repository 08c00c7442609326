import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What a job's token may do, as its `permissions` say. */
export type Permissions = Record<string, string>;

interface Comment {
  id: number;
  number: number;
  body: string;
}

interface Pull {
  number: number;
  head: { sha: string };
  base: { sha: string };
  merged_at: string | null;
  merge_commit_sha: string | null;
  merged_by: { login: string } | null;
}

interface Issue {
  number: number;
  title: string;
  body: string;
  state: string;
}

/** A GitHub with one repository, which gives each job a token and lets it do what its permissions say, and no more. */
export interface FakeGitHub {
  apiUrl: string;
  tokens: Map<string, Permissions>;
  pulls: Pull[];
  reviews: { number: number; state: string; commit_id: string; submitted_at: string; user: { login: string } }[];
  statuses: { sha: string; context: string; state: string; description: string; created_at: string }[];
  comments: Comment[];
  /** Every text that a comment of a pull request has had, in the order in which they were written. */
  history: string[];
  issues: Issue[];
  /** The files of each artifact, by run and name. */
  artifacts: Map<string, Record<string, string>>;
  /** What no permission allowed. */
  refused: string[];
  now(): string;
  close(): Promise<void>;
}

const bot = { login: "github-actions[bot]", type: "Bot" };

export async function fakeGitHub(): Promise<FakeGitHub> {
  // Reviews, statuses and merges are ordered by their times, which GitHub tells in seconds.
  let seconds = 0;
  const now = () => new Date(Date.UTC(2026, 10, 27, 12) + 1_000 * ++seconds).toISOString().replace(".000", "");
  const hub = { pulls: [], reviews: [], statuses: [], comments: [], history: [], issues: [], refused: [] } as unknown;
  const github = Object.assign(hub as FakeGitHub, { tokens: new Map(), artifacts: new Map(), now });
  let last = 100;

  /** Returns the answer, and what it takes; `undefined` where there is nothing. */
  function answer(method: string, path: string, sent: Record<string, string>): [string, string, unknown] | undefined {
    const [, what = "", id = "", part = ""] = path.split("/");
    if (what === "commits" && part === "pulls")
      return ["pull-requests", "read", github.pulls.filter((pull) => pull.merge_commit_sha === id)];
    if (what === "commits" && part === "statuses")
      return ["statuses", "read", github.statuses.filter(({ sha }) => sha === id)];
    if (what === "statuses" && method === "POST") {
      const made = { sha: id, created_at: now(), creator: bot, ...sent };
      return ["statuses", "write", () => github.statuses.push(made as unknown as FakeGitHub["statuses"][number])];
    }
    if (what === "pulls" && part === "reviews")
      return ["pull-requests", "read", github.reviews.filter(({ number }) => number === Number(id))];
    if (what === "pulls") return ["pull-requests", "read", github.pulls.find(({ number }) => number === Number(id))];
    const [, run, artifact] = /^\/actions\/runs\/(\d+)\/artifacts\/(.+)$/.exec(path) ?? [];
    if (artifact) return ["actions", "read", github.artifacts.get(`${run} ${artifact}`)];
    if (what === "issues" && id === "comments") return comment(method, Number(part), sent);
    if (what === "issues" && part === "comments") {
      const number = Number(id);
      const right = github.pulls.some((pull) => pull.number === number) ? "pull-requests" : "issues";
      const there = github.comments.filter((one) => one.number === number).map(shown);
      if (method === "GET") return [right, "read", there];
      return [right, "write", () => shown(written(number, sent["body"]!))];
    }
    if (what === "issues" && method === "GET")
      return ["issues", "read", github.issues.filter(({ state }) => state === "open")];
    if (what === "issues" && method === "POST")
      return [
        "issues",
        "write",
        () => github.issues.push({ number: ++last, state: "open", ...sent } as unknown as Issue),
      ];
    if (what === "issues" && method === "PATCH") {
      const issue = github.issues.find(({ number }) => number === Number(id));
      return issue && ["issues", "write", () => Object.assign(issue, sent)];
    }
    return undefined;
  }

  function comment(method: string, id: number, sent: Record<string, string>): ReturnType<typeof answer> {
    const found = github.comments.find((one) => one.id === id);
    if (!found) return undefined;
    if (method === "DELETE")
      return ["pull-requests", "write", () => github.comments.splice(github.comments.indexOf(found), 1)];
    github.history.push(sent["body"]!);
    return ["pull-requests", "write", () => shown(Object.assign(found, { body: sent["body"] }))];
  }

  function written(number: number, body: string): Comment {
    const made = { id: ++last, number, body };
    github.comments.push(made);
    if (github.pulls.some((pull) => pull.number === number)) github.history.push(body);
    return made;
  }

  const shown = ({ id, body }: Comment) => ({
    id,
    body,
    html_url: `https://github.com/acme/data/pull/7#c${id}`,
    user: bot,
  });

  const server = createServer((request, response) => {
    void (async () => {
      const sent = await text(request);
      const url = new URL(request.url!, github.apiUrl);
      const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
      const say = (status: number, body?: unknown) =>
        response
          .writeHead(status, { "content-type": "application/json" })
          .end(body === undefined ? "" : JSON.stringify(body));
      const rights = github.tokens.get(token);
      if (!rights) return say(401, { message: "Bad credentials" });
      const path = url.pathname.replace("/repos/acme/data", "");
      const found = answer(request.method!, path, sent ? (JSON.parse(sent) as Record<string, string>) : {});
      if (!found || found[2] === undefined) return say(404, { message: "Not Found" });
      const [right, level, body] = found;
      const given = rights[right];
      if (given !== "write" && given !== level) {
        github.refused.push(`${request.method} ${url.pathname}: ${right}: ${level}`);
        return say(403, { message: "Resource not accessible by integration" });
      }
      say(request.method === "POST" ? 201 : 200, typeof body === "function" ? ((body as () => unknown)() ?? {}) : body);
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
