import { appendFileSync } from "node:fs";
import path from "node:path";
import type { Pluggable } from "@smithy/types";

/**
 * Returns the file that {@link debugLog} appends to: `SLUICE_LOG_FILE`, else sluice-debug.log in the working folder. Without
 * `SLUICE_LOG=debug` there is none. It is a file because an engine keeps what providers print, or shows it among its own messages.
 */
export function debugLogFile(): string | undefined {
  const { env } = process;
  return env["SLUICE_LOG"] === "debug" ? path.resolve(env["SLUICE_LOG_FILE"] || "sluice-debug.log") : undefined;
}

/**
 * Appends one line to the debug log, if there is one: the time, the process, what happened, and the facts as JSON in which secrets
 * read `[secret]`, and texts that may be one `[setting]`.
 */
export function debugLog(event: string, facts: object = {}): void {
  const file = debugLogFile();
  if (file === undefined) return;
  const line = `${new Date().toISOString()} ${process.pid} ${event} ${JSON.stringify(facts, hidden)}\n`;
  appendFileSync(file, line, { mode: 0o600 });
}

/** Logs each call of a client with its input, and each attempt with its status, error, request id and how long it took. */
export function logCalls<Input extends object, Output extends object>(target: () => string): Pluggable<Input, Output> {
  return {
    applyToStack(stack) {
      stack.add(
        (next, context) => (request) => {
          debugLog(`${nameOf(context)} ${target()}`, request.input);
          return next(request);
        },
        { step: "initialize", priority: "low", name: "logCalls", override: true },
      );
      stack.add(
        (next, context) => async (request) => {
          const start = performance.now();
          const answered = (facts: object) =>
            debugLog(`${nameOf(context)} ${target()} answered`, {
              ...facts,
              ms: Math.round(performance.now() - start),
            });
          try {
            const answer = await next(request);
            answered(metadataOf(answer.output));
            return answer;
          } catch (error) {
            const { name, message } = error as Error;
            answered({ error: name, message, ...metadataOf(error) });
            throw error;
          }
        },
        { step: "finalizeRequest", priority: "low", name: "logAttempts", override: true },
      );
    },
  };
}

function nameOf(context: { clientName?: string; commandName?: string }): string {
  return `${context.clientName?.replace(/Client$/, "")} ${context.commandName?.replace(/Command$/, "")}`;
}

function metadataOf(answer: unknown): object {
  const { httpStatusCode: status, requestId } =
    (answer as { $metadata?: { httpStatusCode?: number; requestId?: string } }).$metadata ?? {};
  return { status, requestId };
}

const secret = /secret|password|passphrase|credential|external_?id|(session|web_?identity)_?token|access_?key/i;

/** The texts of settings that may be secret. */
const withheld = new Set<string>();

/** Shorter ones would be found everywhere by chance; they are withheld where they stand alone. */
const shortestPartCharacters = 4;

/**
 * Withholds the texts in these settings, and in a path its parts, from all that is logged from now on, but for what `shown` has, which
 * people know by other ways.
 */
export function withholdFromLog(settings: unknown, shown: string): void {
  if (debugLogFile() === undefined) return;
  if (typeof settings === "string") {
    const parts = settings.split("/").filter((part) => part.length >= shortestPartCharacters);
    for (const text of [settings, ...parts]) if (!shown.includes(text)) withheld.add(text);
  } else if (typeof settings === "object" && settings !== null) {
    for (const value of Object.values(settings)) withholdFromLog(value, shown);
  }
}

/** Keeps secrets, and the bytes of objects, out of what is written. */
function hidden(key: string, value: unknown): unknown {
  if (secret.test(key)) return "[secret]";
  if (key === "Body") return "[body]";
  return typeof value === "string" ? withoutWithheld(value) : value;
}

function withoutWithheld(value: string): string {
  if (withheld.has(value)) return "[setting]";
  // The longest first, so that of one that has another in it nothing is left.
  const texts = [...withheld].filter((text) => text.length >= shortestPartCharacters && value.includes(text));
  return texts
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, text) => rest.replaceAll(text, "[setting]"), value);
}
