import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { planFrom } from "../../../src/preview/index.ts";
import { fakeGitHub } from "../preview/fake-github.ts";
import type { FakeGitHub } from "../preview/fake-github.ts";
import { declarations, domainSwitch, fleet, summary } from "../preview/fixtures.ts";
import { memoryIo } from "./memory-io.ts";

let server: FakeGitHub;
beforeEach(async () => (server = await fakeGitHub()));
afterEach(() => server.close());

const plan = (events = domainSwitch) => planFrom({ stack: "dev", events, declarations });

async function typed(stdin: string, argv: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const io = memoryIo({
    stdin,
    env: {
      GITHUB_TOKEN: "secret-token",
      GITHUB_REPOSITORY: "acme/data",
      GITHUB_REF: "refs/pull/7/merge",
      GITHUB_SHA: "abc",
      GITHUB_API_URL: server.apiUrl,
      ...env,
    },
  });
  return { code: await runCommandLine(["comment", ...argv], io), out: io.stdout(), err: io.stderr() };
}

it("a plan becomes one comment that the next plan replaces", async () => {
  expect(await typed(JSON.stringify(plan()))).toMatchObject({
    code: 0,
    out: "created: https://github.com/acme/data/pull/7#c1\n",
  });
  expect((await typed(JSON.stringify(plan([summary()])))).out).toMatch(/^updated/);
  expect(server.comments).toHaveLength(1);
  expect(server.comments[0]!.body).toContain("no changes");
});

it("links lead to the line of the spec in the commit", async () => {
  await typed(JSON.stringify(plan()));
  expect(server.comments[0]!.body).toContain("(https://github.com/acme/data/blob/abc/sluice.yaml#L31)");
});

it("links of a workflow that works in a folder of the checkout lead there", async () => {
  await typed(JSON.stringify(plan()), [], { GITHUB_WORKSPACE: path.dirname(process.cwd()) });
  const folder = path.basename(process.cwd());
  expect(server.comments[0]!.body).toContain(`(https://github.com/acme/data/blob/abc/${folder}/sluice.yaml#L31)`);
  await typed(JSON.stringify(plan()), [], { GITHUB_WORKSPACE: path.join(process.cwd(), "elsewhere") });
  expect(server.comments[0]!.body).toContain("(https://github.com/acme/data/blob/abc/sluice.yaml#L31)");
});

it("a failed preview, a wrong spec and an empty file replace the comment, too", async () => {
  await typed(JSON.stringify(plan()));
  await typed(
    JSON.stringify(plan([{ diagnosticEvent: { severity: "error", message: "no such bucket" } }, summary("failed")])),
  );
  expect(server.comments[0]!.body).toContain("no such bucket");
  const problem = {
    code: "x",
    severity: "error",
    message: "Unknown key syncz",
    file: "sluice.yaml",
    line: 2,
    column: 1,
    endLine: 2,
    endColumn: 6,
    fix: "Did you mean syncs?",
  };
  await typed(JSON.stringify({ problems: [problem] }));
  expect(server.comments[0]!.body).toContain("The spec has 1 error.");
  expect(server.comments[0]!.body).toContain("Did you mean syncs?");
  await typed("");
  expect(server.comments[0]!.body).toContain("The preview came to no result");
  expect(server.comments).toHaveLength(1);
});

it("a plan of thousands of changes fits, marker included", async () => {
  const many = fleet(1000, ["us-east-1", "eu-west-1"]);
  many.events.forEach((event, index) => {
    const inputs = event.resourcePreEvent?.metadata.new?.inputs;
    if (inputs) inputs["odd"] = index;
  });
  expect((await typed(JSON.stringify(planFrom({ stack: "dev", ...many })))).code).toBe(0);
  expect(server.comments[0]!.body.length).toBeLessThanOrEqual(65_536);
});

it("what is missing is exit code 2 and says what; a refused token is 3", async () => {
  expect(await typed("{}", [], { GITHUB_TOKEN: "" })).toMatchObject({
    code: 2,
    err: expect.stringContaining("GITHUB_TOKEN") as string,
  });
  expect(await typed("{}", [], { GITHUB_REPOSITORY: "" })).toMatchObject({
    code: 2,
    err: expect.stringContaining("--repository") as string,
  });
  expect((await typed("{}", [], { GITHUB_TOKEN: "wrong" })).code).toBe(3);
});

it("render turns the same plan into every form, and refuses what is none", async () => {
  const rendered = async (stdin: string, ...argv: string[]) => {
    const io = memoryIo({ stdin });
    return { code: await runCommandLine(["render", ...argv], io), out: io.stdout() };
  };
  const json = JSON.stringify(plan());
  expect((await rendered(json)).out).toContain("### Sluice `dev`");
  expect((await rendered(json, "-o", "html")).out).toMatch(/^<!doctype html>/);
  expect((await rendered(json, "-", "-o", "text")).out).toMatch(/^dev {2}2 replacements/);
  expect((await rendered("[]")).code).toBe(2);
  expect((await rendered("")).code).toBe(2);
});
