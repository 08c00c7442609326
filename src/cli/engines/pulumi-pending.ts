import { pulumiCommand } from "./pulumi-command.ts";
import type { PulumiStack } from "./pulumi-command.ts";

/**
 * Says what to do about interrupted operations that the Pulumi CLI warns of, with the whole command that makes it forget them; `undefined`
 * when a message is about something else. The CLI keeps an interrupted create on record, also once its resource is there.
 */
export function adviceOnPending(message: string, executable: string, at: PulumiStack): string | undefined {
  if (!/\d+ pending operations? from previous deployment/.test(message)) return undefined;
  const command = pulumiCommand(executable, ["refresh", "--clear-pending-creates"], at);
  // It decrypts the state, for which it wants a passphrase, be it an empty one.
  const passphrase = at.env["PULUMI_CONFIG_PASSPHRASE"] === "" ? "PULUMI_CONFIG_PASSPHRASE= " : "";
  return `What such a run has made is found and taken over by this one. When it has succeeded, this makes Pulumi forget the operations:\n${passphrase}${command}`;
}
