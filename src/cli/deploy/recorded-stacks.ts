import path from "node:path";
import { pulumiTypeOf } from "../../resources/kinds.ts";
import { chooseEngine } from "../engines/engine-choice.ts";
import type { EngineName } from "../engines/engine-choice.ts";
import type { Engine, RecordedResource } from "../engines/engine-contract.ts";
import type { Io } from "../io.ts";
import { inProject, projectOf } from "./project.ts";
import { shortName } from "./stack.ts";
import { stateUrl } from "./state-url.ts";

/** Where the states of a project are looked for. */
export interface RecordedStacksOptions {
  spec: string;
  stack: string;
  state?: string;
  engine?: EngineName;
}

/** The syncs that the project's stacks have recorded, by `account/region/name`. */
export interface RecordedSyncs {
  thisStack: Set<string>;
  /** With the names of their stacks. */
  others: Map<string, string>;
  /** Why a state could not be read; absent where all were. */
  unread?: string;
}

/** Reads which syncs the states of this project's stacks have; a state that cannot be read is told and stops nothing. */
export async function recordedSyncs(options: RecordedStacksOptions, io: Io): Promise<RecordedSyncs> {
  const syncs: RecordedSyncs = { thisStack: new Set(), others: new Map() };
  try {
    const choice = chooseEngine(options.engine, io.env);
    if (!choice) return { ...syncs, unread: "the Pulumi CLI is not installed" };
    const specFile = path.resolve(io.cwd, options.spec);
    const project = projectOf(specFile, io.cwd);
    const state = stateUrl(options.state, project, io);
    const { embedded } = await import("../engines/embedded.ts");
    const engine: Engine = choice.executable
      ? (await import("../engines/pulumi-cli.ts")).pulumiCli(choice.executable)
      : embedded;
    // Reading names takes no secret; an engine wants a passphrase for a file:// state all the same.
    const env = { ...(!io.env["PULUMI_CONFIG_PASSPHRASE_FILE"] && { PULUMI_CONFIG_PASSPHRASE: "" }), ...io.env };
    const where = { state, env };
    const stacks = await inProject(project, (folder) => engine.stacks({ ...where, project: project.name, folder }));
    for (const stack of stacks ?? []) {
      const recorded = await inProject(project, (folder) => engine.recorded({ ...where, stack, folder }));
      if (recorded === undefined) return { ...syncs, unread: `the state of the stack ${stack} could not be read` };
      for (const name of namesOf(recorded)) {
        if (shortName(stack) === shortName(options.stack)) syncs.thisStack.add(name);
        else syncs.others.set(name, shortName(stack));
      }
    }
    return syncs;
  } catch (error) {
    return { ...syncs, unread: (error as Error).message };
  }
}

function namesOf(recorded: readonly RecordedResource[]): string[] {
  const ofSyncs = recorded.filter(({ type }) => type === pulumiTypeOf("ResourceDataSync"));
  return ofSyncs.map(({ inputs = {} }) =>
    [inputs["account"], inputs["region"], inputs["syncName"]].map(String).join("/"),
  );
}
