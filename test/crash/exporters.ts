import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { getObject, snapshotRows } from "../support/iceberg-rows.ts";
import type { Snapshot } from "../support/iceberg-rows.ts";
import type { Ran } from "../support/sluice.ts";
import { forgetEnvironment } from "../../src/aws/index.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { Call, TestWorld } from "../support/world.ts";

/** What one account shows to somebody who looks from outside. */
export interface Look {
  enabled: string[];
  tableArn?: string;
  /** The keys of the backup bucket. */
  backup: string[];
}

interface Table {
  arn: string;
  snapshots: Snapshot[];
}

export const region = "us-east-1";
export const audit = "111122223333";
const domains = ["dzd_alpha", "dzd_beta"] as const;

/**
 * Many accounts in one stack, each with two domains, a bucket for its backups and one export. What goes wrong in one of them
 * is its own case, so that one run of the command line tries them all.
 */
export class Exporters {
  readonly world: TestWorld;
  readonly accounts: readonly string[];
  readonly #syncs: object;
  /** Each account's table before the switch. */
  readonly tables = new Map<string, Table>();

  private constructor(world: TestWorld, accounts: readonly string[], syncs: object) {
    this.world = world;
    this.accounts = accounts;
    this.#syncs = syncs;
  }

  /** Nothing is deployed; the spec wants an export of alpha, and these syncs, in each of so many accounts. */
  static async seed(count: number, syncs: object = {}): Promise<Exporters> {
    forgetEnvironment();
    const accounts = Array.from({ length: count }, (_, index) => String(300_000_000_000 + index));
    const exporters = new Exporters(await testWorld({ account: audit, seed: seedOf(accounts) }), accounts, syncs);
    await exporters.want("dzd_alpha");
    return exporters;
  }

  /** All of them export alpha, for so many days. */
  static async start(count: number, days: number): Promise<Exporters> {
    const exporters = await Exporters.seed(count);
    const { accounts } = exporters;
    await exporters.mustRun("up");
    await exporters.world.advance(days, 3);
    for (const account of accounts) exporters.tables.set(account, (await exporters.#table(account))!);
    await exporters.world.forgetCalls();
    return exporters;
  }

  /** Writes the spec: the domain of all the exports. */
  async want(domain: (typeof domains)[number]): Promise<void> {
    const names = this.accounts.map((account) => `a${account}`);
    const targets = { accounts: names, regions: [region] };
    const syncs = Object.entries(this.#syncs).map(([name, sync]) => [name, { targets, ...sync }]);
    await this.world.writeSpec({
      version: 1,
      // Every one of them is switched at once.
      guards: { deletes: 1000, replaces: 1000 },
      role: "arn:aws:iam::${account.id}:role/Sluice",
      accounts: Object.fromEntries(this.accounts.map((account, index) => [names[index], account])),
      syncs: Object.fromEntries(syncs),
      exports: {
        catalog: {
          targets,
          domain,
          recordExpirationDays: 365,
          table: { backup: "s3://backups-${account.id}/catalog" },
        },
      },
    });
  }

  /** Runs a verb with room for a step in every account at a time. */
  run(verb: string, ...args: string[]) {
    return this.world.run(verb, ...this.#flagsOf(verb), ...args);
  }

  /** `up`, killed as soon as something is the case. */
  async upKilled(when: () => Promise<boolean>): Promise<Ran> {
    const moment = Promise.withResolvers<void>();
    const timer = setInterval(() => void when().then((is) => is && moment.resolve()), 200);
    try {
      return await this.world.runKilled(moment.promise, "up", ...this.#flagsOf("up"));
    } finally {
      clearInterval(timer);
    }
  }

  /** The same in this process, which need not start: where nothing goes wrong, so that nothing of it stays. */
  async mustRun(verb: string): Promise<void> {
    const { code, all } = await typed(this.world, this.world.argvOf(verb, this.#flagsOf(verb)));
    if (code !== 0) throw new Error(`${verb} ended with ${code}:\n${all}`);
  }

  async look(account: string): Promise<Look> {
    const [enabled, tableArn, backup] = await Promise.all([
      this.#enabled(account),
      this.#tableOf(account).then((table) => table?.tableARN),
      this.#backup(account),
    ]);
    return { enabled, tableArn, backup };
  }

  /** Every snapshot of the copy that the account's only receipt speaks of. */
  async backedUp(
    account: string,
    look: Look,
  ): Promise<{ receipts: number; tableArn?: string; snapshots?: Snapshot[] }> {
    const [key, ...others] = look.backup.filter((name) => name.endsWith("/receipt.json"));
    if (key === undefined || others.length > 0) return { receipts: others.length + (key ? 1 : 0) };
    const s3 = this.world.s3(account);
    const receipt = JSON.parse(Buffer.from(await getObject(s3, `s3://backups-${account}/${key}`)).toString());
    const snapshots = await snapshotRows(s3, receipt.destination.metadataLocation);
    return { receipts: 1, tableArn: receipt.source.tableArn, snapshots };
  }

  /** The calls of each account, in order. */
  async calls(): Promise<Map<string, Call[]>> {
    return Map.groupBy(await this.world.calls(), ({ account }) => account);
  }

  /** The rules that have not come true. */
  async faultsLeft(): Promise<object[]> {
    return (await fetch(this.#faults)).json() as Promise<object[]>;
  }

  /** Looks while nothing goes wrong. */
  async undisturbed(look: () => Promise<void>): Promise<void> {
    const rules = await this.faultsLeft();
    await fetch(this.#faults, { method: "DELETE" });
    await look();
    await this.world.fault(...rules);
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** The plan's own look at AWS would meet the faults that are meant for the deployment. */
  #flagsOf(verb: string): string[] {
    const more = verb === "up" ? ["--no-preflight"] : [];
    return ["--yes", ...more, "--parallel", String(this.accounts.length + 1)];
  }

  get #faults(): string {
    return `${this.world.endpoint}/_emulator/faults`;
  }

  async #enabled(account: string): Promise<string[]> {
    const datazone = new DataZoneClient(this.world.clientOf(account));
    const answers = await Promise.all(
      domains.map((domainIdentifier) =>
        datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier })).catch(absent),
      ),
    );
    return domains.filter((_, index) => answers[index]?.isExportEnabled);
  }

  async #tableOf(account: string) {
    const tableBucketARN = `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
    const key = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
    return new S3TablesClient(this.world.clientOf(account)).send(new GetTableCommand(key)).catch(absent);
  }

  async #table(account: string): Promise<Table | undefined> {
    const table = await this.#tableOf(account);
    if (!table) return undefined;
    return { arn: table.tableARN!, snapshots: await snapshotRows(this.world.s3(account), table.metadataLocation!) };
  }

  async #backup(account: string): Promise<string[]> {
    const listed = await this.world.s3(account).send(new ListObjectsV2Command({ Bucket: `backups-${account}` }));
    return (listed.Contents ?? []).map(({ Key }) => Key!);
  }
}

function seedOf(accounts: readonly string[]): object {
  const place = { [region]: { domains: domains.map((id) => ({ id, name: id })) } };
  const places = accounts.map((account) => [account, { name: `a${account}`, regions: place }]);
  return {
    accounts: { [audit]: { name: "audit" }, ...Object.fromEntries(places) },
    buckets: {
      inventory: { region, account: audit, policy: "ssm-delivery" },
      ...Object.fromEntries(accounts.map((account) => [`backups-${account}`, { region, account }])),
    },
  };
}

function absent(error: Error): undefined {
  if (error.name === "ResourceNotFoundException" || error.name === "NotFoundException") return undefined;
  throw error;
}
