import { styleText } from "node:util";
import { holdsNothing, kindOf, partsOfUrn, signs, verbOf, type EngineEvent } from "../../preview/index.ts";
import type { Sink } from "../io.ts";

/** Tells people what an engine is doing: a line for each finished step, and what is under way below, on a terminal. */
export class Progress {
  readonly #sink: Sink;
  readonly #running = new Map<string, Running>();
  readonly #timer: NodeJS.Timeout | undefined;
  #drawn = 0;
  #same = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
    if (sink.live) this.#timer = setInterval(() => this.#redraw(), 120).unref();
  }

  see({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent }: EngineEvent): void {
    if (resourcePreEvent && !holdsNothing(resourcePreEvent.metadata)) this.#start(resourcePreEvent.metadata);
    if (resOutputsEvent && !holdsNothing(resOutputsEvent.metadata)) this.#end(resOutputsEvent.metadata, true);
    if (resOpFailedEvent && !holdsNothing(resOpFailedEvent.metadata)) this.#end(resOpFailedEvent.metadata, false);
    if (diagnosticEvent?.ephemeral && diagnosticEvent.urn) this.#status(diagnosticEvent.urn, diagnosticEvent.message);
  }

  /** Clears what is under way. */
  end(): void {
    clearInterval(this.#timer);
    this.#erase();
    if (this.#same > 0) this.#sink.line(this.#paint("dim", `  ${this.#same} unchanged`));
  }

  #start({ op, urn }: Step): void {
    if (op === "same" || !told[op]) return;
    this.#running.set(urn, { op, ...partsOfUrn(urn), since: Date.now(), status: "", told: Date.now() });
  }

  #end({ op, urn }: Step, well: boolean): void {
    if (op === "same") this.#same++;
    const running = this.#running.get(urn);
    this.#running.delete(urn);
    if (!running) return;
    const sign = told[running.op]!;
    const seconds = (Date.now() - running.since) / 1_000;
    const took = seconds >= 1 ? this.#paint("dim", ` ${seconds.toFixed(1)} s`) : "";
    const mark = well ? this.#paint(colors[sign] ?? "dim", sign) : this.#paint("red", "✗");
    const line = `${mark} ${verbOf({ operation: running.op, type: running.type })}${well ? "" : " failed"}  ${kindOf(running.type)} ${running.name}${took}`;
    this.#erase();
    this.#sink.line(`  ${line}`);
    this.#redraw();
  }

  /** In a log, each phase of work that moves data is worth a line, and the status of other long work now and then. */
  #status(urn: string, message: string): void {
    const running = this.#running.get(urn);
    if (!running) return;
    const phase = phaseOf(running.status);
    running.status = message.trim().split("\n").at(-1) ?? "";
    if (this.#sink.live) return;
    const next = running.type === "AssetTable" && phaseOf(running.status) !== phase;
    if (!next && Date.now() - running.told < 10_000) return;
    running.told = Date.now();
    this.#sink.line(this.#paint("dim", `    ${running.name}  ${next ? phaseOf(running.status) : running.status}`));
  }

  #redraw(): void {
    if (!this.#sink.live) return;
    this.#erase();
    const all = [...this.#running.values()];
    const rows = all.slice(0, most).map(({ op, type, name, since, status }) => {
      const seconds = Math.floor((Date.now() - since) / 1_000);
      return `  ${frames[Math.floor(Date.now() / 120) % frames.length]} ${verbOf({ operation: op, type })}  ${kindOf(type)} ${name}  ${seconds} s  ${status}`;
    });
    if (all.length > most) rows.push(`    and ${all.length - most} more`);
    for (const row of rows) this.#sink.line(this.#paint("dim", row.slice(0, this.#sink.columns - 1)));
    this.#drawn = rows.length;
  }

  #erase(): void {
    if (this.#drawn > 0) this.#sink.write(`\u001B[${this.#drawn}A\u001B[J`);
    this.#drawn = 0;
  }

  #paint(style: Parameters<typeof styleText>[0], text: string): string {
    return this.#sink.color ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** `backup, copying: 3 of 40 files` is in the phase `backup, copying`. */
const phaseOf = (status: string): string => status.split(":")[0]!;

type Step = { op: string; urn: string };

interface Running {
  op: string;
  type: string;
  name: string;
  since: number;
  status: string;
  /** When a log last had a line of it. */
  told: number;
}

/** Rows of a terminal that what is under way may take. */
const most = 8;
const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** Steps worth telling; the others say nothing new, or only mark the middle of a replacement. */
const told: Record<string, string> = {
  create: signs.create,
  "create-replacement": signs.create,
  update: signs.update,
  delete: signs.delete,
  "delete-replaced": signs.delete,
  refresh: "·",
};

const colors: Record<string, Parameters<typeof styleText>[0]> = {
  [signs.create]: "green",
  [signs.update]: "yellow",
  [signs.delete]: "red",
};
