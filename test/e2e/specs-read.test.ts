import { afterEach, expect, it } from "vitest";
import { audit, seed, spec } from "../support/acme.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";
import { testProgram } from "../support/program.ts";
import type { TestProgram } from "../support/program.ts";
import { typed } from "../support/typed.ts";

let world: EmulatorWorld;
let program: TestProgram;
let environment: NodeJS.ProcessEnv;
afterEach(async () => {
  await program.close();
  await world.close();
});

const document = (prefix: string) => {
  const { syncs, ...rest } = spec({ prefix });
  return JSON.stringify({ ...rest, exports: {}, syncs: { [`inventory-${prefix}`]: syncs.inventory } });
};

/** A project whose program is this, with two specs. */
async function start(text: string): Promise<void> {
  world = await emulatorWorld(seed);
  environment = world.environmentOf(audit);
  program = await testProgram({
    engine: "embedded",
    env: environment,
    files: {
      "package.json": JSON.stringify({ type: "module" }),
      "index.js": `import { fromSpec, Sluice } from "sluice"; ${text}`,
      "sluice.yaml": document("one"),
      "other.yaml": document("two"),
    },
  });
}

const run = (...words: string[]) =>
  typed({ folder: program.folder, env: environment }, [
    ...words,
    "--engine",
    "embedded",
    "--state",
    `file://${program.folder}`,
  ]);

it.each([
  ["fromSpec", 'await fromSpec("sluice.yaml");'],
  ["the component", 'new Sluice("fleet", { spec: "sluice.yaml" });'],
])("a plan of another spec than the program reads by %s is refused, with both", async (_by, text) => {
  await start(text);
  for (const words of [["preview"], ["up", "--yes"]]) {
    const { code, err } = await run(...words, "--spec", "other.yaml");
    expect(code, err).toBe(2);
    expect(err).toContain(
      "The project's program reads sluice.yaml, and not other.yaml; nothing was planned.\nGive --spec sluice.yaml",
    );
  }
  expect(await world.calls()).toEqual([]);
  const { code, err } = await run("preview");
  expect(code, err).toBe(0);
});

it("a program may read several specs of which one is named", async () => {
  await start('await fromSpec("sluice.yaml"); await fromSpec("other.yaml");');
  const { code, out, err } = await run("preview", "--spec", "other.yaml", "-o", "json", "--no-preflight");
  expect(code, err).toBe(0);
  expect(out).toContain("inventory-one");
});

it("a program may read the spec that --spec names", async () => {
  await start('await fromSpec(process.env.SLUICE_SPEC ?? "sluice.yaml");');
  const { code, out, err } = await run("preview", "--spec", "other.yaml", "-o", "json");
  expect(code, err).toBe(0);
  expect(out).toContain("inventory-two");
  expect(out).not.toContain("inventory-one");
});
