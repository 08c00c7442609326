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
