import path from "node:path";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { memoryIo } from "./memory-io.ts";
import { bad, good, specFolder } from "./spec-folder.ts";

const { inFolder, run } = specFolder();

it("check of a good spec says how far it reaches", async () => {
  expect(await run("check", good)).toEqual({
    code: 0,
    stdout: "sluice.yaml: no problems, 1 resource in 1 account and 1 Region\n",
    stderr: "",
  });
});

it("check -o json is one document of located problems, and errors end with 2", async () => {
  const { code, stdout } = await run("check -o json", bad);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual({
    problems: [
      {
        code: "unquoted-account-id",
        severity: "error",
        message: expect.any(String),
        file: "sluice.yaml",
        line: 2,
        column: 20,
        endLine: 2,
        endColumn: 32,
        fix: 'Write "011122223333".',
      },
      expect.objectContaining({ code: "unknown-key", line: 3, fix: 'Did you mean "syncs"?' }),
    ],
  });
});

it("check says nothing of what only AWS knows", async () => {
  const own =
    "version: 1\nsyncs: { own: { targets: { accounts: self, regions: [us-east-1] }, source: { regions: [us-east-1] } } }\n";
  expect((await run("check", own)).stdout).toMatch(/no problems/);
});

it("check asks to write down that whoever runs it is meant", async () => {
  const own = "version: 1\nsyncs: { own: { source: { regions: [us-east-1] } } }\n";
  const { code, stdout } = await run("check", own);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/implicit-self[^]*accounts: self/)]);
});

it("a spec that is not there ends with 2 and names the file", async () => {
  const { code, stderr } = await run("check --spec other.yaml");
  expect(code).toBe(2);
  expect(stderr).toContain("other.yaml");
});

it("expand -o json lists each resource with its inputs and line", async () => {
  const { code, stdout } = await run("expand -o json", good);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    resources: [
      {
        type: "ResourceDataSync",
        name: "111122223333/us-east-1/inventory",
        account: "111122223333",
        region: "us-east-1",
        inputs: expect.objectContaining({ syncName: "inventory", syncType: "SyncToDestination" }),
        source: { file: "sluice.yaml", line: 3 },
      },
    ],
  });
});

it("expand of a wrong spec lists nothing, and shows the problems", async () => {
  const { code, stdout, stderr } = await run("expand -o json", bad);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ resources: [], problems: [{}, {}] });
  expect(stderr).toContain("unquoted-account-id");
});

it("expand takes the caller from the environment when that tells it", async () => {
  const own = "version: 1\nsyncs: { own: { source: { regions: [us-east-1] } } }\n";
  const unknown = await run("expand", own);
  expect([unknown.stdout, unknown.code]).toEqual(["", 0]);
  expect(unknown.stderr).toContain("needs-caller");
  const known = await run("expand", own, { AWS_ACCOUNT_ID: "999988887777", AWS_REGION: "eu-west-1" });
  expect(known.stdout).toContain("999988887777/eu-west-1/own");
});

it("explain says by which lines a target is in", async () => {
  const { code, stdout } = await run("explain audit/us-east-1", good);
  expect(code).toBe(0);
  expect(stdout).toBe(`111122223333/us-east-1
  syncs.inventory  in       sluice.yaml:3
                   account 111122223333 is selected by syncs.inventory.targets.accounts.0 (line 3)
                   Region us-east-1 is selected by syncs.inventory.targets.regions.0 (line 3)
`);
});

it("explain asks after a Region that nobody knows", async () => {
  const { code, stdout, stderr } = await run("explain audit/us-esat-1", good);
  expect([code, stderr]).toEqual([0, '"us-esat-1" is not an AWS Region. Did you mean "us-east-1"?\n']);
  expect(stdout).toContain("nothing selects Region us-esat-1");
});

it("explain of no account ends with 2 and lists those there are", async () => {
  const { code, stderr } = await run("explain adit/us-east-1", good);
  expect(code).toBe(2);
  expect(stderr).toContain("audit");
});

it("schema prints the published schema", async () => {
  const published = await readFile(new URL("../../../sluice.schema.json", import.meta.url), "utf8");
  expect(JSON.parse((await run("schema")).stdout)).toEqual(JSON.parse(published));
});

