import type { Io } from "../io.ts";
import type { DeployOptions } from "./deploy-options.ts";
import type { Project } from "./project.ts";

/**
 * Returns what the program and the providers see. Pulumi wants a passphrase for a `file://` state even where nothing is secret;
 * an empty one is one, too.
 */
export function environment(
  specFile: string,
  state: string | undefined,
  { adopt, stack, isShipped }: Pick<DeployOptions, "adopt" | "stack"> & Pick<Project, "isShipped">,
  io: Io,
): NodeJS.ProcessEnv {
  const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile } = io.env;
  const silent = passphrase !== undefined || passphraseFile || !state?.startsWith("file://");
  if (!silent)
    io.err.line(
      "passphrase: empty, because PULUMI_CONFIG_PASSPHRASE is not set; of what Sluice keeps, roles' external ids alone are secret",
    );
  return {
    ...io.env,
    SLUICE_SPEC: specFile,
    SLUICE_STACK: stack,
    SLUICE_PROGRAM: isShipped ? "shipped" : undefined,
    SLUICE_ADOPT: adopt ? "1" : undefined,
    ...(!silent && { PULUMI_CONFIG_PASSPHRASE: "" }),
  };
}
