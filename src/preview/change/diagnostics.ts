import { stripVTControlCharacters } from "node:util";
import { settingOf } from "../../targets/index.ts";
import type { Declaration } from "../../targets/index.ts";
import { compareText } from "./change.ts";
import { partsOfUrn } from "./engine-event.ts";
import type { DiagnosticEvent, EngineEvent } from "./engine-event.ts";

/** A message of the run that belongs into its plan. */
export interface PlanDiagnostic {
  severity: "error" | "warning" | "info";
  message: string;
  /** The resource's name, where it is about one. */
  name?: string;
  /** `account/region` of each, where it is told of several; the rest is of the first. */
  targets?: string[];
  /** The entry of the spec that stands for it. */
  source?: { file: string; line: number };
}

/** Returns what the engine, the program and the providers said, once each, errors first. Debug output and passing status are left out. */
export function diagnosticsOf(events: readonly EngineEvent[]): PlanDiagnostic[] {
  const seen = new Map<string, PlanDiagnostic>();
  for (const { urn = "", message, severity } of joinPrintedLines(withoutEchoes(events))) {
    const text = plainText(message).replace(checkFailure, (_, property?: string) => (property ? `${property}: ` : ""));
    const { type, name } = partsOfUrn(urn);
    if (!text) continue;
    const about = type && type !== "Stack" ? { name } : {};
    const diagnostic = { severity: severities[severity] ?? "info", message: text, ...about };
    seen.set(JSON.stringify(diagnostic), diagnostic);
  }
  const all = [...seen.values()];
  const errors = all.filter(({ severity }) => severity === "error");
  const informative = errors.every(isClosingMessage) ? all : all.filter((diagnostic) => !isClosingMessage(diagnostic));
  return informative.toSorted((a, b) => compareSeverity(a, b) || compareText(orderIn(a), orderIn(b)));
}

/** Sorts diagnostics, errors first. */
export function compareSeverity(a: PlanDiagnostic, b: PlanDiagnostic): number {
  return order.indexOf(a.severity) - order.indexOf(b.severity);
}

/** What is said of resources, which are side by side, comes in the order of their names; the rest as it was said. */
const orderIn = ({ name, message }: PlanDiagnostic): string => (name === undefined ? "" : `${name} ${message}`);

/** Adds to each diagnostic its lines of the spec, as far as it is about something that the spec declares, and names its input as the spec does. */
export function withSources(
  diagnostics: readonly PlanDiagnostic[],
  declarations: readonly Pick<Declaration, "type" | "name" | "source">[],
): PlanDiagnostic[] {
  // An export and its table have one name, and one entry.
  const declared = Map.groupBy(declarations, ({ name }) => name);
  return diagnostics.map((diagnostic) => {
    const entries = declared.get(diagnostic.name ?? "");
    if (!entries) return diagnostic;
    const message = diagnostic.message.replace(leadingInput, (input) => settingIn(entries, input) ?? input);
    return { ...diagnostic, message, source: entries[0]!.source };
  });
}

/** What a check refuses is told by the name of an input. */
const leadingInput = /^[\w.]+(?=: )/;

const settingIn = (entries: readonly Pick<Declaration, "type">[], input: string): string | undefined =>
  entries.map(({ type }) => settingOf(type, input)).find((setting) => setting !== undefined);

/** Tells whether the engine gave up, or never came to its summary. */
export function isFailedRun(events: readonly EngineEvent[]): boolean {
  const summary = events.findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent;
  if (!summary || (summary.result !== undefined && summary.result !== "succeeded")) return true;
  return diagnosticsOf(events).some(({ severity }) => severity === "error");
}

/** Pulumi's provider host prints the errors that it answers with as well. */
function withoutEchoes(events: readonly EngineEvent[]): EngineEvent[] {
  const bare = (line: string) => plainText(line).replace(/:$/, "");
  const answered = new Set(
    events.flatMap(({ diagnosticEvent: event }) =>
      event?.severity === "error" ? event.message.split("\n").map(bare) : [],
    ),
  );
  const isEcho = ({ message }: DiagnosticEvent) => answered.has(bare(message.replace(/^\w*Error: /, "")));
  return events.filter(({ diagnosticEvent: event }) => !event || !isPrinted(event) || !isEcho(event));
}

/** What the program and the providers print comes line by line; lines that follow each other are one message. */
function joinPrintedLines(events: readonly EngineEvent[]): DiagnosticEvent[] {
  const blocks: DiagnosticEvent[] = [];
  for (const { diagnosticEvent: event } of events) {
    if (!event || event.ephemeral || event.severity === "debug") continue;
    const last = blocks.at(-1);
    if (isPrinted(event) && last && isPrinted(last)) {
      blocks[blocks.length - 1] = { ...last, message: `${last.message.trimEnd()}\n${event.message.trimEnd()}` };
    } else blocks.push(event);
  }
  return blocks;
}

/** As engines head what a provider says of an input: with the resource's type and name, which stand beside it, and the value in their words. */
const checkFailure = /^\S+ resource '[^'\n]*'(?:: property (\S+)(?: value \{.*?\})?)? has a problem: /s;

const isPrinted = ({ severity, urn }: DiagnosticEvent): boolean => !urn && severity.startsWith("info");

/** What the engine, and the program that goes on without a failed resource, say after an error; it tells nothing beside one. */
const isClosingMessage = ({ message }: PlanDiagnostic): boolean =>
  /^(preview|update|refresh|destroy) (failed|canceled)$/.test(message) || isFollowUp.test(message);

/** As the SDK words an input that was to come from a resource that failed, with or without a heading of its own. */
const isFollowUp = /^(Running program .*\n+)?Error: .*\bresource \S+ \[\S+\] failed to register\b/;

const severities: Record<string, PlanDiagnostic["severity"]> = {
  error: "error",
  warning: "warning",
};
const order: PlanDiagnostic["severity"][] = ["error", "warning", "info"];

/** The CLI marks colours as `<{%reset%}>` in its log. */
const plainText = (message: string): string =>
  stripVTControlCharacters(message.replaceAll(/<\{%[^%]*%\}>/g, "")).trim();
