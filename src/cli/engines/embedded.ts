import {
  EngineError,
  interruptedOperations,
  recordedResources,
  run,
  stackConfiguration,
  stackNames,
} from "../../engine/index.ts";
import { CommandError } from "../exit.ts";
import type { ExitCode } from "../exit.ts";
import type { Engine } from "./engine-contract.ts";

/** The engine that the package brings along. */
export const embedded: Engine = {
  run: (verb, { folder, onEvent, program, ...request }) =>
    withCommandErrors(async () => {
      const launcher = program && (await import("./in-process/launcher.ts")).inProcessLauncher(program, request.signal);
      const { result, leavesState } = await run(verb, { cwd: folder, ...request, launcher, events: onEvent });
      return { result: result === "canceled" ? "cancelled" : result, leavesState };
    }),

  stacks: ({ folder, ...request }) => withCommandErrors(() => stackNames({ root: folder, ...request })),

  config: ({ folder, ...request }) => withCommandErrors(() => stackConfiguration({ cwd: folder, ...request })),

  // The first run makes it.
  create: async () => undefined,

  // It tells secrets always.
  recorded: ({ folder, ...request }) => recordedResources({ cwd: folder, ...request }).catch(() => undefined),

  interrupted: ({ folder, ...request }) => interruptedOperations({ cwd: folder, ...request }).catch(() => undefined),
};

/** Does what the engine does; what it refuses is an error of the command. */
export async function withCommandErrors<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    const message = cause.advice ? `${cause.message}\n${cause.advice}` : cause.message;
    throw new CommandError(cause.exitCode as ExitCode, message, { cause });
  }
}
