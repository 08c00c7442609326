import * as fc from "fast-check";
import type { Aws } from "./aws.ts";
import { Judge } from "./judge.ts";
import { Line } from "./line.ts";
import type { Cut } from "./line.ts";
import { deeds, Operator } from "./operator.ts";
import type { Deed } from "./operator.ts";
import { Owners, watching } from "./rules.ts";
import { account, domains } from "./seed.ts";
import { Stack } from "./stack.ts";
import type { Outcome } from "./stack.ts";
import { edits, first, sensible, specOf } from "./wanted.ts";
import type { Wanted } from "./wanted.ts";

/** One thing that happens. */
export type Move =
  | { do: "up"; stack: 0 | 1; edit: Partial<Wanted>; taint: readonly string[]; cut: Cut | undefined; thenDay: boolean }
  | { do: "operator"; deed: Deed; domain: string }
  | { do: "restore"; stack: 0 | 1; back: number }
  | { do: "days"; count: number };

// A switch has some 150 calls, most of them of the backup; a first run has 10.
const cut: fc.Arbitrary<Cut | undefined> = fc
  .record({
    isCut: fc.boolean(),
    at: fc.oneof(fc.nat(15), fc.nat(60), fc.integer({ min: 60, max: 170 })),
    when: fc.constantFrom("before" as const, "after" as const),
    how: fc.constantFrom("killed" as const, "refused" as const),
  })
  .map(({ isCut, ...rest }) => (isCut ? rest : undefined));

const stack = fc.constantFrom(0 as const, 0 as const, 0 as const, 1 as const);

const kinds = ["ResourceDataSync", "AssetTable", "DataExportConfiguration"];
const taint: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 7, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.subarray(kinds) },
);

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant("up" as const), stack, edit: edits, taint, cut, thenDay: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("operator" as const),
      deed: fc.constantFrom(...deeds),
      domain: fc.constantFrom(...domains),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("restore" as const), stack, back: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("days" as const), count: fc.integer({ min: 1, max: 3 }) }) },
);

/** Small values are no simpler here, so all are equally likely. */
export const moves = fc.noBias(fc.array(move, { minLength: 3, maxLength: 8, size: "max" }));

const dayMs = 86_400_000;
const rowsADay = 2;

/** What the runs of a campaign came to, to see that it tries what it is for. */
export class Tally extends Map<string, number> {
  add(what: string): void {
    this.set(what, (this.get(what) ?? 0) + 1);
  }
}

/** An account, two stacks that manage it, and somebody in its console. */
export class Game {
  readonly #aws: Aws;
  readonly #judge: Judge;
  readonly #operator: Operator;
  readonly #owners = new Owners();
  readonly #stacks: readonly Stack[];
  readonly #wanted: Wanted[] = [first, { ...first, sync: undefined }];
  /** By stack. What a state never heard of, or has forgotten, is not spent to it. */
  readonly #spent = [new Set<string>(), new Set<string>()];
  /** The stacks whose state may be behind AWS: others have acted there, or it is an old one. */
  readonly #behind = new Set<number>();
  /** Whose state has, or had, resources that are to be replaced whatever the spec says. */
  readonly #tainted = new Set<Stack>();
  readonly #tally: Tally;
  readonly #story: string[] = [];
  #now = Date.now();
  #broken: string[] = [];

  private constructor(aws: Aws, stacks: readonly Stack[], tally: Tally) {
    this.#aws = aws;
    this.#judge = new Judge(aws.endpoint);
    this.#operator = new Operator(aws.endpoint, this.#judge);
    this.#stacks = stacks;
    this.#tally = tally;
  }

