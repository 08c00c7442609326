import { ComponentResource, output, rootStackResource } from "@pulumi/pulumi";
import type { Alias, ComponentResourceOptions, Output } from "@pulumi/pulumi";
import type { Receipt } from "./backup/index.ts";
import { registerSpec } from "./registration.ts";
import type { SpecRecord, SpecResources } from "./registration.ts";

const type = "sluice:index:Sluice";

/** The arguments of a {@link Sluice}. */
export interface SluiceArgs {
  /** The spec; a relative path starts at the project's folder, where Pulumi.yaml is. @default "sluice.yaml" */
  spec?: string;
}

/**
 * Everything that a spec stands for, as one component: below it a component for each account, below that the account's resources.
 *
 * Resources that are recorded without a parent, or below this component's own parent, as `fromSpec` makes them, move below it by
 * themselves; nothing is created or deleted for that.
 *
 * @example
 * const fleet = new Sluice("fleet", { spec: "sluice.yaml" });
 * export const { record: sluice, counts, tableArns, receipts } = fleet;
 */
export class Sluice extends ComponentResource<SpecResources> {
  /** The type as policy packs see it. */
  static readonly __pulumiType = type;

  /** What the next plan is judged by. Export it from the program under the name `sluice`. */
  readonly record: Output<SpecRecord>;
  /** How many resources of each kind there are. */
  readonly counts: Output<SpecResources["counts"]>;
  /** The ARN of each export's table, by the export's name; null where there is no table yet. */
  readonly tableArns: Output<Record<string, string | null>>;
  /** The receipt of the backup of each table that had to give way, by the name of the claim that needed its place. */
  readonly receipts: Output<Record<string, Receipt>>;
  /** The single resources, by their names, once the spec has been read: take it by `then`, since an output has no maps. */
  readonly resources: Promise<SpecResources>;

  constructor(name: string, args: SluiceArgs = {}, options: ComponentResourceOptions = {}) {
    super(type, name, { ...args }, options);
    this.resources = this.getData();
    const outputOf = <Key extends "record" | "counts" | "tableArns" | "receipts">(key: Key) =>
      output(this.resources.then((resources) => ({ value: resources[key] }))).apply(({ value }) => value);
    this.record = outputOf("record") as Output<SpecRecord>;
    this.counts = outputOf("counts") as Output<SpecResources["counts"]>;
    this.tableArns = outputOf("tableArns") as Output<Record<string, string | null>>;
    this.receipts = outputOf("receipts") as Output<Record<string, Receipt>>;
  }

  protected override initialize(
    args: SluiceArgs,
    options: ComponentResourceOptions,
    name: string,
  ): Promise<SpecResources> {
    const former: Alias[] = [{ parent: rootStackResource }];
    if (options.parent) former.push({ parent: options.parent });
    const accounts = new Map<string, Account>();
    return registerSpec(args.spec ?? "sluice.yaml", (account) => {
      // A component's name is not in its children's: two of this class may have resources in one account.
      const parent = accounts.get(account) ?? new Account(`${name}/${account}`, { parent: this });
      accounts.set(account, parent);
      return { parent, aliases: former };
    });
  }
}

/** One account's resources. */
class Account extends ComponentResource {
  constructor(name: string, options: ComponentResourceOptions) {
    super("sluice:index:Account", name, {}, options);
  }
}
