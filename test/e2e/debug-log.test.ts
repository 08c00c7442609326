import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { catalog, seed, spec } from "../support/acme.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";
import { testProgram } from "../support/program.ts";
import { sluice } from "../support/sluice.ts";

const externalId = "correct-horse-battery";
let emulator: EmulatorWorld;
let folder: string;
let said: string;
let lines: string[];

beforeAll(async () => {
  const account = { ...seed.accounts[catalog], roles: { Exports: { externalId } } };
  emulator = await emulatorWorld({ ...seed, accounts: { ...seed.accounts, [catalog]: account } });
  folder = mkdtempSync(path.join(tmpdir(), "sluice-log-"));
  const { exports } = spec();
  const small = {
    version: 1,
    accounts: { catalog: { id: catalog, role: `arn:aws:iam::${catalog}:role/Exports`, externalId } },
    exports,
  };
  writeFileSync(path.join(folder, "sluice.yaml"), JSON.stringify(small));
  await emulator.fault({
    service: "datazone",
    operation: "PutDataExportConfiguration",
    when: "before",
    error: "ThrottlingException",
  });
  const state = ["--engine", "embedded", "--state", `file://${folder}`];
  const env = {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: "111122223333",
    AWS_SECRET_ACCESS_KEY: "tr0ub4dor",
    AWS_REGION: "us-east-1",
    SLUICE_LOG: "debug",
    // Nothing of this run leaves the machine, so no proxy is asked: neither by AWS's clients nor by the gRPC of engine and program.
    http_proxy: "http://127.0.0.1:9",
    https_proxy: "http://127.0.0.1:9",
  };
  const { code, stderr } = await sluice(["up", "--yes", ...state], { cwd: folder, env });
  expect(code, stderr).toBe(0);
  said = stderr;
  lines = readFileSync(path.join(folder, "sluice-debug.log"), "utf8").split("\n");
});

afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

const about = (words: string) => lines.filter((line) => line.includes(words));

it("SLUICE_LOG=debug is answered with the place of a log that its owner alone can read", () => {
  expect(statSync(path.join(folder, "sluice-debug.log")).mode & 0o777).toBe(0o600);
  expect(said).toContain(`debug log: ${path.join(folder, "sluice-debug.log")}\n`);
});

it("SLUICE_LOG=debug tells each call, with its input and for whom it is made", () => {
  const [call] = about(`DataZone PutDataExportConfiguration ${catalog}/us-east-1 {`);
  expect(call).toMatch(/"domainIdentifier":"dzd_alpha"/);
  expect(call).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z \d+ /);
});

it("it tells each attempt with its answer, retries too", () => {
  const attempts = about(`DataZone PutDataExportConfiguration ${catalog}/us-east-1 answered`);
  expect(attempts).toHaveLength(2);
  expect(attempts[0]).toMatch(/"error":"ThrottlingException".*"status":429.*"ms":\d+/);
  expect(attempts[1]).toMatch(/"status":20\d,"requestId":"[^"]+","ms":\d+/);
});

it("it tells what was decided on a table's place, and from what", () => {
  expect(about("decided on the slot").join()).toMatch(/"holders":\[\].*"decision":\{"act":"claim"\}/);
});

it("the state has the external id encrypted, and AWS is asked with it, before the deployment too", () => {
  const state = readFileSync(path.join(folder, ".pulumi/stacks/sluice/dev.json"), "utf8");
  expect(state).not.toContain(externalId);
  const { resources } = JSON.parse(state).checkpoint.latest;
  const { inputs, outputs } = resources.find(({ type }: { type: string }) => type.endsWith(":AssetTable"));
  for (const { externalId: kept } of [inputs, outputs]) expect(kept.ciphertext).toMatch(/^v1:/);
  expect(about("AssumeRole").join()).not.toContain("AccessDenied");
});

it("it hides external ids and keys", () => {
  expect(about("AssumeRole").join()).toContain('"ExternalId":"[secret]"');
  expect(lines.filter((line) => line.includes(externalId) || line.includes("tr0ub4dor"))).toEqual([]);
});

it("it hides what a program of its own gives, which may be secret, in calls and in parts of it, and names what is worked on", async () => {
  await emulator.reset();
  const env = { AWS_ENDPOINT_URL: emulator.endpoint, AWS_ACCESS_KEY_ID: catalog, AWS_SECRET_ACCESS_KEY: "secret" };
  const settings = `account: "${catalog}", region: "us-east-1"`;
  const program = await testProgram({
    engine: "embedded",
    env: { ...env, AWS_REGION: "us-east-1", SLUICE_LOG: "debug" },
    files: {
      "package.json": JSON.stringify({ type: "module" }),
      "index.js": `import { secret } from "@pulumi/pulumi";
        import { AssetTable, ResourceDataSync } from "sluice";
        const s3Destination = { bucketName: "acme-inventory", region: "us-east-1", prefix: secret("hush-prefix") };
        new ResourceDataSync("one", { ${settings}, syncName: "watched", s3Destination });
        new AssetTable("table", { ${settings}, domain: "dzd_alpha", backup: secret("s3://acme-backups/hush-place") });`,
    },
  });
  try {
    for (const verb of ["up", "refresh", "destroy"] as const) {
      const { code, stderr } = await program.deploy(verb);
      expect(code, stderr).toBe(0);
    }
    const log = readFileSync(path.join(program.folder, "sluice-debug.log"), "utf8");
    expect(log).toMatch(/SSM CreateResourceDataSync .*"SyncName":"watched".*"Prefix":"\[setting\]"/);
    expect(log).toMatch(/delete \d+\/us-east-1\/SyncToDestination\/watched \{/);
    expect(log.split("\n").filter((line) => line.includes("hush"))).toEqual([]);
  } finally {
    await program.close();
  }
});
