import { dayMs } from "../world/clock.ts";
import type { CallLog } from "./calls.ts";
import type { Faults } from "./faults.ts";
import { exportDay } from "../services/datazone/daily-export.ts";
import type { Answer, IncomingCall } from "../protocol/protocol.ts";
import { ControlError } from "../world/quirks.ts";
import type { QuirkChoices } from "../world/quirks.ts";
import type { SeededWorld } from "../world/seeded-world.ts";

const controlPrefix = "_emulator";

/** Returns whether a request is for the control plane and not for AWS. */
export function isControl(call: IncomingCall): boolean {
  return call.path[0] === controlPrefix;
}

/** The control plane: JSON over HTTP, outside any path of AWS's. */
export class Control {
  readonly #routes: Record<string, (body: unknown) => unknown>;
  readonly #calls: CallLog;

  constructor(world: SeededWorld, quirks: QuirkChoices, calls: CallLog, faults: Faults) {
    this.#calls = calls;
    this.#routes = {
      "GET calls": () => calls.list(),
      "DELETE calls": () => calls.clear(),
      "GET faults": () => faults.list(),
      "POST faults": async (rules) => faults.add((await import("./fault-rules.ts")).parseFaultRules(rules)),
      "DELETE faults": () => faults.clear(),
      "GET quirks": () => quirks.list(),
      "POST quirks": (chosen) => quirks.choose(asObject(chosen)),
      "POST advance": (step) => advance(world, asObject(step)),
      "GET state": () => world.describe(),
      "POST reset": () => {
        world.reset();
        quirks.reset();
        calls.clear();
        faults.clear();
      },
    };
  }

  async answer(call: IncomingCall): Promise<Answer> {
    const foreignOrigin = foreignOriginOf(call);
    if (foreignOrigin !== undefined) {
      return jsonAnswer(403, { message: `Control answers only programs on this machine, and not ${foreignOrigin}.` });
    }
    const name = `${call.method} ${call.path.slice(1).join("/")}`;
    const route = this.#routes[name];
    if (route === undefined) {
      const known = Object.keys(this.#routes).map((each) => each.replace(" ", ` /${controlPrefix}/`));
      return jsonAnswer(404, {
        message: `There is no ${call.method} /${call.path.join("/")}. There are: ${known.join(", ")}.`,
      });
    }
    try {
      const text = (await call.body()).toString("utf8");
      const answer = jsonAnswer(200, (await route(text === "" ? undefined : parseJson(text))) ?? {});
      const forgotten = this.#calls.forgotten;
      if (forgotten > 0) answer.headers["x-emulator-calls-forgotten"] = String(forgotten);
      return answer;
    } catch (error) {
      if (error instanceof ControlError) return jsonAnswer(400, { message: error.message });
      console.error(`[emulator] ${name}:`, error);
      return jsonAnswer(500, { message: String(error) });
    }
  }
}

/**
 * Returns what shows that a request is not from a program that was told the emulator's address: a host that only resolves
 * to this machine, as a rebound name does, or a web page's origin.
 */
function foreignOriginOf({ headers }: IncomingCall): string | undefined {
  const { host = "", origin } = headers;
  if (!isLoopback(host)) return `host ${host}`;
  return origin === undefined || origin === `http://${host}` ? undefined : `origin ${origin}`;
}

function isLoopback(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|\[::1\]|([a-z0-9-]+\.)*localhost)(:\d+)?$/i.test(host);
}

/** Returns an answer as no service's protocol gives it. */
export function jsonAnswer(status: number, document: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(document) };
}

/** Moves the clock day by day; each enabled export appends its snapshot. */
async function advance(world: SeededWorld, { days = 1, assets = 20 }: Record<string, unknown>): Promise<unknown> {
  if (!isCount(days) || !isCount(assets)) {
    throw new ControlError('Advance takes {"days": n, "assets": m}, both whole numbers of zero or more.');
  }
  for (let day = 0; day < days; day++) {
    world.clock.advance(dayMs);
    await exportDay(world, assets);
  }
  return { now: world.clock.now().toISOString() };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ControlError("The body must be a JSON object.");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError("The body is not JSON.");
  }
}
