import { NormalizedSchema } from "@smithy/core/schema";
import { describe, expect, it } from "vitest";
import { fromJson, MistypedValue, sameNames, toJson } from "../../../src/emulator/protocol/json-values.ts";

/** The SDK's schemas of timestamps: with the protocol's default format, and with one of their own. */
const timestamp = NormalizedSchema.of(4);
const dateTime = NormalizedSchema.of(5);
const httpDate = NormalizedSchema.of(6);
const epochSeconds = NormalizedSchema.of(7);
const moment = new Date("2026-03-04T05:06:07.250Z");

describe("timestamps in JSON", () => {
  it("come in as seconds since 1970, with a fraction, or as text, whatever format they have", () => {
    for (const schema of [timestamp, dateTime, httpDate, epochSeconds]) {
      for (const value of [moment.getTime() / 1000, moment.toISOString()]) {
        expect(fromJson(schema, value, "at", sameNames)).toEqual(moment);
      }
    }
    expect(fromJson(timestamp, 0, "at", sameNames)).toEqual(new Date(0));
  });

  it("that are none are refused with the name of the member", () => {
    for (const value of ["yesterday", true, { seconds: 1 }, [1]]) {
      expect(() => fromJson(timestamp, value, "at", sameNames)).toThrow(MistypedValue);
      expect(() => fromJson(timestamp, value, "at", sameNames)).toThrow("'at' must be a timestamp");
    }
  });

  it("go out in the format that the model says, by default as seconds", () => {
    expect(toJson(timestamp, moment, sameNames)).toBe(moment.getTime() / 1000);
    expect(toJson(epochSeconds, moment, sameNames)).toBe(moment.getTime() / 1000);
    expect(toJson(dateTime, moment, sameNames)).toBe("2026-03-04T05:06:07.250Z");
    expect(toJson(httpDate, moment, sameNames)).toBe("Wed, 04 Mar 2026 05:06:07 GMT");
  });
});
