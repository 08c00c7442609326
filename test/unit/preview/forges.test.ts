import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forgeNames, forgeRunIn, postComment, requestNumberOf } from "../../../src/preview/index.ts";
import type { ForgeAccess } from "../../../src/preview/index.ts";
import { hasMarker, isNewer, markerOf, withMarker } from "../../../src/preview/post/marker.ts";
import { fakeForge } from "./fake-forge.ts";
import type { FakeForge } from "./fake-forge.ts";

const repositories = {
  github: "acme/data",
  gitea: "acme/data",
  bitbucket: "acme/data",
  azure: "acme/data",
  gitlab: "41",
};
const dev = { project: "acme", stack: "dev" };

describe.each(forgeNames)("the one comment of a stack on %s", (name) => {
  let server: FakeForge;
  let access: ForgeAccess;
  const { forge } = forgeRunIn({}, name);
  const repository = repositories[name];

  beforeEach(async () => {
    server = await fakeForge(name);
    access = { forge, apiUrl: server.apiUrl, token: "secret-token", pause: 1 };
  });
  afterEach(() => server.close());

  const marked = (text: string, order?: number[], identity = dev) => withMarker(identity, forge.dialect, text, order);
  const post = (
    text: string,
    { identity = dev, order }: { identity?: typeof dev & { key?: string }; order?: number[] } = {},
  ) =>
    postComment(
      access,
      { repository, number: 7, webUrl: "https://forge.example/acme/data" },
      { identity, text, order },
    );
  const bodies = () => server.comments.map(({ body }) => body.split("\n\n").at(-1));
  const writes = () => server.requests.filter((line) => !line.startsWith("GET"));

  it("is written once and then updated, and not at all when nothing changed", async () => {
    expect((await post("first")).action).toBe("created");
    expect((await post("second")).action).toBe("updated");
    expect(await post("second")).toMatchObject({ action: "unchanged", url: expect.stringContaining("://") as string });
    expect(server.comments.map(({ body }) => body)).toEqual([marked("second")]);
    expect(writes()).toHaveLength(2);
  });

  it("is found among hundreds", async () => {
    server.comments = Array.from({ length: 250 }, (_, index) => ({ id: index + 1, body: "Nice.", author: "mallory" }));
    await post("first");
    expect((await post("second")).action).toBe("updated");
    expect(server.comments).toHaveLength(251);
  });

  it("is never somebody else's, even with the marker in it and of a run yet to come", async () => {
    server.comments = [{ id: 1, body: marked("looks fine to me", [999_999]), author: "mallory" }];
    expect((await post("plan", { order: [3, 1] })).action).toBe("created");
    expect(bodies()).toEqual(["looks fine to me", "plan"]);
  });

  it("is another one for another project, stack or spec, also where one name starts the other", async () => {
    const identities = [dev, { ...dev, stack: "dev-eu" }, { ...dev, project: "other" }, { ...dev, key: "catalog" }];
    for (const identity of identities) await post("plan", { identity });
    expect(server.comments).toHaveLength(4);
    await post("new");
    expect(bodies()).toEqual(["new", "plan", "plan", "plan"]);
  });

  it("is left alone by a run that is older than what stands there, and by an older attempt", async () => {
    await post("newer", { order: [41, 2] });
    expect((await post("older", { order: [40, 3] })).action).toBe("kept");
    expect((await post("first attempt", { order: [41, 1] })).action).toBe("kept");
    expect(bodies()).toEqual(["newer"]);
    expect((await post("newest", { order: [41, 3] })).action).toBe("updated");
  });

  it.each([
    { first: 40, second: 41, left: "mine" },
    { first: 42, second: 41, left: "theirs" },
  ])("is one after two runs at once, $first and $second, and the newer one's", async ({ first, second, left }) => {
    const meanwhile = () => {
      server.comments = server.comments.filter(({ author }) => author !== "mallory");
      server.comments.unshift({ id: 1, body: marked("theirs", [first, 1]), author: server.author });
    };
    server.comments = [{ id: 1, body: "Nice.", author: "mallory" }];
    server.instead = [{ request: /^POST/, status: 0, afterEffect: true, meanwhile }];
    await post("mine", { order: [second, 1] });
    expect(bodies()).toEqual([left]);
  });

  it("is the newer run's also where that has written while an older one waits to try again", async () => {
    await post("first", { order: [39, 1] });
    const meanwhile = () => void (server.comments[0]!.body = marked("newer", [41, 1]));
    server.instead = [{ request: /^(PUT|PATCH)/, status: 503, meanwhile }];
    expect((await post("older", { order: [40, 1] })).action).toBe("kept");
    expect(bodies()).toEqual(["newer"]);
  });

  it("is the newer run's also where an older one writes over it in the same moment", async () => {
    await post("first", { order: [39, 1] });
    const meanwhile = () => void (server.comments[0]!.body = marked("older", [40, 1]));
    server.instead = [{ request: /^(PUT|PATCH)/, status: 0, afterEffect: true, meanwhile }];
    expect((await post("newer", { order: [41, 1] })).action).toBe("updated");
    expect(bodies()).toEqual(["newer"]);
  });

  it("is the newer run's also where an older one, which had looked before, writes a moment after it", async () => {
    access.pause = 800;
    await post("first", { order: [39, 1] });
    const older = () => void (server.comments[0]!.body = marked("older", [40, 1]));
    let written: Promise<void> | undefined;
    const meanwhile = () => void (written = sleep(200).then(older));
    server.instead = [{ request: /^(PUT|PATCH)/, status: 0, afterEffect: true, meanwhile }];
    expect((await post("newer", { order: [41, 1] })).action).toBe("updated");
    await written;
    expect(bodies()).toEqual(["newer"]);
  });

  it("is not written a second time while a limit forbids to change it", async () => {
    await post("first");
    const limited = { request: /^(PUT|PATCH)/, status: 403, headers: { "retry-after": "0" } };
    server.instead = Array.from({ length: 9 }, () => limited);
    await expect(post("second")).rejects.toThrow(/rate limit is used up/);
    expect(bodies()).toEqual(["first"]);
  });

  it("is one again where an earlier run has left two", async () => {
    server.comments = [1, 2].map((id) => ({ id, body: marked("old"), author: server.author }));
    expect((await post("plan")).action).toBe("updated");
    expect(bodies()).toEqual(["plan"]);
  });

  it("is not written twice when the answer was lost", async () => {
    server.instead = [{ request: /^POST/, status: 502, afterEffect: true }];
    expect((await post("plan")).action).toBe("unchanged");
    expect(server.comments).toHaveLength(1);
  });

  it("is written anew when it was deleted in the moment of the update", async () => {
    await post("first");
    server.instead = [{ request: /^(PUT|PATCH)/, status: 404, meanwhile: () => void (server.comments = []) }];
    expect((await post("second")).action).toBe("created");
    expect(bodies()).toEqual(["second"]);
  });

  it("is as long as the forge allows", async () => {
    const room = forge.dialect.limit - marked("").length;
    await post("x".repeat(room));
    await expect(post(`y${"x".repeat(room)}`, { identity: { ...dev, stack: "new" } })).rejects.toThrow(/too long/);
  });

  it("comes after server errors and rate limits", async () => {
    server.instead = [
      { request: /^GET .*(comments|notes|threads)/, status: 502 },
      { request: /^GET .*(comments|notes|threads)/, status: 429, headers: { "retry-after": "0" } },
      { request: /^POST/, status: 429, headers: { "retry-after": "0" } },
    ];
    expect((await post("plan")).action).toBe("created");
  });

  it("does not wait for hours", async () => {
    server.instead = [{ request: /^POST/, status: 429, headers: { "retry-after": "3600" } }];
    await expect(post("plan")).rejects.toThrow(/429 .*rate limit is used up/s);
  });

  it("fails with the cure of that very error", async () => {
    await expect(
      post("plan").then(() =>
        postComment({ ...access, token: "wrong" }, { repository, number: 7, webUrl: "" }, { identity: dev, text: "x" }),
      ),
    ).rejects.toThrow(new RegExp(`answered 401 .*valid token in ${forge.token}`));
    server.instead = [{ request: /^POST/, status: 403, body: { message: "no" } }];
    await expect(post("plan", { identity: { ...dev, stack: "b" } })).rejects.toThrow(
      `${forge.token} needs ${forge.permission}`,
    );
    const elsewhere = { repository, number: 8, webUrl: "" };
    await expect(postComment(access, elsewhere, { identity: dev, text: "x" })).rejects.toThrow(
      /404 .*no such (pull|merge) request at http/,
    );
    await expect(
      postComment({ ...access, apiUrl: "http://127.0.0.1:1" }, elsewhere, { identity: dev, text: "x" }),
    ).rejects.toThrow(/cannot be reached at http:\/\/127.0.0.1:1/);
  });

  it("sends the token nowhere else, by a link or a redirect", async () => {
    const other = await fakeForge(name);
    const next = `${other.apiUrl}/page2`;
    const listing = { github: [], gitea: [], gitlab: [], bitbucket: { values: [], next }, azure: { value: [] } }[name];
    server.instead = [
      {
        request: /^GET .*(comments|notes|threads)/,
        status: 200,
        headers: { link: `<${next}>; rel="next"` },
        body: listing,
      },
    ];
    await post("plan");
    server.instead = [{ request: /^GET .*(comments|notes|threads)/, status: 302, headers: { location: next } }];
    await expect(post("plan")).rejects.toThrow(/Redirects are not followed/);
    server.instead = [{ request: /^POST|^GET .*(comments|notes|threads)/, status: 203 }];
    await expect(post("plan")).rejects.toThrow(/203 .*no answer of its API/);
    expect(other.requests).toEqual([]);
    await other.close();
  });

  it("is on the pull request that the commit came from, the open one first", async () => {
    expect(await requestNumberOf(access, repository, "abc")).toBe(7);
  });
});

