import { createHash } from "node:crypto";

import { describe, expect, test } from "vitest";

import { checkpointText, parseCheckpoint } from "../../../../src/engine/state/checkpoint.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const state = (latest: object | undefined, version: unknown = 3, more: object = {}) =>
  JSON.stringify({ version, ...more, checkpoint: { stack: "organization/lab/dev", latest } });
const one = [{ urn: "u", custom: false, type: "t" }];

describe("a checkpoint is accepted", () => {
  test.each([
    ["without a manifest", state({ resources: one })],
    ["with a manifest of a time only", state({ manifest: { time: "2026-01-01T00:00:00Z" }, resources: one })],
    ["with an empty magic and version", state({ manifest: { magic: "", version: "" }, resources: one })],
    ["by another writer", state({ manifest: { magic: sha256("other 1"), version: "other 1" }, resources: one })],
    ["without the stack's name", JSON.stringify({ version: 3, checkpoint: { latest: { resources: one } } })],
    ["of version 4 without features", state({ resources: one }, 4)],
    ["of version 4 with features of this engine", state({ resources: one }, 4, { features: ["replaceWith", "taint"] })],
    ["with unknown fields", state({ resources: one, tomorrow: true }, 3, { more: 1 })],
  ])("%s", (_, text) => {
    expect(parseCheckpoint(text, "dev.json").resources).toEqual(one);
  });

  test("as that of an empty stack, if there is no file or no latest deployment", () => {
    expect(parseCheckpoint(undefined, "dev.json").resources).toEqual([]);
    expect(parseCheckpoint(state(undefined), "dev.json").resources).toEqual([]);
  });
});

describe("a checkpoint is refused", () => {
  test.each([
    [
      "when its magic does not belong to its version",
      state({ manifest: { magic: "0", version: "v3" } }),
      /magic cookie mismatch/,
    ],
    ["when it is empty", "", /failed to load checkpoint dev.json: .*JSON/],
    ["when it is cut off", state({}).slice(0, -3), /failed to load checkpoint dev.json/],
    ["when it is not an object", "[]", /not a JSON object/],
    ["without a version, which the CLI takes for an empty stack", JSON.stringify({ checkpoint: {} }), /old version 0/],
    ["of version 2", state({}, 2), /old version 2/],
    ["of version 5", state({}, 5), /unsupported checkpoint version 5/],
    ["with an unknown feature", state({}, 4, { features: ["nonsense"] }), /needs support for .*: nonsense/],
    ["with another secrets provider", state({ secrets_providers: { type: "service" } }), /"service" .*not supported/],
    ["with snippets", state({ snippets: [{}] }), /"snippets"/],
  ])("%s", (_, text, message) => {
    expect(() => parseCheckpoint(text, "dev.json")).toThrow(message);
  });
});

describe("a checkpoint's text", () => {
  const parts = { stack: "organization/lab/dev", resources: [], pending: [], features: [], time: new Date(0) };

  test("is that of a new stack when there is nothing in it", () => {
    expect(checkpointText({ ...parts, salt: "v1:s" })).toBe(
      `{"version":3,"checkpoint":{"stack":"organization/lab/dev","latest":{"manifest":{"time":"1970-01-01T00:00:00.000Z",` +
        `"magic":"${sha256("sluice 1")}","version":"sluice 1"},"secrets_providers":{"type":"passphrase","state":{"salt":"v1:s"}},"metadata":{}}}}`,
    );
  });

  test("names the features that its resources need, as version 4", () => {
    const text = checkpointText({ ...parts, features: ["taint"], resources: [JSON.stringify(one[0])] });
    expect(text).toMatch(/^\{"version":4,"features":\["taint"\],/);
    expect(parseCheckpoint(text, "dev.json").resources).toEqual(one);
  });

  test("has the operations behind the resources", () => {
    const pending = [{ resource: JSON.stringify(one[0]), type: "creating" as const }];
    expect(checkpointText({ ...parts, pending })).toContain(
      `"pending_operations":[{"resource":${JSON.stringify(one[0])},"type":"creating"}],"metadata":{}`,
    );
  });
});