it("expand --against tells what a spec adds, changes and removes beside another, in a fence that nothing in it ends", async () => {
  await writeFile(inFolder("base.yaml"), good.replace("[us-east-1]", "[us-east-1, eu-west-1]"));
  await writeFile(
    inFolder("sluice.yaml"),
    good.replace("[us-east-1]", "[us-east-1, us-west-2]").replace("acme-inventory", "other"),
  );
  const { code, stdout } = await run("expand --against base.yaml");
  expect(code).toBe(0);
  // Whoever lets a fork's change in sees what it is.
  expect(stdout.split("\n").map((line) => line.replace(/ {2}ResourceDataSync .*/, ""))).toEqual([
    "~ 111122223333/us-east-1/inventory",
    '    s3Destination.bucketName: "acme-inventory" → "other"',
    "+ 111122223333/us-west-2/inventory",
    "- 111122223333/eu-west-1/inventory",
    "",
  ]);
  expect((await run("expand --against base.yaml -o markdown")).stdout).toMatch(/^```diff\n~ [^`]*\n```\n$/);
  expect((await run("expand --against sluice.yaml")).stdout).toBe("nothing is added, changed or removed\n");
});

it("expand --against tells what keeps a sync whose key was renamed, and says it of no other one", async () => {
  await writeFile(inFolder("base.yaml"), good);
  const renamed = good.replace("inventory:", "stock:");
  const cure =
    "! stock is inventory under another name, so that AWS deletes and creates it: `name: inventory` in it keeps what is there";
  expect((await run("expand --against base.yaml", renamed)).stdout).toContain(`${cure}\n`);
  expect((await run("expand --against base.yaml", renamed.replace("acme-inventory", "other"))).stdout).not.toContain(
    "!",
  );
  const kept = await run("expand --against base.yaml", renamed.replace("stock: {", "stock: { name: inventory,"));
  expect(kept.stdout).toBe("nothing is added, changed or removed\n");
});

it("check tells how many of the problems --fix mends", async () => {
  const { stdout } = await run(
    "check",
    good.replace("syncs:", "x: 1\nsyncs:").replace('"111122223333"', "111122223333"),
  );
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("`sluice check --fix` mends 1 of them.");
  expect((await run("check", good.replace("syncs:", "x: 1\nsyncs:"))).stdout).not.toContain("--fix");
});

it("check fixes what leaves no choice, and nothing else", async () => {
  const spec = good.replace('"111122223333"', "111122223333").replace("regions: [us-east-1]", "regions: us-east-1");
  const { code, stderr } = await run("check --fix", spec);
  expect([code, stderr]).toEqual([0, "fixed 2 problems in sluice.yaml\n"]);
  expect(await readFile(inFolder("sluice.yaml"), "utf8")).toBe(good);
  expect((await run("check --fix", good.replace("syncs:", "sincs:"))).code).toBe(2);
  const later = await run("check --fix", good.replace("version: 1", "version: 2"));
  expect(later).toMatchObject({ code: 2, stderr: "" });
  expect(later.stdout).toContain("1 is the one value that it has");
});

it("check takes several files and standard input, and with --strict warnings fail it", async () => {
  await writeFile(inFolder("other.yaml"), good.replace("us-east-1]", "us-east-9]"));
  const both = await run("check sluice.yaml other.yaml", good);
  expect([both.code, both.stdout]).toEqual([
    0,
    expect.stringMatching(/sluice.yaml: no problems[^]*other.yaml: 1 warning/),
  ]);
  expect((await run("check sluice.yaml other.yaml --strict")).code).toBe(2);
  const io = memoryIo({ cwd: inFolder(), stdin: bad });
  expect(await runCommandLine(["check", "-", "-o", "json"], io)).toBe(2);
  expect(JSON.parse(io.stdout()).problems).toHaveLength(2);
});

it("check of several files looks at all of them, though one is not there", async () => {
  await writeFile(inFolder("wrong.yaml"), bad);
  const { code, stdout, stderr } = await run("check none.yaml wrong.yaml sluice.yaml", good);
  expect([code, stderr]).toEqual([2, expect.stringContaining("none.yaml")]);
  expect(stdout).toContain("wrong.yaml: 2 errors");
  expect(stdout).toContain("sluice.yaml: no problems");
});

it("check speaks as GitHub and as code scanning want it", async () => {
  expect((await run("check -o github", bad)).stdout).toContain(
    "::error file=sluice.yaml,line=2,endLine=2,col=20,endColumn=32,title=unquoted-account-id::The account id",
  );
  const { runs } = JSON.parse((await run("check -o sarif", bad)).stdout);
  expect(runs[0].tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(["unknown-key", "unquoted-account-id"]);
  expect(runs[0].results[0]).toMatchObject({
    ruleId: "unquoted-account-id",
    level: "error",
    locations: [{ physicalLocation: { region: { startLine: 2, startColumn: 20, endLine: 2, endColumn: 32 } } }],
  });
});

it("check -o github says in the log what GitHub would drop, where no line of it is a command", async () => {
  const wrong = Array.from({ length: 30 }, (_, n) => `"::warning::${n}": 1\n`).join("");
  const lines = (await run("check -o github", good + wrong)).stdout.trimEnd().split("\n");
  expect(lines.filter((line) => line.startsWith("::"))).toHaveLength(10);
  expect(lines[9]).toContain("::and 21 more like these, in the log of this step");
  expect(lines.filter((line) => line.startsWith("error sluice.yaml:"))).toHaveLength(21);
  expect(lines).toHaveLength(31);
});

it.each(["github", "gitlab", "sarif"])(
  "check -o %s names files from the checkout on, as the forge does",
  async (form) => {
    const env = { GITHUB_WORKSPACE: path.dirname(inFolder()) };
    const { stdout } = await run(`check -o ${form}`, bad, env);
    expect(stdout).toContain(`${path.basename(inFolder())}/sluice.yaml`);
  },
);

it("check -o gitlab is a code quality report, each problem with a fingerprint that stays when lines move", async () => {
  const report = async (spec: string) => JSON.parse((await run("check -o gitlab", spec)).stdout) as Quality[];
  const found = await report(bad);
  expect(found).toContainEqual({
    check_name: "unquoted-account-id",
    description: expect.stringContaining("The account id") as string,
    severity: "critical",
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    location: { path: "sluice.yaml", lines: { begin: 2 } },
  });
  const moved = await report(`# a comment\n${bad}`);
  const prints = (all: Quality[]) => all.map(({ fingerprint }) => fingerprint);
  expect(prints(moved)).toEqual(prints(found));
  expect(new Set(prints(await report(`${bad}sincs: 1\n`))).size).toBeGreaterThan(1);
  expect(await report(good)).toEqual([]);
});

