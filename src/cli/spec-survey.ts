import { resolve } from "node:path";
import { credentialsMessage } from "../aws/credentials-cause.ts";
import { SpecError } from "../spec/index.ts";
import { awsLooks, callerInEnvironment, LookError, survey } from "../targets/index.ts";
import type { Looks, Survey } from "../targets/index.ts";
import { CommandError, Exit } from "./exit.ts";
import type { Io } from "./io.ts";

/** Where what the spec leaves open is looked up: in the environment, or in AWS. */
export type Line = "offline" | "online";

/** Returns what looks up what the spec leaves open. */
export const looksFor = (line: Line, env: NodeJS.ProcessEnv): Looks =>
  line === "online" ? awsLooks(env) : { caller: callerInEnvironment(env) };

/** Reads and expands the spec of a command line, for the stack if one is named; what keeps it from being read ends the command. */
export async function surveyFor(file: string, io: Io, line: Line, stack?: string): Promise<Survey> {
  try {
    const reading = { stack: stack?.split("/").at(-1), ...(file === "-" && { text: await io.read() }) };
    return await survey(resolve(io.cwd, file), file, looksFor(line, io.env), reading);
  } catch (error) {
    throw asCommandError(error);
  }
}

/** The exit code that belongs to an error of reading or looking up. */
export function asCommandError(error: unknown): unknown {
  if (error instanceof SpecError) return new CommandError(Exit.wrong, error.message, { cause: error });
  if (error instanceof LookError) {
    if (!error.refused) return new CommandError(Exit.failed, error.message, { cause: error });
    return new CommandError(Exit.credentials, credentialsMessage(error.cause) ?? error.message, { cause: error });
  }
  return error;
}
