import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = path.resolve(import.meta.dirname, "../../..");
const jobs = parse(readFileSync(path.join(root, "examples/start/.gitlab-ci.yml"), "utf8")) as Record<
  string,
  { script: string[] }
>;
const [first, second] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];

interface Call {
  method: string;
  path: string;
  body: unknown;
}

/** What the project has, and what was asked of it. */
let gitlab: { url: string; answers: Record<string, unknown>; refuses: string[]; asked: Call[]; close(): void };
let folder: string;
const put = (name: string, content: unknown) =>
  writeFileSync(path.join(folder, name), typeof content === "string" ? content : JSON.stringify(content));

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-gitlab-"));
  const answers: Record<string, unknown> = {};
  const asked: Call[] = [];
  const refuses: string[] = [];
  const server = createServer(async (request, response) => {
    const [asking, query = ""] = request.url!.split("?") as [string, string?];
    const { method = "" } = request;
    let sent = "";
    for await (const part of request) sent += String(part);
    asked.push({ method, path: asking.replace("/projects/41", ""), body: sent === "" ? query : JSON.parse(sent) });
    const isRefused = request.headers["private-token"] !== "secret" || refuses.includes(`${method} ${asking}`);
    const answer = method === "GET" ? answers[asking] : {};
    const status = isRefused ? 403 : method === "DELETE" || answer === undefined ? 404 : 200;
    response.writeHead(status).end(JSON.stringify(answer ?? { message: "404 Not Found" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  gitlab = { url, answers, asked, refuses, close: () => server.close() };
});

afterEach(() => gitlab.close());

/** Runs a job's script with an `npx` that notes what it is asked, and then does what is given. */
async function run(
  job: string,
  variables: Record<string, string> = {},
  does = '[[ "$*" != *"$FAILS"* || -z "$FAILS" ]]',
) {
  put("npx", `#!/bin/bash\nprintf '%s\\n' "$*" >> "${folder}/ran"\n${does}\n`);
  put("ran", "");
  chmodSync(path.join(folder, "npx"), 0o755);
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env["PATH"]}`,
    FAILS: "",
    CI_API_V4_URL: gitlab.url,
    CI_PROJECT_ID: "41",
    CI_PROJECT_URL: "https://gitlab.com/acme/data",
    CI_PIPELINE_URL: "https://gitlab.com/acme/data/-/pipelines/9",
    CI_COMMIT_SHA: "tip",
    CI_DEFAULT_BRANCH: "main",
    GITLAB_USER_LOGIN: "alice",
    GITLAB_TOKEN: "secret",
    ...variables,
  };
  const child = spawn("bash", ["-eo", "pipefail", "-c", jobs[job]!.script.join("\n")], { cwd: folder, env });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (said += String(part)));
  const [code] = (await once(child, "close")) as [number];
  expect(said).not.toContain("secret");
  return { code, said, ran: readFileSync(path.join(folder, "ran"), "utf8").trim().split("\n") };
}

const changes = () => gitlab.asked.filter(({ method }) => method !== "GET");
const did = () => changes().map(({ method, path }) => `${method} ${path}`);

describe("the nightly look", () => {
  const title = "Sluice: prod is not as its spec says";
  const branch = "DELETE /repository/branches/sluice%2Fabsorb-prod";
  const patch = (file: string, to: string) =>
    `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-from\n+${to}\n`;

  function commitSpec() {
    put("sluice.yaml", "from\n");
    const git = "git init -q && git add sluice.yaml && git -c user.name=a -c user.email=a@b commit -q -m first";
    expect(spawnSync("bash", ["-c", git], { cwd: folder }).status).toBe(0);
  }

  it.each([
    { plan: 0, drift: "exit 1", code: 0, found: "none\n", absorb: "" },
    { plan: 7, drift: "exit 0", code: 0, found: "some\n", absorb: "+as AWS has it" },
    { plan: 5, drift: "exit 1", code: 0, found: "some\n", absorb: "" },
    { plan: 3, drift: "exit 0", code: 3, found: undefined, absorb: undefined },
  ])(
    "keeps as a patch what AWS has: the plan ends with $plan, and taking it with $drift",
    async ({ plan, drift, ...wanted }) => {
      commitSpec();
      const npx = `case "$*" in *preview*) exit ${plan} ;; *--absorb*) echo as AWS has it > sluice.yaml; ${drift} ;; esac`;
      const { code } = await run("drift", {}, npx);
      const left = (name: string) =>
        existsSync(path.join(folder, name)) ? readFileSync(path.join(folder, name), "utf8") : undefined;
      const absorb = left("absorb.patch");
      const added = absorb && /^\+as.*/m.exec(absorb)![0];
      expect({ code, found: left("drift.txt"), absorb: added }).toEqual(wanted);
    },
  );

  function repository({ found, open, absorb }: { found: string; open: number[]; absorb: string }) {
    commitSpec();
    put("drift.md", "drift");
    put("drift.txt", `${found}\n`);
    put("absorb.patch", absorb);
    gitlab.answers["/projects/41/issues"] = [
      { iid: 8, title: `${title}, or so` },
      ...open.map((iid) => ({ iid, title })),
    ];
  }

  it.each([
    { found: "none", open: [], does: [] },
    { found: "some", open: [], does: ["POST /issues"] },
    { found: "some", open: [9], does: ["PUT /issues/9"] },
    { found: "none", open: [9], does: ["POST /issues/9/notes", "PUT /issues/9"] },
  ])(
    "keeps one issue, and no branch where nothing can be taken: $found found, $open open",
    async ({ found, open, does }) => {
      repository({ found, open, absorb: "" });
      expect(await run("issue")).toMatchObject({ code: 0 });
      expect(did()).toEqual([...does, branch]);
      expect(JSON.stringify(changes())).not.toContain("Or the other way");
    },
  );

  it("pushes what AWS has as a branch from the commit that was looked at, and links to its merge request", async () => {
    repository({ found: "some", open: [9], absorb: patch("sluice.yaml", "as AWS has it") });
    expect(await run("issue")).toMatchObject({ code: 0 });
    expect(changes()).toEqual([
      {
        method: "POST",
        path: "/repository/commits",
        body: {
          branch: "sluice/absorb-prod",
          start_sha: "tip",
          force: true,
          commit_message: "Take into the spec of prod what AWS has",
          actions: [{ action: "update", file_path: "sluice.yaml", content: "as AWS has it\n" }],
        },
      },
      { method: "PUT", path: "/issues/9", body: { description: expect.any(String) as string } },
    ]);
    const { description } = changes()[1]!.body as { description: string };
    const [, link = ""] = /\((https:\S+)\)/.exec(description)!;
    expect(link).toMatch(/^https:\/\/gitlab\.com\/acme\/data\/-\/merge_requests\/new\?/);
    expect(Object.fromEntries(new URL(link).searchParams)).toEqual({
      "merge_request[source_branch]": "sluice/absorb-prod",
      "merge_request[target_branch]": "main",
    });
  });

  it("offers no branch that could not be written, and says why", async () => {
    repository({ found: "some", open: [], absorb: patch("sluice.yaml", "as AWS has it") });
    gitlab.refuses.push("POST /projects/41/repository/commits");
    const { code, said } = await run("issue");
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringContaining("sluice/absorb-prod could not be written: GitLab answered 403") as string,
    });
    expect(changes()[1]).toMatchObject({ path: "/issues", body: { title, description: "drift" } });
  });
});

describe("the digest that is approved", () => {
  const record = () => changes().map(({ path, body }) => ({ path, ...(body as object) }));
  const common = { name: "sluice/prod", target_url: "https://gitlab.com/acme/data/-/pipelines/9" };
  const none = { ...common, state: "failed", description: "There is no plan that can be applied." };

  it("is recorded on the merge request's head, also where it cannot be told in the comment", async () => {
    put("plan.json", { result: "ok", digest: first });
    const ready = { ...common, state: "success", description: first };
    expect(await run("comment")).toMatchObject({ code: 0 });
    expect(await run("comment", { FAILS: "comment", CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: "head" })).toMatchObject({
      code: 1,
    });
    expect(record()).toEqual([
      { path: "/statuses/tip", ...ready },
      { path: "/statuses/head", ...ready },
    ]);
  });

  it("is none of a plan that is not ready or not there, nor of a merge train", async () => {
    expect(await run("comment")).toMatchObject({ code: 0 });
    put("plan.json", "");
    await run("comment");
    put("plan.json", { result: "blocked", digest: first });
    await run("comment");
    expect(record()).toEqual(Array.from({ length: 3 }, () => ({ path: "/statuses/tip", ...none })));
    put("plan.json", { result: "ok", digest: first });
    expect(await run("comment", { CI_MERGE_REQUEST_EVENT_TYPE: "merge_train" })).toMatchObject({ code: 0 });
    expect(record()).toHaveLength(3);
  });

  describe("and applied", () => {
    const time = (hour: string) => `2026-11-26T${hour}:00.000Z`;
    const merged = { iid: 7, state: "merged", target_branch: "main", sha: "head", merged_at: time("12:00") };
    let id = 0;
    const status = (description: string, hour: string, author = 1) => ({
      id: (id += 1),
      name: "sluice/prod",
      description,
      created_at: time(hour),
      author: { id: author },
    });
    const up = "--no-install sluice up --stack prod --plan plan.json -o json";

    async function applied(requests: object[], statuses: object[] = []) {
      put("plan.json", { result: "ok", digest: first });
      gitlab.answers["/user"] = { id: 1 };
      gitlab.answers["/projects/41/repository/commits/tip/merge_requests"] = requests;
      gitlab.answers["/projects/41/repository/commits/head/statuses"] = statuses;
      const { code, said, ran } = await run("up");
      return { code, said, ran, isApplied: ran.includes(up) };
    }

    it("is the newest that stood there when it was merged, from the token's own user", async () => {
      const statuses = [
        status(second, "10:00"),
        status(first, "11:00"),
        status(second, "11:30", 2),
        status(second, "12:30"),
      ];
      expect(await applied([merged], statuses)).toMatchObject({ code: 0, isApplied: true });
      // The list is asked for whole: of each name, GitLab gives the latest alone.
      expect(
        new URLSearchParams(String(gitlab.asked.find((call) => call.path.endsWith("/statuses"))!.body)).get("all"),
      ).toBe("true");
    });

    it("is that of the request that brought the commit, and not of one that had it too", async () => {
      const stacked = { ...merged, iid: 8, sha: "other", merged_at: time("13:00") };
      const open = { ...merged, iid: 9, state: "opened", sha: "other", merged_at: null };
      const elsewhere = { ...merged, iid: 6, target_branch: "release", sha: "other", merged_at: time("09:00") };
      const all = [open, stacked, elsewhere, merged];
      expect(await applied(all, [status(first, "11:00")])).toMatchObject({ code: 0, isApplied: true });
    });

    it.each([
      { what: "another one", statuses: [status(first, "10:00"), status(second, "11:00")], why: `is ${second}` },
      { what: "none", statuses: [], why: "No plan of !7 was ready" },
      { what: "one of somebody else", statuses: [status(first, "11:00", 2)], why: "No plan of !7 was ready" },
      { what: "one after the merge", statuses: [status(first, "12:01")], why: "No plan of !7 was ready" },
      {
        what: "one that became unready",
        statuses: [status(first, "10:00"), status("There is no plan.", "11:00")],
        why: "No plan",
      },
    ])("is refused where $what was approved, and the comment says so", async ({ statuses, why }) => {
      const { code, said, ran, isApplied } = await applied([merged], statuses);
      expect({ code, isApplied }).toEqual({ code: 1, isApplied: false });
      expect(said).toContain(why);
      expect(said).toContain("Open a merge request that changes nothing but a comment, and approve its plan.");
      expect(ran).toEqual([`--no-install sluice comment run.json --stack prod --state ended --because ${said.trim()}`]);
    });

    it("is the one that was shown to whoever starts the job, where no merge request brought the commit", async () => {
      expect(await applied([])).toMatchObject({ code: 0, isApplied: true });
    });

    it("is none where GitLab does not answer", async () => {
      gitlab.refuses.push("GET /projects/41/repository/commits/tip/merge_requests");
      const { code, said, isApplied } = await applied([]);
      expect({ code, isApplied }).toEqual({ code: 1, isApplied: false });
      expect(said).toContain("GitLab answered 403");
    });
  });
});
