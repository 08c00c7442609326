import { EngineError, recordedResources, run } from "../../engine/index.ts";
import { CommandError, type ExitCode } from "../exit.ts";
import type { Engine } from "./engine-contract.ts";

/** The engine that the package brings along. */
export const embedded: Engine = {
  async run(verb, { folder, onEvent, ...request }) {
    try {
      const { result } = await run(verb, { cwd: folder, ...request, events: onEvent });
      return { result: result === "canceled" ? "cancelled" : result };
    } catch (cause) {
      if (!(cause instanceof EngineError)) throw cause;
      const message = cause.advice ? `${cause.message}\n${cause.advice}` : cause.message;
      throw new CommandError(cause.exitCode as ExitCode, message, { cause });
    }
  },

  recorded: ({ folder, ...request }) => recordedResources({ cwd: folder, ...request }).catch(() => undefined),
};
