import { assert, constantFrom, dictionary, jsonValue, oneof, property } from "fast-check";
import { describe, expect, test } from "vitest";

import { canonicalJson } from "../../../../src/engine/model/canonical-json.ts";
import {
  decodeResource,
  encodeResource,
  isWrittenAlike,
  resourceWithCiphertexts,
} from "../../../../src/engine/model/resource-state.ts";
import type { ResourceState } from "../../../../src/engine/model/resource-state.ts";
import { deepEqual, isObject, mapValue, secret, signatureKey } from "../../../../src/engine/model/values.ts";
import { openManager, thing } from "./support.ts";

const everyField =
  `{"urn":"urn:pulumi:dev::lab::t:m:T::a","custom":true,"delete":true,"id":"a-1","type":"t:m:T",` +
  `"inputs":{"10":"x","9":"y","a":{"b":[]},"n":null},"outputs":{"s":{"${signatureKey}":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"v1:IngiCg=="}},` +
  `"parent":"p","protect":true,"taint":true,"external":true,"dependencies":["d"],"initErrors":["e"],"provider":"u::id",` +
  `"propertyDependencies":{"a":[],"b":["d"]},"pendingReplacement":true,"additionalSecretOutputs":["s"],"aliases":["o"],` +
  `"customTimeouts":{"create":60,"update":1.5,"delete":2,"read":3},"importID":"i","retainOnDelete":true,"deletedWith":"w","replaceWith":["r"],` +
  `"created":"2026-11-22T16:28:35.042667471Z","modified":"2026-11-22T16:28:36Z","sourcePosition":"project:///a.mjs#1,2",` +
  `"stackTrace":[{"sourcePosition":"project:///a.mjs#1,2"}],"ignoreChanges":["x"],"hideDiff":[["a",0]],"replaceOnChanges":["*"],` +
  `"replacementTrigger":1,"refreshBeforeUpdate":true,"viewOf":"v","resourceHooks":{"before-create":["h"]},"extensionRef":"x","snippetID":"y",` +
  `"aNewField":{"kept":1}}`;

describe("a resource in the checkpoint", () => {
  test("is written with every field, in Pulumi's order, as it was read", () => {
    expect(encodeResource(resourceWithCiphertexts(JSON.parse(everyField)), openManager)).toBe(everyField);
  });

  test("is decoded and encoded to the same text when the ciphertext is", () => {
    const text = everyField.replace("v1:IngiCg==", openManager.encrypt(`"x"`));
    expect(encodeResource(decodeResource(JSON.parse(text), openManager), openManager)).toBe(text);
  });

  test("leaves out what is empty or false, but not urn, custom and type", () => {
    const state = {
      urn: "u",
      custom: false,
      type: "t",
      inputs: {},
      outputs: {},
      protect: false,
      dependencies: [],
      id: "",
    };
    expect(encodeResource({ ...state, customTimeouts: {} }, openManager)).toBe(`{"urn":"u","custom":false,"type":"t"}`);
  });

  test("has its map keys in the order of their text, numbers too", () => {
    expect(encodeResource(thing("a", { inputs: { b: 1, "9": 2, "10": 3 } }), openManager)).toContain(
      `"inputs":{"10":3,"9":2,"b":1}`,
    );
  });

  test("keeps any value, secrets at any depth included", () => {
    // Each array becomes a secret, so that secrets lie in objects, in arrays and in secrets.
    const marked = (json: unknown): unknown =>
      Array.isArray(json)
        ? secret(json.map(marked))
        : isObject(json)
          ? Object.fromEntries(Object.entries(json).map(([key, item]) => [key, marked(item)]))
          : json;
    const value = jsonValue({ maxDepth: 3 }).map(marked);
    assert(
      property(dictionary(constantFrom("a", "b", "s"), value), (inputs) => {
        const state = thing("a", { inputs });
        const text = encodeResource(state, openManager);
        const decoded = decodeResource(JSON.parse(text), openManager);
        expect(canonicalJson(decoded.inputs)).toBe(canonicalJson(inputs));
        expect(encodeResource(decoded, openManager)).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  test("is told to be written alike exactly where its text is the same", () => {
    const open = { encrypt: (text: string) => text };
    const value = oneof(jsonValue({ maxDepth: 2 }), constantFrom(secret("x"), secret("y"), undefined, 0, -0));
    const field = constantFrom("inputs", "dependencies", "customTimeouts", "protect", "others", "id");
    assert(
      property(field, value, value, (name, left, right) => {
        const [one, other] = [left, right].map((each) => {
          const isSettings = name === "inputs" || name === "others";
          return { ...thing("a"), [name]: isSettings ? { b: each, a: 1 } : each } as ResourceState;
        });
        const isSame = encodeResource(one!, open) === encodeResource(other!, open);
        expect(isWrittenAlike(one!, other!)).toBe(isSame);
      }),
    );
    const inOrder = thing("a", { inputs: { a: 1, b: secret({ c: [] }) }, dependencies: [] });
    expect(isWrittenAlike(inOrder, thing("a", { inputs: { b: secret({ c: [] }), a: 1 } }))).toBe(true);
  });

  test("keeps a property that is called __proto__", () => {
    const inputs = JSON.parse('{"a":{"__proto__":{"b":1}},"c":[{"__proto__":2}]}');
    const decoded = decodeResource(JSON.parse(encodeResource(thing("a", { inputs }), openManager)), openManager);
    expect(canonicalJson(decoded.inputs)).toBe('{"a":{"__proto__":{"b":1}},"c":[{"__proto__":2}]}');
  });

  test("encrypts what Go's JSON would be, so that a ciphertext of the Pulumi CLI is kept", () => {
    const seen: string[] = [];
    const listening = { encrypt: (text: string) => (seen.push(text), text) };
    encodeResource(thing("a", { inputs: { s: secret({ z: "<&>\u2028", a: secret("in") }) } }), listening);
    expect(seen).toEqual([
      `{"a":{"${signatureKey}":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"\\"in\\""},"z":"\\u003c\\u0026\\u003e\\u2028"}`,
    ]);
  });
});

describe("values", () => {
  test("are the same objects where nothing in them is replaced, and never changed in place", () => {
    const value = { a: [{ b: 1 }], c: { d: 2 } };
    expect(mapValue(value, () => undefined)).toBe(value);
    const mapped = mapValue(value, (node) => (node === 2 ? 3 : undefined)) as typeof value;
    expect([mapped, value]).toEqual([
      { a: [{ b: 1 }], c: { d: 3 } },
      { a: [{ b: 1 }], c: { d: 2 } },
    ]);
    expect(mapped.a).toBe(value.a);
  });

  test("are equal without regard to marks of secrets and the order of keys", () => {
    expect(deepEqual({ a: [secret("x")], b: 1 }, { b: 1, a: ["x"] })).toBe(true);
    expect(deepEqual({ a: [secret("x")] }, { a: [secret("y")] })).toBe(false);
    expect(deepEqual({ a: undefined }, { b: undefined })).toBe(false);
  });
});
