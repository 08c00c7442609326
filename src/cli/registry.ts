import type { CommandModule } from "./command.ts";

interface Entry {
  name: string;
  summary: string;
  load(): Promise<CommandModule>;
}

/**
 * Every command, in the order of the help: `{ name, summary, load: () => import("./commands/NAME.ts") }`.
 * Only the one that was typed is loaded, so `check` starts without AWS or Pulumi.
 */
export const commands: Entry[] = [];
