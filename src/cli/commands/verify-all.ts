import { findBackups } from "../../backup/index.ts";
import type { Check, FoundBackup, ObjectStore, Receipt } from "../../backup/index.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { tableLines } from "../terminal/table-lines.ts";

/** What was found of one backup of many. */
interface Outcome {
  location: string;
  state: State;
  /** Each a sentence. */
  problems: string[];
  /** Absent where it could not be looked at. */
  check?: Check;
}

/** The worst first. */
const states = ["not whole", "not known", "unfinished", "whole"] as const;
type State = (typeof states)[number];

/** Looks at a backup that lies in this folder. */
export type Look = (receipt: Receipt, location: string) => Promise<Check>;

/**
 * Verifies every backup below an address, one after another, and prints the worst first. One that cannot be looked at stops none.
 * @returns the exit code: 1 where one is not whole, 3 where one is not known
 */
export async function verifyAll(
  store: ObjectStore,
  below: string,
  look: Look,
  output: string,
  io: Io,
): Promise<number> {
  const signal = io.interrupted();
  const found = await findBackups(store, below, signal);
  if (found.length === 0) throw new CommandError(Exit.wrong, `There are no backups below ${below}.`);
  const outcomes: Outcome[] = [];
  for (const backup of found) {
    signal.throwIfAborted();
    outcomes.push(await outcomeOf(backup, look));
  }
  const sorted = outcomes.toSorted((a, b) => states.indexOf(a.state) - states.indexOf(b.state));
  if (output === "json") io.out.line(JSON.stringify(sorted, undefined, 2));
  else print(sorted, io);
  const has = (state: State) => sorted.some((outcome) => outcome.state === state);
  return has("not whole") ? Exit.failed : has("not known") ? Exit.credentials : Exit.done;
}

async function outcomeOf(
  { location, receipt, problem, isPublished, isPartlyDeleted }: FoundBackup,
  look: Look,
): Promise<Outcome> {
  if (problem !== undefined) {
    return { location, state: "not whole", problems: [`${problem} Move the folder away, or restore its receipt.`] };
  }
  if (isPublished) return { location, state: "not whole", problems: [unsigned] };
  if (isPartlyDeleted) return { location, state: "not whole", problems: [partlyDeleted] };
  if (!receipt) return { location, state: "unfinished", problems: ["No receipt was given: run the backup again."] };
  try {
    const check = await look(receipt, location);
    return { location, state: check.ok ? "whole" : "not whole", problems: check.problems, check };
  } catch (error) {
    return { location, state: "not known", problems: [`Could not look at it: ${(error as Error).message}`] };
  }
}

const partlyDeleted =
  "Its receipt is there and its metadata file is not: a deletion was broken off, and `sluice backup prune --yes` goes on with it where it has expired; or " +
  "somebody else deleted that file.";

const unsigned =
  "Its metadata is there and its receipt is not: it was deleted, or a run ended right before it. What the copy has to hold is not known. While its " +
  "table is there, run the backup again; where the table is gone, this may be its only copy: bring back an earlier version of receipt.json, and delete nothing.";

function print(outcomes: Outcome[], io: Io): void {
  const rows = outcomes.map(({ state, check, location }) => [
    state,
    check?.ok ? String(check.rows ?? "not counted") : "",
    check?.ok ? `held against its ${check.against === "source" ? "table" : "receipt"}` : "",
    location,
  ]);
  for (const line of tableLines([["state", "rows", "how", "lies at"], ...rows])) io.out.line(line);
  for (const { location, problems } of outcomes) {
    for (const problem of problems) io.out.line(`${location}: ${problem}`);
  }
}
