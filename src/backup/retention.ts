import type { FoundBackup } from "./find-backups.ts";
import type { Receipt } from "./model/receipt.ts";
import { baseName } from "./store/s3-uri.ts";

/** How many days, weeks, months and years, of those that have a backup, keep their newest one. In UTC; weeks begin on Monday. */
export type Retention = Partial<Record<(typeof periods)[number], number>>;

/** The lengths of time that a retention speaks of, the shortest first. */
export const periods = ["daily", "weekly", "monthly", "yearly"] as const;

/** A backup that was finished. */
export type FinishedBackup = FoundBackup & { receipt: Receipt };

/** What becomes of the backups of one table. */
export interface TableRetention {
  tableArn: string;
  /** It is kept whatever the retention says. */
  newest: FinishedBackup;
  /** With what each is kept for, the newest first. */
  kept: Array<{ backup: FinishedBackup; reasons: string[] }>;
  /** The newest first. */
  expired: FinishedBackup[];
}

/**
 * Returns for each table which of its backups a retention keeps. Those that were not finished, whose receipt cannot be read or that do not lie
 * where they were made are in neither list: they are nobody's to take away.
 */
export function retentionOf(backups: readonly FoundBackup[], retention: Retention): TableRetention[] {
  const finished = backups.filter(isInPlace);
  const tables = Map.groupBy(finished, ({ receipt }) => receipt.source.tableArn);
  return [...tables].map(([tableArn, ofTable]) => {
    const sorted = ofTable.toSorted((a, b) => timeOf(b) - timeOf(a) || (a.location < b.location ? -1 : 1));
    const reasons = new Map<FinishedBackup, string[]>([[sorted[0]!, ["newest"]]]);
    for (const period of periods) {
      const named = Map.groupBy(sorted, (backup) => nameOf(period, new Date(timeOf(backup))));
      for (const [name, [newest]] of [...named].slice(0, retention[period] ?? 0))
        reasons.set(newest!, [...(reasons.get(newest!) ?? []), name]);
    }
    const isKept = (backup: FinishedBackup) => reasons.has(backup);
    return {
      tableArn,
      newest: sorted[0]!,
      kept: sorted.filter(isKept).map((backup) => ({ backup, reasons: reasons.get(backup)! })),
      expired: sorted.filter((backup) => !isKept(backup)),
    };
  });
}

/** Tells whether a backup was finished and lies where it was made, so that its folder has nothing in it but the copy. */
function isInPlace(backup: FoundBackup): backup is FinishedBackup {
  const { location, receipt } = backup;
  if (!receipt || receipt.destination.location !== location) return false;
  const { account, region, tableArn } = receipt.source;
  return location.split("/").slice(-4, -1).join("/") === `${account}/${region}/${baseName(tableArn)}`;
}

const timeOf = ({ receipt }: FinishedBackup): number => Date.parse(receipt.verifiedAt);

/** Returns what the period is called in which a time lies: 2026-11-27, week of 2026-11-23, 2026-11, 2026. */
function nameOf(period: (typeof periods)[number], time: Date): string {
  const day = time.toISOString().slice(0, 10);
  switch (period) {
    case "daily":
      return day;
    case "weekly": {
      const monday = new Date(time);
      monday.setUTCDate(time.getUTCDate() - ((time.getUTCDay() + 6) % 7));
      return `week of ${monday.toISOString().slice(0, 10)}`;
    }
    case "monthly":
      return day.slice(0, 7);
    default:
      return day.slice(0, 4);
  }
}
