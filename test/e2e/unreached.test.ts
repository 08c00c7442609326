import { afterEach, beforeEach, expect, it } from "vitest";
import type { Plan } from "../../src/preview/index.ts";
import { audit, seed, spec } from "../support/acme.ts";
import { typed, typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await typedWorld({ seed, account: audit });
  await world.writeSpec(spec());
});
afterEach(() => world.close());

const alone = (verb: string, ...args: string[]) =>
  typed({ folder: world.folder, env: { ...world.env, AWS_ENDPOINT_URL: "http://127.0.0.1:9" } }, [
    ...world.argvOf(verb, args),
  ]);

it("a plan for which nobody of AWS's can be reached has failed, and says that it may be made without asking", async () => {
  const { code, out } = await alone("preview", "-o", "json");
  expect(code, out).toBe(1);
  const { result, changes, diagnostics, preflight } = JSON.parse(out) as Plan;
  expect(result).toBe("failed");
  expect(changes.length).toBeGreaterThan(0);
  expect(diagnostics[0]).toMatchObject({
    severity: "error",
    message: expect.stringMatching(/^AWS could not be reached/),
  });
  expect(preflight.findings).not.toEqual([]);
  expect(preflight.findings.every(({ code: found }) => found === "unknown")).toBe(true);
  expect(Object.keys(preflight)).toEqual(["asked", "calls", "findings", "tables"]);
  const applied = await alone("up", "--yes");
  expect(applied.code, applied.all).toBe(1);
  expect(applied.all).toMatch(/`--no-preflight` plans without asking AWS/);
  expect((await alone("preview", "--no-preflight")).code).toBe(0);
});
