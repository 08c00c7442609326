import { expect, it } from "vitest";
import { error, operation, schemasOf, structure } from "../../../src/emulator/protocol/smithy-schema.ts";

class ExampleClient {
  readonly config = {
    protocol: { getShapeId: () => "aws.protocols#restXml" },
    protocolSettings: { xmlNamespace: "ns" },
  };
}
const input = structure("ns", "In", { Name: "text" });
const output = structure("ns", "Out", {});

it("the schemas of a client are its operations and errors", () => {
  const client = {
    ExampleClient,
    Get$: operation("ns", "Get", { http: ["GET", "/{Name}", 200], input, output }),
    Gone$: error("ns", "Gone", 410),
  };
  const { operations, errors, protocol, xmlNamespace } = schemasOf(client);
  expect([protocol, xmlNamespace]).toEqual(["aws.protocols#restXml", "ns"]);
  expect(operations).toMatchObject([{ name: "Get", http: ["GET", "/{Name}", 200] }]);
  expect([...operations[0]!.input!.structIterator()].map(([name]) => name)).toEqual(["Name"]);
  expect(errors).toEqual([{ name: "Gone", traits: { error: "client", httpError: 410 }, members: ["message"] }]);
});

it.each([
  ["no schemas", {}],
  ["other schemas", { Get$: { kind: "operation", name: "Get" } }],
  ["operations without a name", { Get$: [9, "ns", { name: "Get" }] }],
])("a client with %s is told to be one of another SDK", (_what, schemas) => {
  expect(() => schemasOf({ ExampleClient, ...schemas })).toThrow(
    /does not know the schemas of the installed @smithy\/core.*Install the versions that the lock file of this release names/,
  );
});
