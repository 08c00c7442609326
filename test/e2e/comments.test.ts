import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { DeleteResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { planFrom, render } from "../../src/preview/index.ts";
import type { Plan } from "../../src/preview/index.ts";
import { audit, seed, spec } from "../support/acme.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";
import { fleet } from "../unit/preview/fixtures.ts";
import { fakeForge } from "../unit/preview/fake-forge.ts";
import type { FakeForge } from "../unit/preview/fake-forge.ts";

let world: TestWorld;
let github: FakeForge;
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-27T18:00:00Z") }));
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await Promise.all([world.close(), github.close()]);
});

async function start(of: object = seed): Promise<void> {
  [world, github] = await Promise.all([typedWorld({ seed: of, account: audit }), fakeForge()]);
  const run = { RUN_ID: "41", RUN_ATTEMPT: "1", SHA: "0123456789abcdef", REF: "refs/pull/7/merge", EVENT_PATH: "" };
  const repository = { REPOSITORY: "acme/data", API_URL: github.apiUrl, TOKEN: "secret-token" };
  for (const [name, value] of Object.entries({ ...run, ...repository })) vi.stubEnv(`GITHUB_${name}`, value);
}

const deploy = async () => {
  const ran = await world.run("up", "--yes");
  expect(ran.code, ran.stderr).toBe(0);
};

/** Posts what a command said, and holds the comment against its page; `vitest -u` writes the pages anew. */
async function comments(page: string, said: string, ...options: string[]): Promise<void> {
  await writeFile(path.join(world.folder, "plan.json"), said);
  const posted = await world.run("comment", "plan.json", ...options);
  expect(posted.code, posted.stderr).toBe(0);
  // The two lines before the text are hidden.
  const text = github.comments.at(-1)!.body.split("\n").slice(3).join("\n").replaceAll(world.folder, "/srv/acme");
  await expect(text).toMatchFileSnapshot(path.resolve(import.meta.dirname, `../../docs/comments/${page}.md`));
}

/** Runs a command as a job of a pipeline does, and comments on what it said. */
async function shows(page: string, verb: string, ...options: string[]): Promise<string> {
  const { stdout } = await world.run(verb, ...options, "-o", "json");
  await comments(page, stdout);
  return stdout;
}

const { exports, syncs, ...rest } = spec();
const only = (domain: string) => ({ ...rest, syncs, exports: { catalog: { ...exports.catalog, domain } } });

/** Returns where a file lies in a checkout of the commit that the pull request would change, of which GitHub's event tells. */
async function inBase(file: string): Promise<string> {
  const event = path.join(world.folder, "event.json");
  const commit = { ref: "refs/heads/feature", sha: "0123456789abcdef" };
  await writeFile(
    event,
    JSON.stringify({ pull_request: { number: 7, head: commit, base: { sha: "fedcba9876543210" } } }),
  );
  vi.stubEnv("GITHUB_EVENT_PATH", event);
  await mkdir(path.join(world.folder, "base"));
  return path.join(world.folder, "base", file);
}

it("of a small change, and of none", async () => {
  await start();
  await world.writeSpec(spec());
  await deploy();
  await shows("nothing-to-do", "preview");
  await world.writeSpec(spec({ sourceRegions: ["us-east-1", "eu-west-1", "eu-central-1"] }));
  await shows("small-change", "preview");
});

it("of a switch, from a misspelt spec to what was applied", async () => {
  await start();
  await world.writeSpec(only("dzd_alpha"));
  await deploy();
  await world.advance(3);
  const { targets, ...more } = exports.catalog;
  const misspelt = { catalog: { ...more, target: targets, recordExpirationDays: "365" } };
  await world.writeSpec({ ...rest, syncs, exports: misspelt });
  await shows("bad-spec", "preview");
  await world.writeSpec(only("dzd_beta"));
  const plan = await shows("switch", "preview");
  await writeFile(path.join(world.folder, "approved.json"), plan);
  await comments("approved", plan, "--state", "approved", "--by", "alice");
  const late =
    "No plan of pull request 7 was ready when it was approved. Open one that changes nothing but a comment, and approve its plan.";
  await comments("not-applied", "", "--state", "ended", "--because", late);
  const refused = { service: "datazone", operation: "PutDataExportConfiguration", when: "before" };
  await world.fault({ ...refused, error: "AccessDeniedException", times: 1000 });
  const apply = ["--digest", (JSON.parse(plan) as Plan).digest, "--plan", "approved.json"];
  await shows("failed", "up", ...apply);
  await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
  await shows("applied", "up", ...apply);
});

it("of a switch without a backup", async () => {
  await start();
  await world.writeSpec(only("dzd_alpha"));
  await deploy();
  await world.advance(3);
  await world.writeSpec({
    ...rest,
    syncs,
    exports: { catalog: { ...exports.catalog, domain: "dzd_beta", table: { backup: "none", leftover: "drop" } } },
  });
  await shows("switch-without-backup", "preview");
});

it("of drift", async () => {
  await start();
  await world.writeSpec(spec());
  await deploy();
  await new SSMClient(world.clientOf(audit)).send(new DeleteResourceDataSyncCommand({ SyncName: "inventory" }));
  await shows("drift", "preview", "--refresh", "--expect-no-changes");
});

it("of a spec from which everything was taken", async () => {
  await start();
  await world.writeSpec(spec());
  await deploy();
  await world.advance(3);
  await rename(path.join(world.folder, "sluice.yaml"), await inBase("sluice.yaml"));
  await world.writeSpec({ ...rest, syncs: {}, exports: {}, targets: undefined, role: undefined, accounts: undefined });
  await shows("everything-deleted", "preview", "--base", "base/sluice.yaml");
});

it("of a preview that AWS refuses", async () => {
  await start();
  await world.writeSpec(spec());
  await deploy();
  await world.writeSpec({
    ...only("dzd_nope"),
    syncs: { ...syncs, hardware: { targets: "fleet", destination: { bucket: "acme-hardware", region: "us-east-1" } } },
  });
  await shows("not-possible", "preview");
});

it("of a fleet", async () => {
  await start();
  const regions = ["eu-west-1", "us-east-1", "us-west-2"];
  const moved = fleet(300, regions, "replace", (account) => ({ prefix: `inventory/${account}` }));
  const added = fleet(300, ["ap-south-1"]);
  const names = Object.fromEntries(added.declarations.map(({ account }, index) => [account, `team-${index + 1}`]));
  const plan = planFrom({
    project: "sluice",
    stack: "dev",
    events: [...moved.events, ...added.events],
    declarations: [...moved.declarations, ...added.declarations],
    names,
  });
  await comments("fleet", render(plan, "json"));
});
