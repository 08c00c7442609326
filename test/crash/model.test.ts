import * as fc from "fast-check";
import { afterAll, expect, it, vi } from "vitest";
import { Aws } from "./model/aws.ts";
import { Game, moves, Tally } from "./model/game.ts";
import { seed } from "./model/seed.ts";

/** `SLUICE_MODEL=500` plays so many sequences; `SLUICE_MODEL_SEED` others than those of every day. */
const sequences = Number(process.env["SLUICE_MODEL"] ?? 8);
const start = Number(process.env["SLUICE_MODEL_SEED"] ?? 20_261_125);

const aws = await Aws.start(seed);
afterAll(() => aws.close());

// What the providers warn of belongs to the sequences.
vi.spyOn(console, "warn").mockImplementation(() => {});

it("no sequence of edits, runs, kills, other people, old states and second stacks loses a row that nobody gave up, or takes what no spec gave up", async () => {
  const tally = new Tally();
  const property = fc.asyncProperty(moves, (each) => Game.play(aws, each, tally));
  await fc.assert(property, { numRuns: sequences, seed: start });
  // It tries what it is for.
  expect(Object.fromEntries(tally)).toMatchObject({
    killed: expect.any(Number),
    stopped: expect.any(Number),
    dropped: expect.any(Number),
  });
}, 3_600_000);