interface Quality {
  fingerprint: string;
}

it("check -o junit is XML whatever a spec says: a test a file, failed by its errors", async () => {
  expect((await run("check -o junit", good)).stdout).toContain('tests="1" failures="0"');
  const { code, stdout } = await run("check -o junit", `${good}"<b>&\\"]]>": 1\n`);
  expect(code).toBe(2);
  expect(stdout).toContain('tests="1" failures="1"');
  expect(stdout).toMatch(/<failure type="unknown-key" message="[^"<>]*&lt;b&gt;&amp;[^"<>]*">sluice.yaml:4:1 /);
  expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
});

it("check of many problems of one kind shows a few and counts the rest", async () => {
  const many = Array.from({ length: 500 }, (_, n) => `wrong${n}: 1`).join("\n");
  const { stdout } = await run("check", `${good}${many}\n`);
  const { stdout: piped } = await run("check", `${good}${many.split("\n").slice(0, 15).join("\n")}\n`);
  expect(piped).toContain("and 12 more like it, at lines 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18\n");
  expect(stdout).toContain("and 497 more like it, at lines 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, …\n");
  expect(stdout.split("\n").length).toBeLessThan(60);
});

it("check without a stack looks at every stack that the spec lists", async () => {
  const spec = `${good.replace("acme-inventory", '"${vars.bucket}"')}stacks: { prod: { vars: { bucket: acme } }, dev: {} }\n`;
  const { stdout } = await run("check", spec);
  expect(stdout).toContain("is not known in the stack dev");
  expect((await run("check --stack prod")).code).toBe(0);
});

it("check tells what only AWS knows", async () => {
  const spec = good.replace("accounts: [audit]", "organizationalUnits: [Workloads]");
  expect((await run("check", spec)).stdout).toBe(
    "sluice.yaml: no problems, 0 resources in 0 accounts and 0 Regions, and what only AWS Organizations knows (line 3; `sluice expand --online`)\n",
  );
});

it("explain tells what a code is about, and why an entry has its targets", async () => {
  expect((await run("explain unquoted-account-id", good)).stdout).toMatch(
    /loses the zero[^]*but {3}audit: "012345678901"/,
  );
  const { stdout } = await run("explain inventory", good);
  expect(stdout).toBe(`syncs.inventory  sluice.yaml:3  1 target
  in  account 111122223333 (audit): selected by syncs.inventory.targets.accounts.0 (line 3)
  in  Region us-east-1: selected by syncs.inventory.targets.regions.0 (line 3)
`);
});

