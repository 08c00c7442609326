import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EngineEvent } from "../../../../src/engine/events/events.ts";
import { hideSecrets } from "../../../../src/engine/events/hidden-texts.ts";
import { Reporter } from "../../../../src/engine/events/reporter.ts";
import { recorded } from "../states.ts";

describe("The secrets of the configuration", () => {
  test("are not told, wherever they occur, as text or within JSON", () => {
    const hide = hideSecrets(["hush", `a "b"`]);
    expect(hide({ a: ["say hush.hush"], b: JSON.stringify(`a "b"`), hush: 1 })).toEqual({
      a: ["say [secret].[secret]"],
      b: `"[secret]"`,
      hush: 1,
    });
  });

  test("are told where they are too short, or a mere yes or no", () => {
    expect(hideSecrets(["ab", "True"])("True ab")).toBe("True ab");
    expect(hideSecrets([])("any")).toBe("any");
  });

  test("are found as they are written, not as patterns", () => {
    expect(hideSecrets(["a.c(1)"])("abc(1) a.c(1)")).toBe("abc(1) [secret]");
  });

  test("are hidden as a whole where one begins, holds or overlaps another", () => {
    expect(hideSecrets(["abc", "abcdefgh"])("the password is abcdefgh, not abc")).toBe(
      "the password is [secret], not [secret]",
    );
    expect(hideSecrets(["def", "abcdefgh"])("-abcdefgh-")).toBe("-[secret]-");
    expect(hideSecrets(["abcdef", "defghi"])("-abcdefghi-")).toBe("-[secret]-");
    expect(hideSecrets(["aba"])("-ababa-aba-")).toBe("-[secret]-[secret]-");
  });

  test("leave nothing of themselves in any text, and nothing else is taken out of it", () => {
    // No letter of "[secret]", so that what stands in for one is never one.
    const letters = fc.string({ unit: fc.constantFrom("a", "b", '"'), minLength: 3, maxLength: 6 });
    const texts = fc.array(fc.oneof(letters, fc.constantFrom("-", "a", "\n")), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 4 }), texts, (secrets, parts) => {
        const text = parts.join("");
        const pieces = hideSecrets(secrets)(text).split("[secret]");
        for (const secret of secrets) for (const piece of pieces) expect(piece).not.toContain(secret);
        // Each character that stays belongs to no occurrence of a secret, and each that goes belongs to one.
        const isSecret = Array.from(text, (_, at) =>
          secrets.some((secret) =>
            Array.from(secret, (_, before) => at - before).some(
              (start) => start >= 0 && text.startsWith(secret, start),
            ),
          ),
        );
        const escaped = secrets.some((secret) => JSON.stringify(secret).slice(1, -1) !== secret);
        if (!escaped) expect(pieces.join("")).toBe([...text].filter((_, at) => !isSecret[at]).join(""));
      }),
    );
  });

  test("stay out of messages and of what steps show, and names stay names", () => {
    const events: EngineEvent[] = [];
    const reporter = new Reporter((event) => events.push(event), "up", hideSecrets(["hush"]));
    const state = recorded("hush", { inputs: { key: "hush" }, outputs: { at: "https://hush@host" } });
    reporter.error("no access with hush", state.urn);
    reporter.stepBegins({ operation: "create", new: state });
    expect(reporter.diagnostics[0]?.message).toBe("no access with [secret]\n");
    expect(events[1]?.resourcePreEvent?.metadata).toMatchObject({
      urn: state.urn,
      new: { inputs: { key: "[secret]" }, outputs: { at: "https://[secret]@host" } },
    });
  });
});
