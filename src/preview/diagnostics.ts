import { stripVTControlCharacters } from "node:util";
import { partsOfUrn, type EngineEvent } from "./engine-event.ts";

export interface PlanDiagnostic {
  severity: "error" | "warning" | "info";
  message: string;
  /** The resource's name, where it is about one. */
  name?: string;
}

/** What the engine, the program and the providers said, once each, errors first. Debug output and passing status are left out. */
export function diagnosticsOf(events: readonly EngineEvent[]): PlanDiagnostic[] {
  const seen = new Map<string, PlanDiagnostic>();
  for (const { diagnosticEvent: event } of events) {
    if (!event || event.ephemeral || event.severity === "debug") continue;
    const message = plainText(event.message);
    const { type, name } = partsOfUrn(event.urn ?? "");
    if (!message) continue;
    const about = type && type !== "Stack" ? { name } : {};
    const diagnostic = { severity: severities[event.severity] ?? "info", message, ...about };
    seen.set(JSON.stringify(diagnostic), diagnostic);
  }
  return [...seen.values()].toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

/** Whether the engine gave up, or never came to its summary. */
export function failedBy(events: readonly EngineEvent[]): boolean {
  const summary = events.findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent;
  if (!summary || (summary.result !== undefined && summary.result !== "succeeded")) return true;
  return diagnosticsOf(events).some(({ severity }) => severity === "error");
}

const severities: Record<string, PlanDiagnostic["severity"]> = {
  error: "error",
  "info#err": "warning",
  warning: "warning",
};
const order: PlanDiagnostic["severity"][] = ["error", "warning", "info"];

/** The CLI marks colours as `<{%reset%}>` in its log. */
const plainText = (message: string): string =>
  stripVTControlCharacters(message.replaceAll(/<\{%[^%]*%\}>/g, "")).trim();
