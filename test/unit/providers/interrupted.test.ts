import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { interruptedCreate } from "../../../providers/interrupted.ts";

const urn = "urn:pulumi:prod::acme::sluice:index:ResourceDataSync::inventory";
const inputs = { account: "111122223333", region: "us-east-1", syncName: "inventory" };
const create = { type: "creating", resource: { urn, inputs } };
const folder = mkdtempSync(path.join(tmpdir(), "pulumi-"));
const state = path.join(folder, "state.json");
// Stands for the CLI: prints the state as it is when it is asked.
writeFileSync(path.join(folder, "pulumi"), `#!/bin/sh\ncat "${state}"\n`, { mode: 0o755 });

beforeEach(() => {
  vi.stubEnv("SLUICE_INTERRUPTED", undefined);
  vi.stubEnv("PATH", `${folder}${path.delimiter}${process.env["PATH"]}`);
});

const pending = (...operations: object[]) =>
  writeFileSync(state, JSON.stringify({ deployment: { pending_operations: operations } }));

test("a create beside the one under way is interrupted, also where an earlier look came before the own one", async () => {
  pending(create);
  expect(await interruptedCreate(urn, inputs)).toBeUndefined();
  pending(create, create);
  expect(await interruptedCreate(urn, inputs)).toEqual({});
});

test.each(["account", "region", "syncName"])("an interrupted create with another %s is no ground", async (member) => {
  const other = { ...create, resource: { urn: `${urn}2`, inputs: { ...inputs, [member]: "other" } } };
  pending({ ...create, resource: { urn: `${urn}2`, inputs } }, other);
  expect(await interruptedCreate(`${urn}2`, inputs)).toBeUndefined();
});

test("a create that this run is not making anew is interrupted when it is there once", async () => {
  pending(create);
  expect(await interruptedCreate(urn, inputs, { isUnderWay: false })).toEqual({});
  pending();
});
