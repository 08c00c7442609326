import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DeleteResourceDataSyncCommand, SSMClient, UpdateResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { audit, seed, spec } from "../support/acme.ts";
import { fakeGitHub } from "../support/actions/fake-github.ts";
import type { FakeGitHub } from "../support/actions/fake-github.ts";
import { Runner } from "../support/actions/runner.ts";
import type { ActionsRun } from "../support/actions/runner.ts";
import { root } from "../support/sluice.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

/** It takes minutes, and jq stands in for the one in GitHub's command line. */
const isWanted = process.env["SLUICE_PROGRAMS"] === "all" && spawnSync("jq", ["--version"]).status === 0;

let world: TestWorld;
let github: FakeGitHub;
let runner: Runner;
let origin: string;
let work: string;

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=Alice", "-c", "user.email=alice@acme.example", ...args], {
    cwd: work,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();

const specOf = (domain: string, more: object = {}) => {
  const { exports, ...rest } = spec();
  return { ...rest, exports: { catalog: { ...exports.catalog, domain } }, ...more };
};
const write = (wanted: object) => writeFileSync(path.join(work, "sluice.yaml"), stringify(wanted));

/** Commits what is there, and returns the commit. */
function push(message: string, branch: string): string {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", message);
  git("push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
  return git("rev-parse", "HEAD");
}

beforeAll(async () => {
  [world, github] = await Promise.all([testWorld({ seed, engine: "embedded", account: audit }), fakeGitHub()]);
  origin = mkdtempSync(path.join(tmpdir(), "sluice-origin-"));
  work = mkdtempSync(path.join(tmpdir(), "sluice-work-"));
  execFileSync("git", ["init", "--quiet", "--bare", origin]);
  // As GitHub lets any commit be fetched.
  execFileSync("git", ["config", "uploadpack.allowAnySHA1InWant", "true"], { cwd: origin });
  git("init", "--quiet", "--initial-branch=main");
  git("remote", "add", "origin", origin);
  cpSync(path.join(root, "examples/start"), work, { recursive: true });
  renameSync(path.join(work, "gitignore"), path.join(work, ".gitignore"));
  write(specOf("dzd_alpha"));
  push("Begin", "main");
  const state = mkdtempSync(path.join(tmpdir(), "sluice-state-"));
  const vars = { PULUMI_BACKEND_URL: `file://${state}`, SLUICE_PREVIEW_ROLE: "reads", SLUICE_DEPLOY_ROLE: "deploys" };
  runner = new Runner(origin, github, { env: world.env, vars });
  // A person makes the stack once.
  for (const file of ["sluice.yaml", "Pulumi.yaml", "index.js", "package.json"])
    cpSync(path.join(work, file), path.join(world.folder, file));
  runner.install(world.folder);
  const first = await world.run("up", "--yes", "--stack", "prod", "--create", "--state", vars.PULUMI_BACKEND_URL);
  expect(first.code, first.stderr).toBe(0);
  await world.advance(2);
});

afterAll(async () => {
  await Promise.all([world.close(), github.close()]);
  for (const folder of [origin, work]) await rm(folder, { recursive: true, force: true });
});

const own = ".github/workflows/sluice.yaml";
const happens = (event: string, sha: string, payload: object = {}) =>
  runner.run(own, { event, sha, ref: "refs/heads/main", payload });

/** A push to the pull request: the run of its newest commit. */
async function pushed(message: string, isFork = false): Promise<ActionsRun> {
  const head = push(message, "change");
  const base = git("rev-parse", "origin/main");
  const pull = { number: 7, head: { sha: head, repo: { fork: isFork } }, base: { sha: base } };
  github.pulls = [{ ...pull, merged_at: null, merge_commit_sha: null, merged_by: null }];
  return runner.run(own, {
    event: "pull_request",
    sha: head,
    ref: "refs/pull/7/merge",
    payload: { pull_request: pull },
  });
}

/** What the comment has said since then, title by title. */
function titlesSince(start: number): string[] {
  return github.history.slice(start).map((body) => /^### Sluice `[^`]*`: (.*)$/m.exec(body)![1]!);
}

const comment = () => {
  expect(github.comments.filter(({ number }) => number === 7)).toHaveLength(1);
  return github.comments.find(({ number }) => number === 7)!.body;
};
const status = () => github.statuses.at(-1)!;

it.runIf(isWanted)(
  "a change lives in one comment by the workflows of init: opened, mended, approved, merged, half applied, resumed; and drift in one issue",
  async () => {
    // A fork's change first: it runs without any right.
    git("checkout", "--quiet", "-b", "change");
    write(specOf("dzd_beta"));
    const forked = await pushed("Switch, from a fork", true);
    expect(forked.jobs).toEqual({
      "prod/preview/check": "success",
      "prod/preview/planning": "skipped",
      "prod/preview/preview": "skipped",
      "prod/preview/report": "skipped",
      "prod/preview": "success",
      "prod/deploy": "skipped",
      "prod/drift": "skipped",
      prod: "success",
    });
    expect(forked.summary).toMatch(/^~ 012345678901\/us-east-1  DataExportConfiguration /m);
    expect([github.comments, github.statuses, github.refused]).toEqual([[], [], []]);

    // Opened with a mistake, then mended.
    write({ ...specOf("dzd_beta"), sincs: {} });
    const bad = await pushed("Switch to dzd_beta");
    expect(bad.jobs).toMatchObject({
      "prod/preview/check": "failure",
      "prod/preview/report": "success",
      prod: "failure",
    });
    expect(titlesSince(0)).toEqual(["planning", "failed"]);
    expect(comment()).toContain("The spec has 1 error.");
    expect(status()).toMatchObject({ context: "sluice/prod", state: "failure" });
    // The registry is down: nothing can be said but that.
    runner.canInstall = false;
    const uninstalled = await pushed("Again");
    runner.canInstall = true;
    expect(uninstalled.jobs).toMatchObject({ "prod/preview/report": "failure" });
    expect(titlesSince(2)).toEqual(["failed"]);
    expect(comment()).toContain("Nothing was planned for");
    write(specOf("dzd_beta"));
    const good = await pushed("Mend the spec");
    expect(good.jobs, good.log).toMatchObject({ prod: "success" });
    expect(titlesSince(3)).toEqual(["planning", "ready"]);
    const digest = status().description;
    expect([status().state, comment()]).toEqual(["success", expect.stringContaining(digest)]);

    // Approved by one, merged by another.
    const head = git("rev-parse", "HEAD");
    github.reviews = [
      { number: 7, state: "APPROVED", commit_id: head, submitted_at: github.now(), user: { login: "bob" } },
    ];
    git("checkout", "--quiet", "main");
    git("merge", "--quiet", "--no-ff", "--message", "Merge", "change");
    const merged = pushMain();
    Object.assign(github.pulls[0]!, {
      merged_at: github.now(),
      merge_commit_sha: merged,
      merged_by: { login: "alice" },
    });

    // The environment's reviewer says no at first.
    let asked = "";
    runner.review = () => {
      asked = comment();
      return false;
    };
    const refused = await happens("push", merged);
    expect(refused.jobs).toMatchObject({ "prod/deploy/approved": "success", "prod/deploy/up": "failure" });
    expect(asked).toMatch(/: approved by `@bob`\n/);
    expect(titlesSince(5)).toEqual(["approved by `@bob`", "ended without a result"]);
    runner.review = () => true;

    const denied = {
      service: "datazone",
      operation: "PutDataExportConfiguration",
      when: "before",
      error: "AccessDeniedException",
    };
    await world.fault({ ...denied, times: 1000 });
    const dispatched = { inputs: { "pull-request": "7" } };
    const broken = await happens("workflow_dispatch", merged, dispatched);
    expect(broken.jobs).toMatchObject({
      "prod/deploy/up": "failure",
      "prod/deploy/report": "success",
      "prod/drift": "skipped",
    });
    expect(titlesSince(7).slice(0, 2)).toEqual(["approved by `@bob`", "applying by `@bob`"]);
    expect(titlesSince(9)).toEqual([expect.stringMatching(/^partly applied|^failed while it was applied/)]);
    expect(comment()).toContain("[!CAUTION]\n> **Nothing exports in ");

    await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
    const resumed = await happens("workflow_dispatch", merged, dispatched);
    expect(resumed.jobs, resumed.log).toMatchObject({ prod: "success" });
    expect(titlesSince(10)).toEqual(["approved by `@bob`", "applying by `@bob`", "applied"]);
    expect(comment()).toContain(`[run ${resumed.id}](https://github.com/acme/data/actions/runs/${resumed.id})`);
    expect(comment()).toContain(digest);

    // A push that no pull request brought is applied by nobody's word, and says so where it can.
    expect((await happens("push", head)).jobs).toMatchObject({
      "prod/deploy/approved": "failure",
      "prod/deploy/up": "skipped",
    });

    // Drift: nothing, then something, then more, then nothing again.
    const night = () => happens("schedule", merged);
    expect((await night()).jobs).toMatchObject({ "prod/drift/look": "success", "prod/drift/issue": "success" });
    expect(github.issues).toEqual([]);
    const ssm = new SSMClient(world.clientOf(audit));
    const source = {
      SourceType: "AwsOrganizations",
      AwsOrganizationsSource: { OrganizationSourceType: "EntireOrganization" },
    };
    const update = {
      SyncName: "explorer",
      SyncType: "SyncFromSource",
      SyncSource: { ...source, SourceRegions: ["us-east-1"] },
    };
    await ssm.send(new UpdateResourceDataSyncCommand(update));
    const drifted = await night();
    expect(drifted.jobs, drifted.log).toMatchObject({ prod: "success" });
    expect(github.issues).toMatchObject([{ title: "Sluice: prod is not as its spec says", state: "open" }]);
    expect(github.issues[0]!.body).toContain("**Drift**, undone by this plan");
    expect(github.issues[0]!.body).toContain(
      "(https://github.com/acme/data/compare/main...sluice-drift-prod?expand=1)",
    );
    // The other way, for a person to open: what AWS has, and nothing else, is in the spec.
    git("fetch", "--quiet", "origin", "sluice-drift-prod");
    expect(git("diff", "--stat", merged, "FETCH_HEAD")).toMatch(/sluice\.yaml .*\n 1 file changed, \d/);
    expect(git("diff", "--unified=0", merged, "FETCH_HEAD")).toMatch(/^-.*eu-west-1/m);
    await ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "inventory" }));
    await night();
    expect(github.issues).toHaveLength(1);
    expect(github.issues[0]!.body).toContain("inventory");
    const healed = ["--yes", "--refresh", "--stack", "prod", "--state", runner.vars["PULUMI_BACKEND_URL"]!];
    writeFileSync(path.join(world.folder, "sluice.yaml"), readFileSync(path.join(work, "sluice.yaml")));
    expect((await world.run("up", ...healed)).code).toBe(0);
    await night();
    expect(github.issues).toMatchObject([{ state: "closed" }]);
    expect(() => git("fetch", "--quiet", "origin", "sluice-drift-prod")).toThrow();

    // No job has tried what its permissions do not say.
    expect(github.refused).toEqual([]);
  },
  900_000,
);

/** Pushes the merge. */
function pushMain(): string {
  git("push", "--quiet", "origin", "main");
  return git("rev-parse", "HEAD");
}
