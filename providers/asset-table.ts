import { readReceipt } from "../src/backup/index.ts";
import type { Receipt } from "../src/backup/index.ts";
import { placeOf as place } from "../src/aws/index.ts";
import type { Place } from "../src/aws/index.ts";
import { decide } from "./evidence.ts";
import type { Lifecycle, Work } from "./lifecycle.ts";
import { backUpAndDrop, backupsOf, drop, look, lookAtTable } from "./making-room.ts";
import type { Look } from "./making-room.ts";
import { writeRecord } from "./release-record.ts";
import { changes, normalise, obstacles, rules } from "./table-settings.ts";
import type { TableSettings } from "./table-settings.ts";

/** What is recorded of a claim. */
export interface TableState extends TableSettings {
  tableArn?: string;
  receipt?: Receipt;
}

/** How often a table may change while it is backed up. AWS writes to it once a day, and compacts it now and then. */
const attempts = 5;

/**
 * A domain's claim on the one place for the exported table. The claim itself is nothing in AWS: what exists is the table, its
 * backups, and beside them the record of the domain that released it.
 * @see https://docs.aws.amazon.com/datazone/latest/APIReference/API_PutDataExportConfiguration.html
 */
export const assetTable: Lifecycle<TableSettings, TableState> = {
  rules,
  obstacles,
  changes,
  normalise,
  idOf: ({ account, region, domain }) => `${account}/${region}/${domain}`,

  locate(id) {
    const [account, region, domain] = id.split("/");
    return { account, region, domain, backup: "none" };
  },

  placeOf: whereIs,

  /** A claim is there as long as it is recorded; the table may come later, or be gone. */
  async observe(recorded, work) {
    const table = await lookAtTable(recorded, work);
    return { ...recorded, tableArn: table?.arn, ...(table && { encryption: table.encryption }) };
  },

  async create(desired, work) {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const found = await look(desired, work);
      const decision = decide(desired, found);
      switch (decision.act) {
        case "refuse":
          throw new Error(decision.reason);
        case "claim":
          return { ...desired, receipt: await receiptOf(found, work) };
        case "adopt":
          work.progress.warn(`the table ${found.table!.arn} was adopted for ${desired.domain}.`);
          return { ...desired, tableArn: found.table!.arn };
        case "drop":
          if (await drop(desired, found.table!, work)) return { ...desired };
          break;
        case "backUpAndDrop": {
          const receipt = await backUpAndDrop(desired, found, work);
          if (receipt) return { ...desired, receipt };
        }
      }
    }
    throw restless(desired);
  },

  /** Only what the next backup needs can change in place, and is kept for it. */
  async update(desired, { tableArn, receipt }) {
    return { ...desired, tableArn, receipt };
  },

  async delete(recorded, work) {
    if (recorded.onRemoval === "keep") return release(recorded, await lookAtTable(recorded, work), work);
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const table = await lookAtTable(recorded, work);
      if (!table) return;
      await release(recorded, table, work);
      if (isOther(table, recorded)) return;
      const found = await look(recorded, work);
      if (!found.table || (await backUpAndDrop(recorded, found, work))) return;
    }
    throw restless(recorded);
  },
};

/** Writes down whose table stays behind. The table is kept, as AWS keeps it. */
async function release(recorded: TableState, table: Look["table"], work: Work): Promise<void> {
  if (!table) return;
  if (isOther(table, recorded)) {
    work.progress.warn(`the table ${table.arn} is not the claimed one (${recorded.tableArn}); it was kept as it is.`);
    return;
  }
  const { domain } = recorded;
  const { encryption, arn: tableArn } = table;
  const time = new Date().toISOString();
  await writeRecord(recorded, backupsOf(work), { version: 1, domain, encryption, tableArn, time });
}

function isOther(table: NonNullable<Look["table"]>, { tableArn }: TableState): boolean {
  return tableArn !== undefined && tableArn !== table.arn;
}

/** The receipt of the table that lay here before, when an earlier run dropped it and could not record that. */
async function receiptOf({ release }: Look, work: Work): Promise<Receipt | undefined> {
  return release?.receipt === undefined ? undefined : readReceipt(backupsOf(work), release.receipt);
}

function restless(settings: TableSettings): Error {
  return new Error(
    `The exported table of ${place(settings)} changed each of ${attempts} times that it was backed up. It was kept. Run it again later.`,
  );
}

function whereIs({ account, region, domain, encryption, backup }: TableSettings): Place {
  const resource = `claim of ${domain} on the exported table`;
  return { account, region, resource, kmsKeyArn: encryption.kmsKeyArn, backup };
}
