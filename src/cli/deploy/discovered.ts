import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Option } from "commander";
import type { Command } from "commander";
import { discover } from "../../operate/index.ts";
import type { BackupPlace, Discovery, WantedSync } from "../../operate/index.ts";
import {
  awsLookups,
  targetsAcross,
  targetsSelected,
  targetsDeclared,
  regionOfProfile,
  walkOrganization,
} from "../../targets/index.ts";
import type { Declaration, TargetToRead } from "../../targets/index.ts";
import type { Spec } from "../../spec/index.ts";
import { collect, parseWholeNumber, specOption, stackOption } from "../common-options.ts";
import { CommandError, Exit } from "../exit.ts";
import type { ExitCode } from "../exit.ts";
import type { Io } from "../io.ts";
import { asCommandError } from "../spec-survey.ts";
import { readingFiller, rolesWithSecrets, withConfigSecrets } from "./config-secrets.ts";
import { expandSpec } from "./expanded-spec.ts";
import { recordedSyncs } from "./recorded-stacks.ts";
import type { RecordedStacksOptions } from "./recorded-stacks.ts";

/** Where commands look that show what exists. */
export interface DiscoverOptions extends RecordedStacksOptions {
  selection?: string;
  organization?: boolean;
  region?: string[];
  role?: string;
  externalId?: string;
  parallel: number;
}

/** Declares {@link DiscoverOptions}. */
export function declareDiscover(command: Command): Command {
  return command
    .addOption(specOption())
    .addOption(stackOption())
    .addOption(new Option("--selection <name>", "look only where this selection of the spec is"))
    .addOption(
      new Option("--organization", "look at every active account of the organization").conflicts(["selection"]),
    )
    .option("--region <region>", "with --organization, or without a spec: this Region; again for more", collectRegions)
    .option("--role <arn>", "the role to assume in each account, with ${account.id}; by default the spec's")
    .option("--external-id <id>", "sent with AssumeRole; by default the spec's")
    .addOption(new Option("--engine <engine>", "whose states tell what is ours").choices(["pulumi", "embedded"]))
    .option("--state <url>", "where the states are that tell what is ours, file://…")
    .addOption(
      new Option("--parallel <n>", "places looked at side by side").argParser(parseWholeNumber(1)).default(32),
    );
}

const collectRegions = (region: string, before: string[] = []) => collect(region, before);

/** What was found, what the spec declares, as whom it was looked at, and the exit code that the refusals come to. */
export interface Discovered {
  discovery: Discovery;
  declarations: readonly Declaration[];
  roles: Roles;
  exitCode: ExitCode;
}

/** The roles in which accounts are worked in: of the spec, or of the command line. */
type Roles = Pick<Spec, "accounts" | "role" | "externalId">;

/** Looks at what exists in AWS, and whose it is. */
export async function discovered(
  options: DiscoverOptions,
  io: Io,
  reading: { readTables: boolean; readExpiration?: boolean; readGlueExport?: boolean },
): Promise<Discovered> {
  const signal = io.interrupted();
  const { places, declarations, roles, caller } = await whereToLook(options, io);
  if (places.length === 0) throw new CommandError(Exit.wrong, "There is no account and Region to look at.");
  const recorded = await recordedSyncs(options, io);
  if (recorded.unread !== undefined) io.err.line(`state: ${recorded.unread}; what is this stack's is not told`);
  let progress = `looking at ${places.length} places`;
  io.busy(() => progress);
  const discovery = await discover({
    places,
    caller,
    wanted: wantedSyncs(declarations),
    now: Date.now(),
    parallel: options.parallel,
    ...reading,
    ...(reading.readTables && { backupPlaces: backupPlaces(declarations) }),
    knownStacks: {
      thisStack: recorded.thisStack,
      others: recorded.others,
      declared: new Set(wantedSyncs(declarations).map(({ account, region, name }) => `${account}/${region}/${name}`)),
    },
    signal,
    onProgress: (looked, refused) => {
      progress = `looked at ${looked} of ${places.length} places${refused > 0 ? `, ${refused} refused` : ""}`;
    },
  });
  io.busy();
  const refused = discovery.places.filter((place) => place.refused.length > 0);
  const shut = refused.filter((place) => place.refused.some(({ what }) => what === "account"));
  const isShut = shut.length === places.length;
  return {
    discovery,
    declarations,
    roles,
    exitCode: isShut ? Exit.credentials : refused.length > 0 ? Exit.failed : Exit.done,
  };
}