describe("GitHub's own ways", () => {
  let server: FakeForge;
  let access: ForgeAccess;
  beforeEach(async () => {
    server = await fakeForge();
    access = { forge: forgeRunIn({}).forge, apiUrl: server.apiUrl, token: "secret-token", pause: 1 };
  });
  afterEach(() => server.close());
  const post = (text: string) =>
    postComment(access, { repository: "acme/data", number: 7, webUrl: "" }, { identity: dev, text });
  const old = withMarker(dev, forgeRunIn({}).forge.dialect, "old");

  it("another app's comment is passed by, push after push", async () => {
    server.comments = [{ id: 1, body: old, author: "other[bot]" }];
    expect((await post("first")).action).toBe("created");
    expect((await post("second")).action).toBe("updated");
    expect((await post("third")).action).toBe("updated");
    expect(server.comments).toHaveLength(2);
  });

  it("a user's token keeps to that user", async () => {
    server.login = server.author = "release-robot";
    server.comments = [{ id: 1, body: old, author: "github-actions[bot]" }];
    expect((await post("first")).action).toBe("created");
    expect((await post("second")).action).toBe("updated");
  });

  it("whose token it is, is asked again where GitHub fails: a person's own comment would not be found, and be written twice", async () => {
    server.login = server.author = "release-robot";
    await post("first");
    server.instead = [{ request: /\/user/, status: 500 }];
    expect((await post("second")).action).toBe("updated");
  });

  it("a workflow's own token is not asked whose it is", async () => {
    access.token = "ghs_token";
    await expect(post("plan")).rejects.toThrow(/answered 401 to GET \/repos/);
    expect(server.requests.filter((line) => line === "GET /user")).toEqual([]);
  });

  it.each([
    "You have exceeded a secondary rate limit.",
    "You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.",
  ])("a secondary limit that names no time is waited out: %s", async (message) => {
    server.instead = [{ request: /^POST/, status: 403, body: { message } }];
    const began = Date.now();
    await post("plan");
    expect(Date.now() - began).toBeGreaterThanOrEqual(60);
  });

  it("a locked conversation is no lack of rights, and 422 tells its details", async () => {
    server.isLocked = true;
    await expect(post("plan")).rejects.toThrow(/conversation is locked: unlock it/);
    server.isLocked = false;
    await expect(post("x".repeat(70_000))).rejects.toThrow(/Validation Failed .*Body is too long/);
  });
});

