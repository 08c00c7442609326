import { expect, it } from "vitest";
import { diagnosticsOf, withSources } from "../../../src/preview/index.ts";
import type { EngineEvent } from "../../../src/preview/index.ts";
import { compareInputs } from "../../../src/preview/change/properties.ts";
import { declarations, place } from "./fixtures.ts";

const urn = `urn:pulumi:dev::sluice::pulumi-nodejs:dynamic/sluice:AssetTable::${place}`;
const error = "Could not drop the table: AccessDenied: no\nAllow s3tables:DeleteTable.";
const failed: EngineEvent = { diagnosticEvent: { severity: "error", urn, message: error } };
const printed = (message: string): EngineEvent => ({ diagnosticEvent: { severity: "info#err", message } });

it("what a provider host prints of an error that it also answers with is told once", () => {
  const lines = ["Error: Could not drop the table: AccessDenied: no\n", "Allow s3tables:DeleteTable.:\n", "    \n"];
  expect(diagnosticsOf([failed, ...lines.map(printed)])).toEqual([{ severity: "error", message: error, name: place }]);
});

it("what a program prints beside an error stays", () => {
  const messages = diagnosticsOf([printed("looking for accounts\n"), failed]).map(({ message }) => message);
  expect(messages).toEqual([error, "looking for accounts"]);
});

it("a message about a declared resource names its line of the spec; one about the rest names none", () => {
  const about = (name: string) => withSources([{ severity: "error", message: "no", name }], declarations)[0]!.source;
  expect(about(place)).toEqual({ file: "sluice.yaml", line: 31 });
  expect(about("999900001111/us-east-1/gone")).toBeUndefined();
});

it.each([
  ["encryption.kmsKeyArn: must be an ARN", place, "encryption.kmsKey: must be an ARN"],
  ["backupKey: must be an ARN", place, "table.backupKey: must be an ARN"],
  ["encryption.kmsKeyArn: must be an ARN", "999900001111/us-east-1/gone", "encryption.kmsKeyArn: must be an ARN"],
  ["Could not create it: no", place, "Could not create it: no"],
])("an input of what the spec declares is called as the spec calls it: %s of %s", (message, name, told) => {
  expect(withSources([{ severity: "error", message, name }], declarations)[0]!.message).toBe(told);
});

it.each([
  [
    "property s3Destination.region value {<nil>} has a problem: must be a Region",
    "s3Destination.region: must be a Region",
  ],
  ['property region value {"x {y} has"} has a problem: must be a Region', "region: must be a Region"],
  ["property encryption.kmsKeyArn has a problem: must be an ARN", "encryption.kmsKeyArn: must be an ARN"],
])("what a check refuses is told by its name and reason alone: %s", (said, told) => {
  const message = `pulumi-nodejs:dynamic/sluice:AssetTable resource '${place}': ${said}`;
  const events = [{ diagnosticEvent: { severity: "error" as const, urn, message } }];
  expect(diagnosticsOf(events)).toEqual([{ severity: "error", message: told, name: place }]);
});

it("what a check refuses of a whole resource is told by its reason", () => {
  const message = `pulumi-nodejs:dynamic/sluice:AssetTable resource '${place}' has a problem: no`;
  expect(diagnosticsOf([{ diagnosticEvent: { severity: "error", urn, message } }])[0]!.message).toBe("no");
});

it("what is null is not there, on any level", () => {
  const { properties, unchanged } = compareInputs(
    { s3: { region: "us-east-1", prefix: null }, role: null },
    { s3: { region: "us-east-1", prefix: "ssm" } },
  );
  expect(properties).toEqual([{ path: "s3.prefix", after: "ssm", replaces: false }]);
  expect(unchanged).toEqual({ "s3.region": "us-east-1" });
});
