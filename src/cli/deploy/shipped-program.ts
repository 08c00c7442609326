import type { SpecProgram } from "../engines/engine-contract.ts";
import type { Declaration } from "../../targets/index.ts";
import type { DeployOptions } from "./deploy-options.ts";
import type { Expanded } from "./expanded-spec.ts";

/** Returns what the program would register; nothing where the verb does not run it. */
export function shippedProgram(
  declarations: readonly Declaration[],
  expanded: Expanded | undefined,
  { adopt = false }: DeployOptions,
): SpecProgram {
  const { spec, warnings = [] } = expanded ?? {};
  return { declarations, guards: spec?.guards ?? {}, warnings, adopt };
}
