import { ComponentResource, rootStackResource } from "@pulumi/pulumi";
import type { Alias, ComponentResourceOptions, Output } from "@pulumi/pulumi";
import type { Receipt } from "../backup/index.ts";
import { AssetTable } from "./asset-table.ts";
import type { AssetTableArgs } from "./asset-table.ts";
import { DataExportConfiguration } from "./data-export-configuration.ts";
import type { DataExportConfigurationArgs } from "./data-export-configuration.ts";

const type = "sluice:index:CatalogExport";

/** The arguments of a {@link CatalogExport}: those of the export, and those of the claim on the table's place under `table`. */
export interface CatalogExportArgs extends Omit<DataExportConfigurationArgs, "assetTable"> {
  /** Where backups of the table go and what becomes of it; `backup: "none"` is a choice too. */
  table: Omit<AssetTableArgs, Shared>;
}

/** What the export and its claim have in common. */
type Shared = "account" | "region" | "role" | "externalId" | "domain" | "encryption" | "adopt" | "allowLoss";

/**
 * A domain's daily export of its asset metadata, with its claim on the table's place: an {@link AssetTable} and a
 * {@link DataExportConfiguration} of the component's name.
 *
 * Two resources of that name that are recorded without a parent, or below this component's own, move below it by themselves.
 *
 * @example
 * new CatalogExport("catalog", { account, region, domain: "dzd_4abc", table: { backup: "s3://acme-backups/catalog" } });
 */
export class CatalogExport extends ComponentResource {
  /** The type as policy packs see it. */
  static readonly __pulumiType = type;

  /** The claim on the place. */
  readonly table: AssetTable;
  /** The export. */
  readonly configuration: DataExportConfiguration;
  /** ARN of the table that it exports into; null where there is none yet. */
  readonly tableArn: Output<string | null>;
  /** The receipt of the backup of the table that had to give way. */
  readonly receipt: Output<Receipt | null>;

  constructor(name: string, args: CatalogExportArgs, options: ComponentResourceOptions = {}) {
    super(type, name, {}, options);
    const aliases: Alias[] = [{ parent: rootStackResource }];
    if (options.parent) aliases.push({ parent: options.parent });
    const childOptions = { parent: this, aliases };
    const { table, enabled, recordExpirationDays, ...shared } = args;
    this.table = new AssetTable(name, { ...shared, ...table }, childOptions);
    const settings = { ...shared, enabled, recordExpirationDays, assetTable: this.table.id };
    this.configuration = new DataExportConfiguration(name, settings, childOptions);
    this.tableArn = this.configuration.tableArn;
    this.receipt = this.table.receipt;
    this.registerOutputs({ tableArn: this.tableArn, receipt: this.receipt });
  }
}