it("explain knows what a plan finds, its guards, and what a discovery finds", async () => {
  const codes = [
    "sync-quota",
    "bucket-policy",
    "unknown",
    "data-loss",
    "delete-budget",
    "sync-never",
    "organization-differs",
  ];
  for (const code of codes) {
    const { code: exit, stdout } = await run(`explain ${code}`);
    expect([exit, stdout.split("\n")[0]], code).toEqual([0, code]);
  }
  const { code, stderr } = await run("explain bucket-polcy", good);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean "bucket-policy"?')]);
});

it("a record of the organization beside the spec tells of units without a network", async () => {
  const spec = good.replace("accounts: [audit]", "organizationalUnits: [Workloads]");
  const record = {
    version: 1,
    units: [{ id: "ou-ab12-cdefgh34", path: "Workloads" }],
    accounts: [{ id: "222233334444", name: "new", unit: "ou-ab12-cdefgh34" }],
  };
  await writeFile(inFolder("sluice.organization.json"), JSON.stringify(record));
  expect((await run("expand", spec)).stdout).toContain("222233334444/us-east-1/inventory");
  expect((await run("explain new/us-east-1", spec)).stdout).toMatch(
    /^222233334444\/us-east-1\n {2}syncs.inventory {2}in /,
  );
  await writeFile(inFolder("sluice.organization.json"), "{}");
  expect(await run("expand", spec)).toMatchObject({ code: 2, stderr: expect.stringContaining("organization record") });
});

it("organization knows one thing to do", async () => {
  expect(await run("organization list")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("There is no organization list; there is organization record."),
  });
});

it("fmt lays a spec out, keeps its comments and what it says, and then changes nothing", async () => {
  const spec = `version:   1   # the format\naccounts: {audit:   "111122223333"}\n\n# who\nrole:    &r  'arn:aws:iam::111122223333:role/S'\n`;
  expect((await run("fmt --check", spec)).code).toBe(1);
  expect((await run("fmt", spec)).code).toBe(0);
  const laidOut = await readFile(inFolder("sluice.yaml"), "utf8");
  expect(laidOut).toBe(
    `version: 1 # the format\naccounts: { audit: "111122223333" }\n\n# who\nrole: &r 'arn:aws:iam::111122223333:role/S'\n`,
  );
  expect((await run("fmt --check")).code).toBe(0);
  expect((await run("fmt --check", laidOut.replaceAll("\n", "\r\n"))).code).toBe(0);
  expect((await run("fmt", spec.replaceAll("\n", "\r\n"))).code).toBe(0);
  expect(await readFile(inFolder("sluice.yaml"), "utf8")).toBe(laidOut.replaceAll("\n", "\r\n"));
  expect((await run("fmt", "a: [")).code).toBe(2);
});

it("completion knows commands, options, stacks, entries, accounts and names of resources", async () => {
  const words = async (line: string) =>
    (await run(`completion words -- ${line}`, `${good}stacks: { prod: {} }\n`)).stdout.split("\n");
  expect(await words("che")).toContain("check");
  expect(await words("check --")).toEqual(expect.arrayContaining(["--strict", "--stack", "--spec"]));
  expect(await words("check --stack p")).toContain("prod");
  expect(await words("check -o g")).toEqual(expect.arrayContaining(["github", "gitlab", "sarif"]));
  expect(await words("up --engine e")).toContain("embedded");
  expect(await words("completion f")).toContain("fish");
  expect(await words("explain s")).toEqual(expect.arrayContaining(["syncs.inventory", "audit"]));
  expect(await words("up --target 1")).toContain("111122223333/us-east-1/inventory");
  for (const shell of ["bash", "zsh", "fish"])
    expect((await run(`completion ${shell}`)).stdout).toContain("sluice completion words --");
  expect((await run("completion tcsh")).code).toBe(2);
});

it("check --strict tells what another name of an account would replace, and how to avoid it", async () => {
  const spec = good.replace("region: us-east-1 }", 'region: us-east-1, prefix: "${account.name}" }');
  expect((await run("check", spec)).stdout).toMatch(/no problems/);
  const { code, stdout } = await run("check --strict -o json");
  expect(code).toBe(2);
  expect(JSON.parse(stdout).problems).toMatchObject([
    { code: "name-in-setting", line: 3, fix: expect.stringContaining("account.id") },
  ]);
});

