import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { interruptedCreate } from "../../../providers/lifecycle/interrupted.ts";
import { Ownership, SentChange } from "../../../providers/lifecycle/ownership.ts";

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
  expect(await interruptedCreate(urn, inputs)).toEqual({ since: undefined, inputs });
});

test.each(["account", "region", "syncName"])("an interrupted create with another %s is no ground", async (member) => {
  const other = { ...create, resource: { urn: `${urn}2`, inputs: { ...inputs, [member]: "other" } } };
  pending({ ...create, resource: { urn: `${urn}2`, inputs } }, other);
  expect(await interruptedCreate(`${urn}2`, inputs)).toBeUndefined();
});

const at = (hour: number) => `2026-11-26T${hour}:00:00Z`;

test.each([
  ["its stack", [{ urn: "stack", created: at(13) }], undefined],
  [
    "its claim",
    [
      { urn: "stack", created: at(11) },
      { urn: "claim", created: at(13) },
    ],
    undefined,
  ],
  [
    "nothing that it needs",
    [
      { urn: "stack", created: at(11) },
      { urn: "other", created: at(13) },
    ],
    "interrupted",
  ],
  ["what a state without times does not tell", [{ urn: "stack" }], "interrupted"],
] as const)(
  "whether an object that is older than %s can be the work of an interrupted create",
  async (what, resources, ground) => {
    const own = `${urn} ${what}`;
    const interrupted = { type: "creating", resource: { urn: own, inputs, parent: "stack", dependencies: ["claim"] } };
    writeFileSync(state, JSON.stringify({ deployment: { pending_operations: [interrupted, interrupted], resources } }));
    const ownership = new Ownership(false, own, (of) => interruptedCreate(of, inputs));
    expect(await ownership.groundFor(at(12), new SentChange())).toBe(ground);
  },
);

test("a create that this run is not making anew is interrupted when it is there once", async () => {
  pending(create);
  expect(await interruptedCreate(urn, inputs, { isUnderWay: false })).toEqual({ since: undefined, inputs });
  pending();
});

const ownershipAt = (aheadMs = 0) =>
  new Ownership(
    false,
    urn,
    async () => ({ since: at(11), last: at(12) }),
    () => aheadMs,
  );
const dayMs = 86_400_000;

test.each([
  ["before the first begin", at(10), 0, undefined],
  ["between the begins", at(11), 0, "interrupted"],
  ["soon after the last", at(13), 0, "interrupted"],
  ["long after the last: somebody else's", at(15), 0, undefined],
  ["by a clock that was a day ahead, and is", "2026-11-27T13:00:00Z", dayMs, "interrupted"],
  ["by a clock that is a day ahead, and was not", at(13), dayMs, "interrupted"],
  ["a day after, by a clock that is two days ahead: somebody else's", "2026-11-27T13:00:00Z", 2 * dayMs, undefined],
] as const)("an object is an interrupted create's by its time: %s", async (_, createdAt, aheadMs, ground) => {
  expect(await ownershipAt(aheadMs).groundFor(createdAt, new SentChange())).toBe(ground);
});
