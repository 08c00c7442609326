import { describe, expect, test } from "vitest";
import {
  changedKeys,
  propertiesForProvider,
  propertiesFromProgram,
  markSecrets,
  sameValue,
} from "../../../../src/engine/model/struct.ts";
import {
  outputSignature,
  resourceSignature,
  secret,
  signatureKey,
  unknownText,
} from "../../../../src/engine/model/values.ts";

describe("Values on their way", () => {
  test("an output value becomes its value, a secret or an unknown", () => {
    const given = {
      a: { [signatureKey]: outputSignature, value: 1 },
      b: { [signatureKey]: outputSignature, value: 1, secret: true },
      c: [{ [signatureKey]: outputSignature }],
    };
    expect(propertiesFromProgram(given)).toEqual({ a: 1, b: secret(1), c: [unknownText] });
  });

  test("a provider gets no marks", () => {
    const given = {
      a: secret({ x: secret(1) }),
      b: { [signatureKey]: resourceSignature, urn: "u", id: "i" },
      c: { [signatureKey]: resourceSignature, urn: "u" },
    };
    expect(propertiesForProvider(given, "keep")).toEqual({ a: { x: 1 }, b: "i", c: "u" });
  });

  test("a provider gets unknowns only where it may", () => {
    const given = { a: unknownText, b: { c: unknownText, d: 1 } };
    expect(propertiesForProvider(given, "keep")).toEqual(given);
    expect(propertiesForProvider(given, "drop")).toEqual({ b: { d: 1 } });
  });

  test("an output is secret where its input is or holds a secret", () => {
    const inputs = { a: secret(1), b: [secret(1)], c: { x: secret(1), y: 1 } };
    expect(markSecrets({ a: 1, b: [1], c: { x: 1, y: 1 }, d: 1 }, inputs)).toEqual({
      a: secret(1),
      b: secret([1]),
      c: { x: secret(1), y: 1 },
      d: 1,
    });
  });

  test("a secret differs from its bare value, but is no change of it", () => {
    expect(sameValue({ a: secret(1) }, { a: 1 })).toBe(false);
    expect(changedKeys({ a: secret(1), b: 1 }, { a: 1, b: 2 })).toEqual(["b"]);
  });

  test("the order of keys does not count, that of items does", () => {
    expect(sameValue({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(sameValue([1, 2], [2, 1])).toBe(false);
  });
});
