import { setTimeout as sleep } from "node:timers/promises";
import { Option } from "commander";
import type { Command } from "commander";
import { needsAction, statusLines, statusMetrics, lookAtStatus } from "../../operate/index.ts";
import type { WantedEntry } from "../../operate/index.ts";
import { forgetListings } from "../../aws/index.ts";
import { targetsDeclared } from "../../targets/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { Invocation } from "../command.ts";
import { outputOption, parseWholeNumber, specOption, stackOption } from "../common-options.ts";
import { expandToRead } from "../deploy/expanded-spec.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";

interface StatusOptions {
  spec: string;
  stack: string;
  parallel: number;
  /** Seconds between two looks. */
  watch?: number | true;
  output: "text" | "json" | "openmetrics";
}

/** Hours that data may be old where the spec does not say. */
const usualFreshnessHours = 48;

/** Seconds between two looks where `--watch` does not say. */
const usualPauseSeconds = 60;

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .addOption(specOption())
    .addOption(stackOption())
    .addOption(
      new Option("--watch [seconds]", "look again and again, until Ctrl-C; every minute by default").argParser(
        parseWholeNumber(1),
      ),
    )
    .addOption(new Option("--parallel <n>", "places looked at side by side").argParser(parseWholeNumber(1)).default(32))
    .addOption(outputOption("text", "json", "openmetrics"))
    .addHelpText(
      "after",
      "\nThe exit code is 1 when one is broken: missing, failed, failing, disabled, late, incomplete, or not known.\n" +
        "`freshness: 26h` at an entry of the spec says how old its newest data may be; 48h otherwise.\n" +
        "`table: { backupFreshness: 26h }` has the age of the newest backup looked at too.",
    );
}

/** Shows how what the spec wants is, now. */
export async function run({ options }: Invocation<StatusOptions>, io: Io): Promise<number> {
  const signal = io.interrupted();
  const { spec, declarations } = await expandToRead(options, io);
  const places = targetsDeclared(declarations, spec);
  if (places.length === 0)
    throw new CommandError(Exit.wrong, "The spec wants nothing, so there is nothing to look at.");
  for (;;) {
    let progress = `looking at ${places.length} places`;
    io.busy(() => progress);
    const status = await lookAtStatus({
      places,
      wanted: wantedEntries(declarations),
      now: Date.now(),
      parallel: options.parallel,
      signal,
      onProgress: (looked) => void (progress = `looked at ${looked} of ${places.length} places`),
    });
    io.busy();
    if (options.watch !== undefined && io.out.live) io.out.write("\u001B[H\u001B[2J");
    if (options.output === "json") {
      io.out.line(JSON.stringify(status, undefined, options.watch === undefined ? 2 : undefined));
    } else if (options.output === "openmetrics") io.out.write(statusMetrics(status));
    else for (const line of statusLines(status, io.out.columns)) io.out.line(line);
    const code = status.entries.some(({ state }) => needsAction(state)) ? Exit.failed : Exit.done;
    if (options.watch === undefined) return code;
    const pause = options.watch === true ? usualPauseSeconds : options.watch;
    const isEnded = await sleep(pause * 1000, false, { signal }).catch(() => true);
    if (isEnded) return code;
    forgetListings();
  }
}

function wantedEntries(declarations: readonly Declaration[]): WantedEntry[] {
  return declarations.flatMap((declaration): WantedEntry[] => {
    const { type, account, region, inputs, freshness = usualFreshnessHours } = declaration;
    if (type === "AssetTable") return backupEntries(declaration);
    const isSync = type === "ResourceDataSync";
    const name = String(inputs[isSync ? "syncName" : "domain"]);
    const enabled = inputs["enabled"] !== false;
    return [{ kind: isSync ? "sync" : "export", name, account, region, enabled, freshness }];
  });
}

/** The backups of a table, where the spec says how old the newest may be. */
function backupEntries({ account, region, inputs, backupFreshness: freshness }: Declaration): WantedEntry[] {
  const { domain, backup, backupOwner } = inputs as Record<string, string | undefined>;
  if (freshness === undefined || backup === undefined || backup === "none") return [];
  const backups = { place: backup, ...(backupOwner !== undefined && { owner: backupOwner }) };
  return [{ kind: "backup", name: domain!, account, region, enabled: true, freshness, backups }];
}
