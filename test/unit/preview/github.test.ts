import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { githubRun, postToGitHub, pullRequestOf } from "../../../src/preview/index.ts";
import type { GitHub } from "../../../src/preview/index.ts";
import { markerOf } from "../../../src/preview/post/marker.ts";
import { fakeGitHub } from "./fake-github.ts";
import type { FakeComment, FakeGitHub } from "./fake-github.ts";

let server: FakeGitHub;
let github: GitHub;
const dev = { stack: "dev" };

beforeEach(async () => {
  server = await fakeGitHub();
  github = { apiUrl: server.apiUrl, repository: "acme/data", token: "secret-token", pause: 1 };
});
afterEach(() => server.close());

const post = (text: string, identity: { stack: string; key?: string } = dev) => postToGitHub(github, 7, identity, text);
const somebody = (id: number, body = "Nice."): FakeComment => ({
  id,
  body,
  html_url: "",
  user: { login: "mallory", type: "User" },
});
const writes = () => server.requests.filter((line) => !line.startsWith("GET"));

describe("the one comment of a stack", () => {
  it("is written once and then updated, and not at all when nothing changed", async () => {
    expect((await post("first")).action).toBe("created");
    expect((await post("second")).action).toBe("updated");
    expect((await post("second")).action).toBe("unchanged");
    expect(server.comments.map(({ body }) => body)).toEqual([`${markerOf(dev)}second`]);
    expect(writes()).toHaveLength(2);
  });

  it("is found beyond the first page", async () => {
    server.comments = Array.from({ length: 250 }, (_, index) => somebody(index + 1));
    await post("first");
    expect((await post("second")).action).toBe("updated");
    expect(server.comments).toHaveLength(251);
  });

  it("is never somebody else's, even with the marker in it", async () => {
    server.comments = [somebody(1, `${markerOf(dev)}looks fine to me`)];
    expect((await post("plan")).action).toBe("created");
    expect(server.comments[0]!.body).toContain("looks fine to me");
  });

  it("belongs to the token's user where the token may say who that is", async () => {
    server.login = "release-robot";
    server.comments = [{ ...somebody(1, `${markerOf(dev)}old`), user: { login: "github-actions[bot]", type: "Bot" } }];
    expect((await post("first")).action).toBe("created");
    expect((await post("second")).action).toBe("updated");
  });

  it("is written anew when the old one belongs to another app", async () => {
    server.comments = [{ ...somebody(1, `${markerOf(dev)}old`), user: { login: "other[bot]", type: "Bot" } }];
    expect((await post("plan")).action).toBe("created");
  });

  it("is another one for another stack or spec, also where one name starts the other", async () => {
    for (const identity of [{ stack: "prod" }, { stack: "prod-eu" }, { stack: "prod", key: "catalog" }])
      await post("plan", identity);
    expect(server.comments).toHaveLength(3);
    await post("new", { stack: "prod" });
    expect(server.comments.map(({ body }) => body.endsWith("new"))).toEqual([true, false, false]);
  });

  it("keeps its marker whole whatever the stack is called", () => {
    expect(markerOf({ stack: "--> <b>" })).toMatch(/^<!-- [^<>]*[^-] -->\n$/);
  });
});

describe("a GitHub that stumbles", () => {
  it("is asked again after server errors and rate limits", async () => {
    server.instead = [
      { request: /^GET .*comments/, status: 502 },
      { request: /^GET .*comments/, status: 403, body: { message: "You have exceeded a secondary rate limit." } },
      { request: /^POST/, status: 429, headers: { "retry-after": "0" } },
    ];
    expect((await post("plan")).action).toBe("created");
  });

  it("does not get the comment twice when its answer was lost", async () => {
    server.instead = [{ request: /^POST/, status: 502, afterEffect: true }];
    expect((await post("plan")).action).toBe("unchanged");
    expect(server.comments).toHaveLength(1);
  });

  it("is given up on after a few attempts, with what it said", async () => {
    server.instead = Array.from({ length: 20 }, () => ({ request: /comments/, status: 503 }));
    await expect(post("plan")).rejects.toThrow(/503 to GET .* in acme\/data/);
  });

  it("that refuses the token or the permission says what to do", async () => {
    await expect(postToGitHub({ ...github, token: "wrong" }, 7, dev, "plan")).rejects.toThrow(
      /valid one in GITHUB_TOKEN/,
    );
    server.instead = [{ request: /^POST/, status: 403, body: { message: "Resource not accessible by integration" } }];
    await expect(post("plan")).rejects.toThrow(/pull-requests: write/);
  });

  it("that cannot be reached is an error with its address", async () => {
    await expect(postToGitHub({ ...github, apiUrl: "http://127.0.0.1:1" }, 7, dev, "plan")).rejects.toThrow(
      /cannot be reached at http:\/\/127.0.0.1:1/,
    );
  });

  it("does not get the token sent elsewhere by a page's link", async () => {
    server.instead = [
      {
        request: /^GET .*comments/,
        status: 200,
        headers: { link: '<http://evil.example/page2>; rel="next"' },
        body: [],
      },
    ];
    expect((await post("plan")).action).toBe("created");
  });
});

describe("the pull request", () => {
  const event = (content: object) => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), "sluice-event-")), "event.json");
    writeFileSync(file, JSON.stringify(content));
    return githubRun({ GITHUB_EVENT_PATH: file, GITHUB_SHA: "merge" });
  };

  it("comes from the event of pull_request, of a comment on one, and of workflow_run", () => {
    expect(event({ pull_request: { number: 7, head: { sha: "head" } } })).toMatchObject({
      pullRequest: 7,
      commit: "head",
    });
    expect(event({ issue: { number: 8, pull_request: {} } })).toMatchObject({ pullRequest: 8, commit: "merge" });
    expect(event({ issue: { number: 8 } }).pullRequest).toBeUndefined();
    expect(event({ workflow_run: { head_sha: "head", pull_requests: [{ number: 9 }] } })).toMatchObject({
      pullRequest: 9,
      commit: "head",
    });
  });

  it("comes from the ref, or from the commit after a merge", async () => {
    expect(githubRun({ GITHUB_REF: "refs/pull/12/merge" }).pullRequest).toBe(12);
    expect(await pullRequestOf(github, "abc")).toBe(7);
  });
});
