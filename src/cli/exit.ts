/** What the process says to the script that called it. */
export const Exit = {
  done: 0,
  failed: 1,
  /** The spec or the command line is wrong; nothing was started. */
  wrong: 2,
  /** Credentials are missing or were refused. */
  credentials: 3,
  /** A guard blocked it. */
  blocked: 5,
  /** There are changes, and `--expect-no-changes` was given. */
  changes: 7,
  cancelled: 8,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof Exit)[keyof typeof Exit];

/** Ends a command with a message for people and an exit code for scripts. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CommandError";
    this.exitCode = exitCode;
  }

  /** What `-o json` prints instead of the result. */
  get document(): object {
    return { error: this.message };
  }
}
