import type { Command } from "commander";
import { absorb } from "../../operate/index.ts";
import { diagnosticsOf, foundDrift, withSources, renderDrift } from "../../preview/index.ts";
import type { DriftReport, DriftSides } from "../../preview/index.ts";
import { declaringEntries } from "../../targets/index.ts";
import type { DeclaringEntry } from "../../targets/index.ts";
import type { Invocation } from "../command.ts";
import { deploymentOf } from "../deploy/deployment.ts";
import { declareDeployOptions } from "../deploy/deploy-options.ts";
import type { DeployOptions } from "../deploy/deploy-options.ts";
import { expandSpec } from "../deploy/expanded-spec.ts";
import type { SpecChoice } from "../deploy/expanded-spec.ts";
import { exitCodeOf } from "../deploy/outcome.ts";
import { specFiles } from "../deploy/spec-files.ts";
import { shortName } from "../deploy/stack.ts";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { lineUrlOf } from "../line-url.ts";
import { looksFor } from "../spec-survey.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareDeployOptions(command, "text", "json", "markdown")
    .option("--absorb", "write what AWS has into the spec, where an edit says exactly that; comments and layout stay")
    .addHelpText(
      "after",
      "\nIt reads everything back and changes nothing: neither AWS nor the state. Of each setting it says what the spec has, what was applied\n" +
        "last, and what AWS has. The exit code is 0, or 7 with --expect-no-changes where something drifted (with --absorb: is left).\n" +
        "--absorb tries each edit before it writes it: the spec has no error then, declares what AWS has, and all else as before.",
    );
}

/** Shows what was changed behind the stack's back. */
export async function run({ options }: Invocation<DeployOptions & { absorb?: boolean }>, io: Io): Promise<number> {
  const { absorb: isAbsorbing = false } = options;
  io.busy(() => `reading ${options.spec}`);
  const expanded = await expandSpec(options, io);
  const { spec } = expanded;
  const deployment = await deploymentOf("preview", { ...options, refresh: true }, io, expanded);
  const ran = await deployment.run("preview", { events: options.events });
  const { declarations, project, stack } = deployment;
  const written = { declarations, entries: new Map<string, DeclaringEntry>(), sourceMap: spec.sourceMap };
  // Where nothing drifted, nobody need be asked which entry covers what.
  if (foundDrift(ran.events, written).length > 0)
    written.entries = await declaringEntries(spec, looksFor("online", options.spec, io));
  const drifted = foundDrift(ran.events, written);
  const absorbed = isAbsorbing ? await taken(drifted, options, io) : undefined;
  io.busy();
  const failed = ran.result !== "succeeded";
  const report: DriftReport = {
    version: 1,
    project,
    stack: shortName(stack),
    result: failed ? "failed" : "ok",
    counts: countsOf(drifted),
    drift: drifted.map(({ drift }) => drift),
    ...absorbed,
    diagnostics: [
      ...(ran.message ? [{ severity: "error" as const, message: ran.message }] : []),
      ...withSources(diagnosticsOf(ran.events), declarations).filter(({ severity }) => severity === "error"),
    ],
  };
  io.out.write(
    renderDrift(report, options.output, {
      color: io.out.color,
      columns: io.out.columns,
      lineUrl: lineUrlOf(io),
    }),
  );
  if (failed) return exitCodeOf(ran, report.diagnostics);
  const open = absorbed?.left ?? drifted;
  return options.expectNoChanges && open.length > 0 ? Exit.changes : Exit.done;
}

/** Writes what AWS has into the files of the spec, as far as an edit says exactly that. */
async function taken(
  drifted: readonly DriftSides[],
  choice: SpecChoice,
  io: Io,
): Promise<Pick<DriftReport, "absorbed" | "left">> {
  const { texts, read, write } = await specFiles(choice, io);
  const items = drifted.map(({ drift: { type, name }, applied, aws }) => ({
    type,
    name,
    applied,
    ...(aws && { aws }),
  }));
  const { files, absorbed, left } = await absorb(items, texts, read);
  await write(files);
  return { absorbed, left };
}

function countsOf(drifted: readonly DriftSides[]): DriftReport["counts"] {
  const gone = drifted.filter(({ drift }) => drift.found === "gone").length;
  return { changed: drifted.length - gone, gone };
}
