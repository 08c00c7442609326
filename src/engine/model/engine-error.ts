/**
 * Ends the engine's run with a message for a person: what happened, to which file or resource,
 * and in `advice` what to do next.
 */
export class EngineError extends Error {
  readonly advice: string | undefined;
  readonly exitCode: number;

  constructor(message: string, options: { advice?: string; exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "EngineError";
    this.advice = options.advice;
    this.exitCode = options.exitCode ?? 1;
  }
}

/**
 * Returns the error for a feature of Pulumi that this engine leaves to the Pulumi CLI; `what` is its name as the user
 * wrote it.
 */
export function unsupportedError(what: string): EngineError {
  return new EngineError(`${what} is not supported by the embedded engine`, { advice: "Use the Pulumi CLI." });
}

/** Returns what was thrown, in words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Returns what was thrown in words, with its advice where it has some. */
export function messageWithAdvice(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const advice = "advice" in error && typeof error.advice === "string" ? ` ${error.advice}` : "";
  return `${error.message}.${advice}`.replace(/([.!?])\.(?= |$)/, "$1");
}
