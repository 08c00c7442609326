import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import { Config, getRootDirectory, getStack, log, RunError } from "@pulumi/pulumi";
import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import type { Receipt } from "./backup/index.ts";
import { AssetTable, DataExportConfiguration, ResourceDataSync } from "./resources/index.ts";
import type { AssetTableArgs, DataExportConfigurationArgs, ResourceDataSyncArgs } from "./resources/index.ts";
import { hasErrors, renderReport, secretIn, SpecError } from "./spec/index.ts";
import type { Spec } from "./spec/index.ts";
import { gathered } from "./stack-outputs.ts";
import { awsLookups, LookupError, survey } from "./targets/index.ts";
import type { Declaration } from "./targets/index.ts";

/** The resources of a spec, by their names: `account/region`, or `account/region/sync`. */
export interface SpecResources {
  syncs: Map<string, ResourceDataSync>;
  tables: Map<string, AssetTable>;
  exports: Map<string, DataExportConfiguration>;
  /**
   * What the next plan is judged by: the limits of the spec as it was applied. Export it from the program under the name `sluice`, so that
   * the stack keeps it, and no change can loosen the limits for itself.
   */
  record: SpecRecord;
  /** How many resources of each kind there are. */
  counts: { syncs: number; exports: number };
  /** The ARN of each export's table, by the export's name; null where there is no table yet, as with an export that is off. */
  tableArns: Output<Record<string, string | null>>;
  /** The receipt of the backup of each table that had to give way, by the name of the claim that needed its place. */
  receipts: Output<Record<string, Receipt>>;
}

/** What a stack keeps of the spec. */
export interface SpecRecord {
  guards: Spec["guards"];
}

type Registered = Pick<SpecResources, "syncs" | "tables" | "exports">;

/**
 * Registers every resource that a spec stands for, all at once; `optionsOf` gives the options of those of one account.
 * @throws {RunError} when the spec cannot be used; nothing is registered then
 */
export async function registerSpec(
  file: string,
  optionsOf: (account: string) => CustomResourceOptions,
): Promise<SpecResources> {
  const { spec, declarations } = await usable(file);
  const resources = register(declarations, optionsOf);
  return { ...resources, record: { guards: spec.guards }, ...outputsOf(resources) };
}

async function usable(file: string): Promise<{ spec: Spec; declarations: Declaration[] }> {
  const place = resolve(getRootDirectory(), file);
  noteRead(place);
  const surveyed = await survey(place, file, awsLookups(), { stack: getStack() }).catch((error: unknown) => {
    // A message alone: the stack of this package would hide it.
    throw error instanceof SpecError || error instanceof LookupError ? new RunError(error.message) : error;
  });
  const { spec, declarations, problems, sources } = surveyed;
  const report = renderReport(problems, sources, { color: false });
  if (!spec || hasErrors(problems)) throw new RunError([`${file} cannot be used.`, ...report].join("\n\n"));
  for (const warning of report) void log.warn(warning);
  return { spec, declarations };
}

/** Tells the command that has started the program which spec it reads, so that none is planned by the words of another. */
function noteRead(place: string): void {
  const { SLUICE_SPECS_READ: file } = process.env;
  if (file) appendFileSync(file, `${place}\n`);
}

function register(declarations: Declaration[], optionsOf: (account: string) => CustomResourceOptions): Registered {
  const resources: Registered = { syncs: new Map(), tables: new Map(), exports: new Map() };
  // Sorted by name and type, so that the table of an export comes before it.
  for (const { type, name, account, inputs: declared, protect, retain } of declarations) {
    const inputs = { ...declared, ...secretsOf(declared), ...(isAdopting() && { adopt: true }) };
    const options = optionsOf(account);
    const resourceOptions = { ...options, ...(protect && { protect }), ...(retain && { retainOnDelete: true }) };
    if (type === "ResourceDataSync") {
      resources.syncs.set(name, new ResourceDataSync(name, inputs as unknown as ResourceDataSyncArgs, resourceOptions));
    } else if (type === "AssetTable") {
      resources.tables.set(name, new AssetTable(name, inputs as unknown as AssetTableArgs, resourceOptions));
    } else {
      const assetTable = resources.tables.get(name)!.id;
      const args = { ...inputs, assetTable } as unknown as DataExportConfigurationArgs;
      resources.exports.set(name, new DataExportConfiguration(name, args, resourceOptions));
    }
  }
  return resources;
}

/** The secrets that inputs name, `${config.name}`, from the stack's configuration. */
function secretsOf({ externalId }: Record<string, unknown>): { externalId?: Output<string> } {
  const name = typeof externalId === "string" ? secretIn(externalId) : undefined;
  return name === undefined ? {} : { externalId: new Config().requireSecret(name) };
}

/** What `pulumi stack output` tells people. */
function outputsOf({ syncs, tables, exports }: Registered): Pick<SpecResources, "counts" | "tableArns" | "receipts"> {
  const receipts = gathered([...tables].map(([name, { receipt }]) => [name, receipt]));
  return {
    counts: { syncs: syncs.size, exports: exports.size },
    tableArns: gathered([...exports].map(([name, { tableArn }]) => [name, tableArn])),
    receipts: receipts.apply((each) => Object.fromEntries(Object.entries(each).filter(hasValue))),
  };
}

function hasValue<T>(entry: [string, T | null]): entry is [string, T] {
  return Boolean(entry[1]);
}

/** Whether `sluice up --adopt` started the program: whatever is created takes over what exists already. */
function isAdopting(): boolean {
  return process.env["SLUICE_ADOPT"] === "1";
}