describe("the marker", () => {
  const { dialect } = forgeRunIn({}).forge;

  it("stays whole whatever the stack is called, in every dialect", () => {
    const odd = { project: "a b)\n", stack: "--> <b> \uD800", key: "`x`" };
    for (const name of forgeNames) {
      const marker = markerOf(odd, forgeRunIn({}, name).forge.dialect);
      expect(marker).toMatch(name === "bitbucket" ? /^\[\/\/\]: # \([^()\n]*\)$/ : /^<!-- (?:(?!--)[^<>\n])* -->$/);
    }
  });

  it("is found whatever ends the lines, and orders by numbers", () => {
    const body = withMarker(dev, dialect, "x", [9, 2]).replaceAll("\n", "\r\n");
    expect(hasMarker(body, dev, dialect)).toBe(true);
    expect([[10, 1], [9, 2], [9, 1], [8, 9], undefined].map((order) => isNewer(body, order))).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
  });
});

describe("what the pipeline tells", () => {
  const event = (content: object) => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), "sluice-event-")), "event.json");
    writeFileSync(file, JSON.stringify(content));
    return forgeRunIn({ GITHUB_EVENT_PATH: file, GITHUB_SHA: "merge" });
  };

  it("on GitHub comes from the event of pull_request, of a comment on one, of workflow_run, or from the ref", () => {
    const request = { number: 7, head: { sha: "head" }, base: { sha: "base" } };
    expect(event({ pull_request: request })).toMatchObject({ number: 7, commit: "head", baseCommit: "base" });
    expect(event({ merge_group: { base_sha: "base" } })).toMatchObject({ commit: "merge", baseCommit: "base" });
    expect(event({ issue: { number: 8, pull_request: {} } })).toMatchObject({ number: 8, commit: "merge" });
    expect(event({ issue: { number: 8 } }).number).toBeUndefined();
    expect(event({ workflow_run: { head_sha: "head", pull_requests: [{ number: 9 }] } })).toMatchObject({
      number: 9,
      commit: "head",
    });
    expect(forgeRunIn({ GITHUB_REF: "refs/pull/12/merge" }).number).toBe(12);
  });

  it("leads to the line of the commit on each forge", () => {
    const actions = {
      GITHUB_REPOSITORY: "acme/data",
      GITHUB_SHA: "abc",
      GITHUB_RUN_ID: "41",
      GITHUB_RUN_ATTEMPT: "2",
      GITHUB_WORKSPACE: "/github",
    };
    const seen = [
      actions,
      { ...actions, GITEA_ACTIONS: "true", GITHUB_SERVER_URL: "https://git.acme.example" },
      {
        GITLAB_CI: "true",
        CI_PROJECT_URL: "https://gitlab.com/acme/data",
        CI_COMMIT_SHA: "merge",
        CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: "abc",
        CI_MERGE_REQUEST_DIFF_BASE_SHA: "base",
        CI_MERGE_REQUEST_IID: "7",
        CI_PROJECT_ID: "41",
        CI_PIPELINE_ID: "9",
        CI_JOB_ID: "10",
        CI_PROJECT_DIR: "/gitlab",
      },
      {
        BITBUCKET_BUILD_NUMBER: "9",
        BITBUCKET_CLONE_DIR: "/bitbucket",
        BITBUCKET_REPO_FULL_NAME: "acme/data",
        BITBUCKET_COMMIT: "abc",
        BITBUCKET_PR_DESTINATION_COMMIT: "base",
        BITBUCKET_PR_ID: "7",
      },
      {
        TF_BUILD: "True",
        SYSTEM_COLLECTIONURI: "https://dev.azure.com/acme/",
        SYSTEM_TEAMPROJECT: "data team",
        BUILD_REPOSITORY_NAME: "data",
        BUILD_SOURCEVERSION: "abc",
        BUILD_BUILDID: "9",
        BUILD_SOURCESDIRECTORY: "/azure",
        SYSTEM_PULLREQUEST_PULLREQUESTID: "7",
      },
    ].map((env) => forgeRunIn(env));
    expect(seen.map((run) => run.lineUrl("a (b)/sluice.yaml", 31))).toEqual([
      "https://github.com/acme/data/blob/abc/a%20%28b%29/sluice.yaml#L31",
      "https://git.acme.example/acme/data/src/commit/abc/a%20%28b%29/sluice.yaml#L31",
      "https://gitlab.com/acme/data/-/blob/abc/a%20%28b%29/sluice.yaml#L31",
      "https://bitbucket.org/acme/data/src/abc/a%20%28b%29/sluice.yaml#lines-31",
      "https://dev.azure.com/acme/data%20team/_git/data?path=/a%20%28b%29/sluice.yaml&version=GCabc&line=31&lineEnd=31&lineStartColumn=1&lineEndColumn=200",
    ]);
    // What is gone from the spec stands in the commit that the request would change.
    for (const run of seen) {
      const [head, base] = [undefined, "base"].map((commit) => run.lineUrl("sluice.yaml", 31, commit)!);
      expect(base).toBe(head!.replace(/\babc\b/, "base").replace("GCabc", "GCbase"));
      expect(base).not.toBe(head);
    }
    const bases = seen.map(({ baseCommit }) => baseCommit);
    expect(bases).toEqual([undefined, undefined, "base", "base", undefined]);
    expect(seen.map(({ order }) => order)).toEqual([[41, 2], [41, 2], [9, 10], [9], [9, 0]]);
    expect(seen.map(({ number }) => number)).toEqual([undefined, undefined, 7, 7, 7]);
    // From where the files are checked out the links are; outside a pipeline nobody knows.
    expect(seen.map(({ workspace }) => workspace)).toEqual(["/github", "/github", "/gitlab", "/bitbucket", "/azure"]);
    expect(forgeNames.map((name) => forgeRunIn({}, name).workspace)).toEqual(forgeNames.map(() => undefined));
  });
});
