import { styleText } from "node:util";
import { hasNoAwsObject, kindName, partsOfUrn, signs, stepVerb } from "../../preview/index.ts";
import type { EngineEvent } from "../../preview/index.ts";
import { visibleLine } from "../../spec/index.ts";
import type { Sink } from "../io.ts";
import { phaseLine, rowsOf, slowLines } from "./under-way.ts";
import type { Running } from "./under-way.ts";

/** Tells people what an engine is doing: a line for each finished step, and what is under way below, on a terminal. */
export class LiveProgress {
  readonly #sink: Sink;
  readonly #running = new Map<string, Running>();
  readonly #timer: NodeJS.Timeout;
  readonly #ended = { well: 0, failed: 0 };
  #endedLoggedAt = Date.now();
  #drawn = 0;
  #same = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
    this.#timer = setInterval(() => this.#tick(), sink.live ? 120 : 1_000).unref();
  }

  see({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent }: EngineEvent): void {
    if (resourcePreEvent && !hasNoAwsObject(resourcePreEvent.metadata)) this.#start(resourcePreEvent.metadata);
    if (resOutputsEvent && !hasNoAwsObject(resOutputsEvent.metadata)) this.#end(resOutputsEvent.metadata, "well");
    if (resOpFailedEvent && !hasNoAwsObject(resOpFailedEvent.metadata)) this.#end(resOpFailedEvent.metadata, "failed");
    if (diagnosticEvent?.ephemeral && diagnosticEvent.urn) this.#status(diagnosticEvent.urn, diagnosticEvent.message);
  }

  /** Answers a first Ctrl-C: providers that wait for AWS may take a while to come to an end. */
  stopping(): void {
    this.#print(["  Stopping: what is under way comes to its end and is recorded. A second Ctrl-C ends at once."]);
  }

  /** Clears what is under way. */
  end(): void {
    clearInterval(this.#timer);
    this.#running.clear();
    this.#print(this.#same > 0 ? [`  ${this.#same} unchanged`] : [], "dim");
  }

  #start({ op: action, urn, old }: Step): void {
    const op = action === "delete" && old?.retainOnDelete ? "forget" : action;
    if (!stepSigns[op]) return;
    const { type, name } = partsOfUrn(urn);
    this.#running.set(urn, { op, type, name: visibleLine(name), since: Date.now(), status: "" });
  }

  #end({ op, urn }: Step, how: "well" | "failed"): void {
    if (op === "same") this.#same++;
    const running = this.#running.get(urn);
    this.#running.delete(urn);
    // What was read and is as recorded is told in one sum.
    if (!running || (running.op === "refresh" && how === "well")) return;
    this.#ended[how]++;
    if (this.#ended[how] > mostLines) return;
    const sign = stepSigns[running.op]!;
    const seconds = (Date.now() - running.since) / 1_000;
    const took = seconds >= 1 ? this.#paint("dim", ` ${seconds.toFixed(1)} s`) : "";
    const mark = how === "well" ? this.#paint(colors[sign] ?? "dim", sign) : this.#paint("red", "✗");
    const verb = `${stepVerb({ operation: running.op, type: running.type })}${how === "well" ? "" : " failed"}`;
    this.#print([`  ${mark} ${verb}  ${kindName(running.type)} ${running.name}${took}`]);
  }

  #status(urn: string, message: string): void {
    const running = this.#running.get(urn);
    if (!running) return;
    const before = running.status;
    running.status = visibleLine(message.trim().split("\n").at(-1) ?? "");
    const line = this.#sink.live ? undefined : phaseLine(before, running, Date.now());
    if (line) this.#print([line], "dim");
  }

  #tick(): void {
    const now = Date.now();
    if (this.#sink.live) return this.#print([]);
    const lines = slowLines([...this.#running.values()], now);
    if (this.#ended.well + this.#ended.failed > mostLines && now - this.#endedLoggedAt >= 10_000) {
      this.#endedLoggedAt = now;
      lines.push(this.#sum());
    }
    this.#print(lines, "dim");
  }

  #sum(): string {
    const { well, failed } = this.#ended;
    return `    ${well} done${failed > 0 ? `, ${failed} failed` : ""}, ${this.#running.size} under way`;
  }

  /** Lines that stay, above what is under way. One write, so that nothing flickers. */
  #print(lines: readonly string[], style?: Style): void {
    const stay = lines.map((line) => (style ? this.#paint(style, line) : line));
    if (!this.#sink.live) return stay.forEach((line) => this.#sink.line(line));
    const rows = rowsOf([...this.#running.values()], Date.now(), this.#sink.columns);
    if (rows.length > 0 && this.#ended.well + this.#ended.failed > mostLines) rows.push(this.#sum());
    const up = this.#drawn > 0 ? `\u001B[${this.#drawn}A` : "";
    const all = [...stay, ...rows.map((row) => this.#paint("dim", row))].map((line) => `${line}\u001B[K\n`);
    if (up || all.length > 0) this.#sink.write(`${up}${all.join("")}\u001B[J`);
    this.#drawn = rows.length;
  }

  #paint(style: Style, text: string): string {
    return this.#sink.color ? styleText(style, text, { validateStream: false }) : text;
  }
}

type Style = Parameters<typeof styleText>[0];
type Step = { op: string; urn: string; old?: { retainOnDelete?: boolean } | null };

/** Of a fleet only the first steps that ended well, and the first that failed, get a line of their own. */
const mostLines = 60;

/** Steps worth telling; the others say nothing new, or only mark the middle of a replacement. */
const stepSigns: Record<string, string> = {
  create: signs.create,
  "create-replacement": signs.create,
  update: signs.update,
  delete: signs.delete,
  forget: signs.forget,
  "delete-replaced": signs.delete,
  refresh: "·",
};

const colors: Record<string, Style> = {
  [signs.create]: "green",
  [signs.update]: "yellow",
  [signs.delete]: "red",
};
