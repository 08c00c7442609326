import { expect, it } from "vitest";
import type { PlannedChange } from "../../../providers/planned-change.ts";
import { unreadableForecast, withExternalId, withRecordedIds } from "../../../src/cli/deploy/external-ids.ts";
import { secret } from "../../../src/engine/index.ts";

const urn = "urn:pulumi:dev::sluice::x::y";
const role = "arn:aws:iam::111122223333:role/Guarded";
const masked = { account: "111122223333", region: "us-east-1", role, externalId: "[secret]" };
const removal: PlannedChange = { type: "ResourceDataSync", urn, desired: masked, isRemoval: true };
const replacement: PlannedChange = {
  type: "ResourceDataSync",
  urn,
  recorded: masked,
  desired: { ...masked, role: "b" },
};
const unasked = [removal, replacement].map((change) => withExternalId(change, undefined, () => undefined));

it.each<[string, unknown]>([
  ["embedded engine", secret("acme")],
  ["Pulumi CLI", { ...secret(undefined), plaintext: JSON.stringify("acme") }],
])("an external id that the state alone has is taken as the %s tells it", async (_engine, externalId) => {
  const recorded = [{ urn, type: "x", inputs: { role, externalId } }];
  const [removed, replaced] = await withRecordedIds(unasked, async () => recorded);
  expect(removed).toEqual({ ...removal, desired: { ...masked, externalId: "acme" } });
  expect(replaced).toMatchObject({ recorded: { externalId: "acme" }, isUnreadable: true });
  expect(replaced).not.toHaveProperty("isUnreadableBefore");
});

it("the state is not read where nothing takes it", async () => {
  const given = [withExternalId(removal, undefined, () => ({ externalId: "acme" }))];
  expect(await withRecordedIds(given, () => Promise.reject(new Error("read")))).toBe(given);
});

it("what nobody can look at is told, of a removal of each kind", async () => {
  const [removed] = await withRecordedIds(unasked, async () => undefined);
  expect(removed).toMatchObject({ isUnreadable: true });
  expect(unreadableForecast(removed!).findings).toMatchObject([
    { code: "unknown", severity: "warning", message: expect.stringContaining(`the external id of ${role}`) },
  ]);
});
