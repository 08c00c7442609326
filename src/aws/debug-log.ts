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
 * read `[secret]`.
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

/** Keeps secrets, and the bytes of objects, out of what is written. */
function hidden(key: string, value: unknown): unknown {
  if (secret.test(key)) return "[secret]";
  if (key === "Body") return "[body]";
  return value;
}
