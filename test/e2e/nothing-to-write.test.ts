import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { audit, seed, spec } from "../support/acme.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ seed, account: audit });
  await world.writeSpec(spec());
});
afterAll(() => world.close());

const up = async (...args: string[]) => {
  const state = `file://${world.folder}`;
  const ran = await typed(world, ["up", "--engine", "embedded", "--state", state, "--yes", "-o", "json", ...args]);
  expect(ran.code, ran.all).toBe(0);
  return JSON.parse(ran.out) as { result: string; counts: Record<string, number>; exporting: object[] };
};

const file = () => path.join(world.folder, ".pulumi/stacks/sluice/dev.json");
const written = async () => ({ text: await readFile(file(), "utf8"), time: (await stat(file())).mtimeMs });

/** As many events as the program's registrations have, in one run of it. */
const registered = async () => {
  const log = path.join(world.folder, "events.json");
  await up("--events", log);
  return (await readFile(log, "utf8")).split("\n").filter((line) => line.includes('"resourcePreEvent"')).length;
};

it("an unchanged `up` plans once and writes nothing; it says what the run of the engine would say", async () => {
  await up();
  const before = await written();
  const { result, counts } = await up();
  expect({ result, counts }).toEqual({
    result: "succeeded",
    counts: { create: 0, update: 0, replace: 0, delete: 0, same: counts["same"] },
  });
  expect(await written()).toEqual(before);
  // With a file for its events the engine runs, and comes to the same.
  expect(await registered()).toBe(counts["same"]! + 2);
});

it("an operation without an end, which only the state has, is cleared by a run of the engine", async () => {
  const text = JSON.parse((await written()).text);
  const [first] = text.checkpoint.latest.resources.filter(({ custom }: { custom: boolean }) => custom).slice(1);
  text.checkpoint.latest.pending_operations = [{ resource: first, type: "updating" }];
  await writeFile(file(), JSON.stringify(text));
  await up();
  expect(JSON.parse((await written()).text).checkpoint.latest.pending_operations).toBeUndefined();
});