it("check --strict tells of the name of an account wherever it is used, each place once", async () => {
  const named = `version: 1
role: "arn:aws:iam::111122223333:role/\${account.name}"
accounts:
  audit: { id: "111122223333", externalId: "\${account.name}" }
stacks:
  dev: {}
  prod: { vars: { who: "\${account.name}" } }
vars: { who: audit }
defaults:
  syncs:
    description: "\${account.name}"
    targets: { accounts: [audit], regions: [us-east-1] }
    destination: { region: us-east-1, prefix: "d/\${account.name}" }
syncs:
  one: { destination: { bucket: acme-one } }
  two: { destination: { bucket: acme-two } }
  three:
    name: "\${vars.who}"
    destination: { bucket: { audit: "a-\${account.name}", default: acme }, prefix: x }
    overrides: [{ targets: { accounts: [audit] }, destination: { prefix: "o/\${account.name}" } }]
exports:
  catalog:
    targets: { accounts: [audit], regions: [us-east-1] }
    domain: dzd_a
    encryption: { kmsKey: "arn:aws:kms:us-east-1:111122223333:key/\${account.name}" }
    table: { backup: "s3://acme-backups/\${account.name}" }
`;
  const { code, stdout } = await run("check --strict -o json", named);
  const { problems } = JSON.parse(stdout) as { problems: { code: string; line: number; message: string }[] };
  expect(code).toBe(2);
  expect(problems.map((problem) => [problem.code, problem.line])).toEqual(
    [2, 4, 13, 18, 19, 20, 25, 26].map((line) => ["name-in-setting", line]),
  );
  expect(problems.at(-1)!.message).toContain("backups of its export catalog");
});

it("schema --for refuses what check finds in any stack and no schema can state", async () => {
  const text = `${good}stacks: { dev: {}, prod: { vars: { region: cn-north-1 } } }\nvars: { region: us-east-1 }\n`;
  const spec = text.replace("region: us-east-1 }", 'region: "${vars.region}" }');
  const told = JSON.parse((await run("check -o json", spec)).stdout) as { problems: { message: string }[] };
  expect(told.problems).toMatchObject([{ code: "other-partition" }]);
  expect((await run("schema --for sluice.yaml")).stdout).toContain(
    JSON.stringify(told.problems[0]!.message).slice(1, -1),
  );
  expect(JSON.parse((await run("schema --for sluice.yaml", good)).stdout)).not.toHaveProperty("allOf");
});

it("schema --for is not many times as long where much of one long list is refused", async () => {
  const length = async (files: number) => {
    const include = Array.from({ length: files }, (_, index) => `part-${index}.yaml`);
    await writeFile(inFolder("sluice.yaml"), JSON.stringify({ version: 1, include }));
    return (await run("schema --for sluice.yaml")).stdout.length;
  };
  const [one, some, many] = [await length(1), await length(101), await length(401)];
  expect(many - one).toBeLessThan(5 * (some - one));
});

it("schema --for --to --watch writes the schema again when the spec has other names", async () => {
  const [spec, made] = [inFolder("sluice.yaml"), inFolder("own.json")];
  await writeFile(spec, good);
  const stop = new AbortController();
  const io = memoryIo({ cwd: inFolder(), interrupted: () => stop.signal });
  const watching = runCommandLine("schema --for sluice.yaml --to own.json --watch".split(" "), io);
  const names = async () => await readFile(made, "utf8").catch(() => "");
  while (!(await names()).includes('"audit"')) await setTimeout(20);
  while (!(await names()).includes('"ops"')) {
    await writeFile(spec, good.replace("audit:", 'ops: "222233334444", audit:'));
    await setTimeout(50);
  }
  stop.abort();
  expect(await watching).toBe(0);
  expect((await run("schema --watch")).code).toBe(2);
});

it("check --watch checks again when a file changes that the spec includes", async () => {
  await mkdir(inFolder("teams"));
  const part = inFolder("teams/a.yaml");
  await writeFile(part, 'accounts: { audit: "111122223333" }\n');
  await writeFile(inFolder("sluice.yaml"), "version: 1\ninclude: [teams/a.yaml]\n");
  const stop = new AbortController();
  const io = memoryIo({ cwd: inFolder(), interrupted: () => stop.signal });
  const watching = runCommandLine(["check", "--watch"], io);
  while (!io.stdout().includes("no problems")) await setTimeout(20);
  // Until the watcher is there a change is missed, so it is made again.
  while (!io.stdout().includes("unquoted-account-id")) {
    await writeFile(part, "accounts: { audit: 111122223333 }\n");
    await setTimeout(50);
  }
  stop.abort();
  expect(await watching).toBe(0);
  expect(io.stdout()).toMatch(/teams\/a\.yaml:1:20/);
});