interface WhereToLook {
  places: TargetToRead[];
  declarations: readonly Declaration[];
  roles: Roles;
  caller?: string;
}

async function whereToLook(options: DiscoverOptions, io: Io): Promise<WhereToLook> {
  const lookups = awsLookups(io.env);
  const hasSpec = options.spec === "-" || existsSync(resolve(io.cwd, options.spec));
  if (!hasSpec && options.selection !== undefined) {
    throw new CommandError(Exit.wrong, `There is no ${options.spec}, so no selection ${options.selection}.`);
  }
  const expanded = hasSpec ? await expandSpec(options, io) : undefined;
  const fill = readingFiller(options, io);
  const declarations = await withConfigSecrets(expanded?.declarations ?? [], fill);
  const roles = { ...(expanded?.spec ?? { accounts: [] as Spec["accounts"] }), ...given(options) };
  const spec = await rolesWithSecrets(roles, fill);
  const known = { declarations, roles };
  try {
    if (options.selection !== undefined) {
      const places = await targetsSelected(options.selection, spec as Spec, lookups);
      if (places !== undefined) return { places, ...known };
      const names = (expanded?.spec.selections ?? []).flatMap(({ name }) => name ?? []).join(", ");
      throw new CommandError(
        Exit.wrong,
        `There is no selection "${options.selection}". There are: ${names || "none"}.`,
      );
    }
    if (hasSpec && !options.organization) return { places: targetsDeclared(declarations, spec), ...known };
    const { account: caller, region: callerRegion } = await lookups.caller();
    const regions = await regionsOf(options.region ?? [], declarations, callerRegion);
    const accounts = options.organization ? (await walkOrganization(regions[0])).accounts : [{ id: caller }];
    return { places: targetsAcross(accounts, regions, spec, caller), ...known, caller };
  } catch (error) {
    throw asCommandError(error);
  }
}

/** The Regions that were given, else those of the spec, else the environment's. */
async function regionsOf(given: readonly string[], declarations: readonly Declaration[], callerRegion?: string) {
  if (given.length > 0) return given;
  const declared = [...new Set(declarations.map(({ region }) => region))];
  if (declared.length > 0) return declared;
  const region = callerRegion ?? (await regionOfProfile());
  if (region !== undefined) return [region];
  throw new CommandError(Exit.wrong, "Which Regions? Give --region, or set AWS_REGION.");
}

const given = ({ role, externalId }: DiscoverOptions) => ({
  ...(role !== undefined && { role }),
  ...(externalId !== undefined && { externalId }),
});

/** Where the spec has backups, by `account/region`. */
function backupPlaces(declarations: readonly Declaration[]): Map<string, BackupPlace> {
  const tables = declarations.filter(({ type, inputs }) => type === "AssetTable" && inputs["backup"] !== "none");
  return new Map(
    tables.map(({ account, region, inputs }) => [
      `${account}/${region}`,
      { place: String(inputs["backup"]), owner: String(inputs["backupOwner"] ?? account) },
    ]),
  );
}

function wantedSyncs(declarations: readonly Declaration[]): WantedSync[] {
  return declarations
    .filter(({ type }) => type === "ResourceDataSync")
    .map(({ account, region, inputs }) => ({
      account,
      region,
      name: String(inputs["syncName"]),
      type: inputs["syncType"] as WantedSync["type"],
    }));
}
