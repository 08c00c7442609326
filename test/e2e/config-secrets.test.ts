import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CreateResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { audit, seed, spec } from "../support/acme.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

const externalId = "correct-horse-battery";
const role = `arn:aws:iam::${audit}:role/Guarded`;

let world: TestWorld;
beforeAll(async () => {
  const account = { ...seed.accounts[audit], roles: { Guarded: { externalId } } };
  world = await testWorld({ seed: { ...seed, accounts: { ...seed.accounts, [audit]: account } }, account: audit });
  const main = path.relative(world.folder, path.resolve(import.meta.dirname, "../../dist/src/program.js"));
  const runtime = "runtime: { name: nodejs, options: { typescript: false } }";
  writeFileSync(path.join(world.folder, "Pulumi.yaml"), `name: mine\n${runtime}\nmain: ${main}\n`);
  const { inventory } = spec().syncs;
  const targets = { accounts: ["audit"], regions: ["us-east-1"] };
  await world.writeSpec({
    version: 1,
    accounts: { audit: { id: audit, role, externalId: "${config.external}" } },
    syncs: { inventory: { ...inventory, targets } },
  });
});
afterAll(() => world.close());

const run = (...argv: string[]) => typed(world, [...argv, "--engine", "embedded", "--state", `file://${world.folder}`]);

it("an external id that the stack's configuration lacks is named, with what sets it", async () => {
  const { code, all } = await run("preview");
  expect(code).toBe(2);
  expect(all).toContain("pulumi config set --secret external --stack dev");
});

it("an external id of the stack's configuration opens the role, and stands in neither spec, output nor state", async () => {
  writeFileSync(path.join(world.folder, "Pulumi.dev.yaml"), `config:\n  mine:external: ${externalId}\n`);
  const applied = await run("up", "--yes");
  expect(applied.code, applied.all).toBe(0);
  expect(applied.all).not.toContain(externalId);
  const state = readFileSync(path.join(world.folder, ".pulumi/stacks/mine/dev.json"), "utf8");
  const { resources } = JSON.parse(state).checkpoint.latest;
  const [sync] = resources.filter(({ type }: { type: string }) => type.endsWith("ResourceDataSync"));
  expect(sync.inputs.externalId.ciphertext).toMatch(/^v1:/);
  expect(JSON.stringify(sync)).not.toContain(externalId);
}, 60_000);

it("the program in a process of its own takes the same", async () => {
  const { code, all } = await run("preview", "--isolated", "--expect-no-changes");
  expect(code, all).toBe(0);
}, 60_000);

it("adopt works in that role too, and what it prints has the reference", async () => {
  const S3Destination = { BucketName: "acme-inventory", Region: "us-east-1", SyncFormat: "JsonSerDe" } as const;
  const byHand = { SyncName: "by-hand", SyncType: "SyncToDestination", S3Destination };
  await new SSMClient(world.clientOf(audit)).send(new CreateResourceDataSyncCommand(byHand));
  const { code, out, all } = await run("adopt");
  expect(code, all).toBe(0);
  expect(parse(out)).toMatchObject({
    accounts: { audit: { id: audit, role, externalId: "${config.external}" } },
    syncs: { "by-hand": { adopt: true } },
  });
  expect(all).not.toContain(externalId);
});

it.each([["status"], ["discover"]])("%s looks in that role", async (...argv) => {
  const env = { ...world.env, PULUMI_BACKEND_URL: `file://${world.folder}` };
  const { code, all } = await typed({ ...world, env }, argv);
  expect(code, all).toBe(0);
});

it("a preview that is cancelled while AWS is asked shows no plan", async () => {
  const accounts = { audit: { id: audit, role: `${role}2` } };
  const inventory = { ...spec().syncs.inventory, targets: { accounts: ["audit"], regions: ["us-east-1"] } };
  await world.writeSpec({ version: 1, accounts, syncs: { inventory, second: inventory } });
  await world.forgetCalls();
  const fault = { service: "sts", operation: "AssumeRole", when: "before", error: "stall", times: 20 };
  await fetch(`${world.endpoint}/_emulator/faults`, { method: "POST", body: JSON.stringify([fault]) });
  const stop = new AbortController();
  const argv = ["preview", "--engine", "embedded", "--state", `file://${world.folder}`];
  const running = typed(world, argv, { interrupted: () => stop.signal });
  await vi.waitFor(
    async () => expect((await world.calls()).map(({ operation }) => operation)).toContain("AssumeRole"),
    10_000,
  );
  stop.abort("SIGTERM");
  const { code, all } = await running;
  await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
  expect(code).toBe(8);
  expect(all).toContain("Cancelled while AWS was asked; nothing was changed.");
});
