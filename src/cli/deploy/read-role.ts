import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";

/** Refuses to change anything by a role that only reads: it would fail half way. */
export function refuseReadRole(verb: string, { env }: Pick<Io, "env">): void {
  const role = env["SLUICE_READ_ROLE"];
  if (!role || (verb !== "up" && verb !== "destroy")) return;
  throw new CommandError(
    Exit.wrong,
    `SLUICE_READ_ROLE is ${role}, a role that only reads. Unset it where ${verb} runs.`,
  );
}
