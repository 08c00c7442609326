import { writeFile } from "node:fs/promises";
import path from "node:path";
import { DeleteResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Plan } from "../../src/preview/index.ts";
import { audit, seed, spec } from "../support/acme.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";
import { fakeForge } from "../unit/preview/fake-forge.ts";
import type { FakeForge } from "../unit/preview/fake-forge.ts";

let world: TestWorld;
let github: FakeForge;
beforeEach(async () => {
  [world, github] = await Promise.all([testWorld({ seed, engine: "embedded", account: audit }), fakeForge()]);
  const run = { TOKEN: "secret-token", REPOSITORY: "acme/data", REF: "refs/pull/7/merge", API_URL: github.apiUrl };
  for (const [name, value] of Object.entries({ ...run, SHA: "0123456789abcdef", RUN_ATTEMPT: "1", EVENT_PATH: "" }))
    vi.stubEnv(`GITHUB_${name}`, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([world.close(), github.close()]);
});

const embedded = ["--engine", "embedded"];
let runs = 40;

/** A job of a pipeline: a command whose JSON goes to a file, and the report that always comes after it. */
async function job(file: string, ...command: string[]): Promise<{ code: number; comment: string }> {
  vi.stubEnv("GITHUB_RUN_ID", String(++runs));
  const ran = await typed(world, [...command, ...embedded, "-o", "json"]);
  await writeFile(path.join(world.folder, file), ran.out);
  const posted = await typed(world, ["comment", file]);
  expect(posted.code, posted.err).toBe(0);
  expect(github.comments).toHaveLength(1);
  return { code: ran.code, comment: github.comments[0]!.body };
}

it("a change lives in one comment from the first push until it is applied, whatever goes wrong on the way", async () => {
  const { exports, syncs, ...rest } = spec();
  const only = (domain: string) => ({ ...rest, syncs, exports: { catalog: { ...exports.catalog, domain } } });
  await world.writeSpec(only("dzd_alpha"));
  expect((await typed(world, ["up", "--yes", ...embedded])).code).toBe(0);
  await world.advance(2);

  await world.writeSpec({ ...only("dzd_beta"), sincs: {} });
  const bad = await job("plan.json", "preview");
  expect(bad.code).toBe(2);
  expect(bad.comment).toMatch(/: failed\n\nThe spec has 1 error\./);

  await world.writeSpec(only("dzd_beta"));
  const ready = await job("plan.json", "preview");
  expect(ready.code).toBe(0);
  expect(ready.comment).toMatch(/: ready\n/);
  expect(ready.comment).toContain("[!WARNING]\n> **Rows move to a backup: replaces");
  const { out } = await typed(world, ["preview", ...embedded, "-o", "json"]);
  const { digest } = JSON.parse(out) as Plan;
  expect(ready.comment).toContain(digest);
  await writeFile(path.join(world.folder, "approved.json"), out);

  await world.fault({
    service: "datazone",
    operation: "PutDataExportConfiguration",
    when: "before",
    error: "AccessDeniedException",
    times: 1000,
  });
  const apply = ["up", "--digest", digest, "--plan", "approved.json"];
  const broken = await job("run.json", ...apply);
  expect(broken.code).toBe(1);
  expect(broken.comment).toMatch(/: (partly applied|failed while it was applied)\n/);
  expect(broken.comment).toContain("[!CAUTION]\n> **Nothing exports in ");
  expect(broken.comment).toContain("AccessDeniedException");

  await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
  const resumed = await job("run.json", ...apply);
  expect(resumed.code).toBe(0);
  expect(resumed.comment).toMatch(/: applied\n/);
  expect(resumed.comment).toMatch(/\n- `\d{12}\/us-east-1`: `dzd_beta`\n/);

  // A preview that was started before and ends now has nothing to say any more.
  vi.stubEnv("GITHUB_RUN_ID", "41");
  expect((await typed(world, ["comment", "plan.json"])).out).toMatch(/^kept: /);

  const ssm = new SSMClient(world.clientOf(audit));
  await ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "inventory" }));
  const look = ["preview", "--refresh", "--expect-no-changes"];
  const drift = await job("drift.json", ...look);
  expect(drift.code).toBe(7);
  expect(drift.comment).toContain("**Drift**, undone by this plan");
  expect((await typed(world, ["up", "--yes", "--refresh", ...embedded])).code).toBe(0);
  const healed = await job("drift.json", ...look);
  expect(healed).toMatchObject({ code: 0, comment: expect.stringContaining(": no changes") as string });
}, 120_000);