  /** Plays the moves on a new account that has exported for two days. @throws at the first thing that must not be */
  static async play(aws: Aws, moves: readonly Move[], tally = new Tally()): Promise<void> {
    await aws.reset();
    const game = new Game(aws, [await Stack.open("one"), await Stack.open("two")], tally);
    try {
      await game.#make({ do: "up", stack: 0, edit: {}, taint: [], cut: undefined, thenDay: true });
      for (const move of moves) await game.#make(move);
    } finally {
      for (const each of game.#stacks) await each.close();
    }
  }

  async #make(move: Move): Promise<void> {
    this.#story.push(JSON.stringify(move));
    switch (move.do) {
      case "up": {
        const outcome = await this.#up(move);
        // A copy of this very version is there for the next run, be it whole or not, unless a day passes.
        if (outcome === "succeeded" || move.thenDay) await this.#days(1);
        break;
      }
      case "restore":
        await this.#stacks[move.stack]!.restore(move.back);
        this.#spent[move.stack]!.clear();
        this.#behind.add(move.stack);
        break;
      case "operator":
        await this.#operator.act(move.deed, move.domain);
        this.#behind.add(0).add(1);
        if (move.deed === "start" || move.deed === "replace") await this.#days(1);
        break;
      case "days":
        await this.#days(move.count);
    }
    const lost = await this.#judge.lost();
    if (lost.length > 0) this.#broken.push(`${lost.length} rows are lost: ${lost[0]}`);
    if (this.#broken.length > 0) throw new Error([...this.#broken, ...this.#story].join("\n"));
  }

  async #up({ stack: index, edit, taint, cut: at }: Move & { do: "up" }): Promise<Outcome> {
    const stack = this.#stacks[index]!;
    const wanted = sensible({ ...this.#wanted[index]!, ...edit });
    this.#wanted[index] = wanted;
    const pending = await stack.isCreating();
    if (taint.length > 0) {
      await stack.taint(...taint);
      this.#tainted.add(stack);
    }
    const line = await Line.open(this.#aws.endpoint, at, (call, done) => onCall(call, done));
    const onCall = watching({
      judge: this.#judge,
      owners: this.#owners,
      stack: stack.name,
      wanted,
      isTainted: this.#tainted.has(stack),
      spent: this.#spent[index]!,
      now: () => Math.floor(this.#now / dayMs),
      broken: (what) => this.#broken.push(what),
      note: (what) => this.#tally.add(what),
    });
    let outcome: Outcome;
    try {
      outcome = await stack.up(specOf(wanted), line, account);
      this.#tally.add(outcome);
      this.#story.push(`  ${outcome}: ${stack.said.split("\n").slice(0, 3).join(" ")}`);
    } finally {
      line.close();
    }
    if (outcome === "killed" || !wanted.hasExport) this.#spent[index]!.clear();
    this.#behind.add(1 - index);
    if (outcome === "succeeded" && !this.#behind.has(index)) await this.#assertExporting(wanted);
    await this.#noteOwned(stack, wanted.adopt || pending);
    return outcome;
  }

  /** Forward or back, killed before or not: a run that succeeds has brought what is wanted, and nothing else is left. */
  async #assertExporting({ hasExport, domain }: Wanted): Promise<void> {
    const present = (await this.#judge.configurations()).map((each) => each.domain);
    const expected = hasExport ? [domain] : [];
    if (present.join() !== expected.join())
      this.#broken.push(
        `a run succeeded, and exports of ${present.join() || "nothing"} are there, not of ${expected.join() || "nothing"}`,
      );
    this.#tally.add("reached");
  }

  /** What a stack records as its own it has made, or was told to take over. */
  async #noteOwned(stack: Stack, mayTakeOver: boolean): Promise<void> {
    const present = await this.#judge.configurations();
    for (const { type, outputs } of await stack.recorded()) {
      if (!type.endsWith(":DataExportConfiguration") || outputs?.["createdAt"] === undefined) continue;
      const createdAt = String(outputs["createdAt"]);
      if (this.#owners.has(createdAt, stack.name) || !present.some((each) => each.createdAt === createdAt)) continue;
      if (!mayTakeOver) this.#broken.push(`${stack.name} took over an export that it did not make`);
      this.#owners.add(createdAt, stack.name);
    }
  }

  /** Objects that are made one after the other differ in their times of creation. */
  async #days(count: number): Promise<void> {
    for (let day = 0; day < count; day++) {
      this.#now = await this.#aws.advance(1, rowsADay);
      await this.#judge.noteDays(Math.floor(this.#now / dayMs));
    }
  }
}
