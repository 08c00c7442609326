import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { forgeRunIn, inDialect, planFrom, render } from "../../../src/preview/index.ts";
import { fakeForge } from "../preview/fake-forge.ts";
import type { FakeForge } from "../preview/fake-forge.ts";
import { declarations, domainSwitch, fleet, summary } from "../preview/fixtures.ts";
import { memoryIo } from "./memory-io.ts";

let server: FakeForge;
beforeEach(async () => (server = await fakeForge()));
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

describe("how a run ended", () => {
  const [account, region] = ["111122223333", "us-east-1"];
  const ran = {
    verb: "up",
    project: "acme",
    stack: "dev",
    digest: "sha256:abc",
    result: "succeeded",
    counts: { create: 2, update: 0, replace: 1, delete: 0, same: 300 },
    places: [{ account, region, result: "succeeded" }],
    exporting: [{ account, region, domain: "dzd_beta" }],
    diagnostics: [],
    receipts: [
      {
        source: { account, region },
        destination: { location: "s3://acme-backups/here" },
        rows: 60,
        files: 3,
        bytes: 31_000,
      },
    ],
  };
  const body = () => server.comments.at(-1)!.body;

  it("takes the place of the plan in the same comment, with receipts and what exports", async () => {
    await typed(JSON.stringify(plan()));
    expect((await typed(JSON.stringify(ran))).out).toMatch(/^updated/);
    expect(server.comments).toHaveLength(1);
    expect(body()).toContain("### Sluice `acme/dev`: applied\n\n2 created, 1 replaced, 300 unchanged.");
    expect(body()).toContain("| `111122223333/us-east-1` | 60 rows, 3 files, 31 kB | `s3://acme-backups/here` |");
    expect(body()).toContain("- `111122223333/us-east-1`: `dzd_beta`");
    expect(body()).not.toContain("[!CAUTION]");
  });

  it("is never green after a failure: causes once, and first of all where nothing exports any more", async () => {
    const others = Array.from({ length: 40 }, (_, index) => ({ account: String(200000000000 + index), region }));
    await typed(
      JSON.stringify({
        ...ran,
        result: "partial",
        places: [
          { account, region, result: "failed", message: "Run sluice up again." },
          ...others.map((place) => ({ ...place, result: "failed", message: "no role" })),
        ],
        exporting: [{ account, region, domain: null, since: "2026-11-26T10:00:00.000Z" }],
        diagnostics: others.map((place) => ({
          severity: "error",
          name: `${place.account}/${region}/inventory`,
          message: "The role Sluice is missing.\nMake it.",
        })),
      }),
    );
    expect(body()).toContain(": partly applied");
    expect(body().indexOf("Nothing exports in `111122223333/us-east-1`")).toBeLessThan(body().indexOf("What failed"));
    expect(body()).toContain("41 accounts and Regions failed");
    expect(body().match(/Make it\./g)).toHaveLength(1);
  });

  it("of a run that was stopped before its first step says that nothing was begun, and why", async () => {
    const diagnostics = [{ severity: "error", message: "delete-budget: 9 deletions, and 3 are allowed" }];
    await typed(
      JSON.stringify({ ...ran, result: "failed", places: [], exporting: [], receipts: [], diagnostics, plan: plan() }),
    );
    expect(body()).toContain(": not applied\n\nNothing was begun.");
    expect(body()).toContain("9 deletions, and 3 are allowed");
  });

  it("of destroy and of refresh is told in their words", async () => {
    await typed(JSON.stringify({ ...ran, verb: "destroy", counts: { ...ran.counts, delete: 9 } }));
    expect(body()).toContain(": destroyed");
    const drift = [
      { operation: "update", type: "ResourceDataSync", name: "x", properties: [{ path: "s3Destination.prefix" }] },
    ];
    await typed(JSON.stringify({ ...ran, verb: "refresh", drift }));
    expect(body()).toContain("differs in s3Destination.prefix");
  });

  it.each(["</details><b>", "| a |", "@mallory", "```\n# big", "![x](https://evil.example)", "\u001B[2K\u202Ex"])(
    "shows %j wherever it comes from",
    async (attack) => {
      await typed(
        JSON.stringify({
          ...ran,
          result: "partial",
          digest: attack,
          project: attack,
          places: [{ account: attack, region: attack, result: "failed", message: attack }],
          exporting: [{ account: attack, region: attack, domain: null, since: attack }],
          diagnostics: ["error", "warning"].map((severity) => ({ severity, message: attack, name: attack })),
          receipts: [
            { ...ran.receipts[0], source: { account: attack, region: attack }, destination: { location: attack } },
          ],
          drift: [{ operation: "update", type: attack, name: attack, properties: [{ path: attack }] }],
        }),
      );
      const outside = body()
        .replaceAll("\\`", "")
        .replaceAll(/^(`{3,})\n[^]*?\n\1$/gm, "")
        .replaceAll(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, "");
      expect(outside).not.toMatch(/<b>|@mallory|!\[x\]\(|^# big|https:\/\/evil/m);
      expect(outside.match(/<details>/g)?.length).toBe(outside.match(/<\/details>/g)?.length);
      expect(body().replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202E]/u);
    },
  );

  it("of another shape is refused, exit code 2", async () => {
    expect((await typed(JSON.stringify({ ...ran, result: "fine" }))).code).toBe(2);
  });
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

describe("the comment as the run's state", () => {
  const body = () => server.comments.at(-1)!.body;
  const run = { GITHUB_RUN_ID: "41", GITHUB_RUN_ATTEMPT: "1", GITHUB_SHA: "0123456789abcdef" };

  it("says what is going on before there is a plan, with commit, run and time", async () => {
    await typed("", ["--state", "planning"], run);
    expect(body()).toMatch(/\/dev`: planning\n\nThe plan of the newest commit is being made/);
    expect(body()).toMatch(
      /\nCommit `0123456789` · \[run 41\]\(https:\/\/github.com\/acme\/data\/actions\/runs\/41\) · \d{4}-\d\d-\d\d \d\d:\d\d UTC\n$/,
    );
    await typed(JSON.stringify(plan()), ["-", "--state", "applying"], run);
    expect(body()).toContain("/dev`: applying");
    expect(body()).toContain("[!WARNING]");
    expect(server.comments).toHaveLength(1);
  });

  it("turns red where the plan's file is not there at all", async () => {
    await typed(JSON.stringify(plan()));
    const { code, err } = await typed("", ["no-such-plan.json"]);
    expect({ code, body: body() }).toEqual({
      code: 0,
      body: expect.stringContaining("The preview came to no result") as string,
    });
    expect(err).toContain("the comment says so");
  });

  it("says who has approved which plan, and asks nobody to apply it any more", async () => {
    const approved = plan();
    await typed(JSON.stringify(approved), ["-", "--state", "approved", "--by", "dependabot[bot]"], run);
    expect(body()).toContain("/dev`: approved by `@dependabot[bot]`\n");
    expect(body()).toContain(` Plan \`${approved.digest}\`\n`);
    expect(body()).not.toContain("sluice up");
    await typed(JSON.stringify(approved), ["-", "--state", "applying", "--by", "` **@everyone**\n# x"], run);
    expect(body()).toContain(": applying by ``@` **@everyone** # x``\n");
  });

  it("is never green after a deployment that left no result, and says why nothing was begun", async () => {
    await typed(JSON.stringify(plan()));
    const ended = ["run.json", "--state", "ended", "--because"];
    await typed("", [...ended, ""], run);
    expect(body()).toMatch(/: ended without a result\n\n> \[!CAUTION\]\n> \*\*It is not known whether it began\.\*\*/);
    await typed("", [...ended, "No plan of pull request 7 was ready. ``` @x"], run);
    expect(body()).toContain(
      ": not applied\n\nNo plan of pull request 7 was ready. \\`\\`\\` @&#8203;x Nothing was begun.\n",
    );
    await typed(JSON.stringify({ error: "Credentials: none." }), ["-", "--state", "ended"], run);
    expect(body()).toMatch(/: not applied\n\nNothing was begun\.\n\n```\nCredentials: none\./);
    expect(server.comments).toHaveLength(1);
  });

  it("is not set back by a run that is older", async () => {
    await typed(JSON.stringify(plan()), [], { ...run, GITHUB_RUN_ID: "42" });
    expect((await typed("", ["--state", "planning"], run)).out).toMatch(/^kept/);
    expect(body()).toContain(": ready");
  });
});

it("other forges get the same report in their own Markdown", async () => {
  const io = memoryIo({
    stdin: JSON.stringify(plan()),
    env: {
      BITBUCKET_BUILD_NUMBER: "9",
      BITBUCKET_REPO_FULL_NAME: "acme/data",
      BITBUCKET_PR_ID: "7",
      BITBUCKET_COMMIT: "abcdef0",
    },
  });
  expect(await runCommandLine(["comment"], io)).toBe(2);
  expect(io.stderr()).toContain("BITBUCKET_TOKEN is not set. It needs the scope `pullrequest:write`.");
  const shown = inDialect(render(plan(), "markdown"), forgeRunIn({}, "bitbucket").forge.dialect);
  expect(shown).not.toMatch(/<details>|\[!|<br>/);
  expect(shown).toContain("\n**Properties**\n");
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

it("render -o github annotates the lines that a plan's findings are about, and says once what is the same in many targets", async () => {
  const finding = (account: string) => ({
    code: "bucket-missing",
    severity: "error" as const,
    message: "The bucket acme\n::add-mask::x does not exist.",
    cure: "Create it.",
    account,
    region: "us-east-1",
    source: { file: "sluice.yaml", line: 12 },
  });
  const preflight = { asked: true, calls: 2, tables: [], findings: ["111122223333", "222233334444"].map(finding) };
  const annotated = async (said: object) => {
    const env = { GITHUB_WORKSPACE: path.dirname(process.cwd()) };
    const io = memoryIo({ stdin: JSON.stringify(said), env });
    expect(await runCommandLine(["render", "-o", "github"], io)).toBe(0);
    return io.stdout();
  };
  const failed = [{ diagnosticEvent: { severity: "warning", message: "careful" } }, ...domainSwitch];
  const said = await annotated(planFrom({ stack: "dev", events: failed, declarations, preflight }));
  expect(said.split("\n")).toEqual([
    "::error title=preflight::AWS would refuse: bucket-missing (2). The findings say what to do.",
    `::error file=${path.basename(process.cwd())}/sluice.yaml,line=12,title=bucket-missing::The bucket acme%0A::add-mask::x does not exist.%0ACreate it.`,
    "::warning title=sluice::careful",
    "",
  ]);
  // What is wrong with a spec is at its lines already, by `check`.
  expect(await annotated({ problems: [] })).toBe("");
});

it("render turns the same plan into every form, and refuses what is none", async () => {
  const rendered = async (stdin: string, ...argv: string[]) => {
    const io = memoryIo({ stdin });
    return { code: await runCommandLine(["render", ...argv], io), out: io.stdout() };
  };
  const json = JSON.stringify(plan());
  expect((await rendered(json)).out).toMatch(/^### Sluice `[^`]*\/dev`: ready/);
  expect((await rendered(json, "-o", "html")).out).toMatch(/^<!doctype html>/);
  expect((await rendered(json, "-o", "gitlab")).out).toBe('{"create":2,"update":0,"delete":2}\n');
  expect((await rendered(json, "-", "-o", "text")).out).toMatch(/^dev {2}2 replacements/);
  const problem = { severity: "error", message: "Unknown key syncz", file: "sluice.yaml", line: 2 };
  expect(await rendered(JSON.stringify({ problems: [problem] }))).toMatchObject({
    code: 0,
    out: expect.stringContaining("Unknown key syncz") as string,
  });
  expect((await rendered("[]")).code).toBe(2);
  expect((await rendered("")).code).toBe(2);
});
