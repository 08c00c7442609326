import { partitionOf } from "../partitions.ts";
import type { ExportEntry, Path, SpecFinding, SyncEntry } from "../spec/index.ts";
import { locateFinding } from "../spec/index.ts";
import type { TargetEntry } from "./conflicts.ts";
import type { Target } from "./target.ts";
import { targetName } from "./target.ts";

/** Returns what of an entry is in another partition than its target: buckets, keys and roles of one are unknown in the others. */
export function entryPartitions({ entry, target }: TargetEntry<SyncEntry | ExportEntry>): SpecFinding[] {
  const targetPartition = partitionOf(target.region);
  const { path } = entry;
  const settings: { what: string; partition: string | undefined; at: Path }[] =
    "domain" in entry
      ? [
          { what: "key", partition: partitionIn(entry.kmsKey), at: [...path, "encryption", "kmsKey"] },
          { what: "backup's key", partition: partitionIn(entry.table.backupKey), at: [...path, "table", "backupKey"] },
        ]
      : [
          {
            what: "bucket",
            partition: regionPartition(entry.destination?.region),
            at: [...path, "destination", "region"],
          },
          { what: "key", partition: partitionIn(entry.destination?.kmsKey), at: [...path, "destination", "kmsKey"] },
        ];
  return settings
    .filter(({ partition }) => partition !== undefined && partition !== targetPartition)
    .map(({ what, partition, at }) =>
      locateFinding(finding(what, partition!, targetName(target), targetPartition, at), entry),
    );
}

/** Returns whether a role is in another partition than where it is to act. */
export function rolePartition(
  role: string,
  { target }: Pick<TargetEntry<SyncEntry>, "target">,
  path: Path,
): SpecFinding[] {
  const [partition, targetPartition] = [partitionIn(role), partitionOf(target.region)];
  return partition === undefined || partition === targetPartition
    ? []
    : [
        finding(
          "role",
          partition,
          targetName(target),
          targetPartition,
          path,
          "Write arn:${partition}:iam::… for every partition.",
        ),
      ];
}

/**
 * Returns those targets of an account that are of another partition than most of it: an account is in one alone, so that everything else
 * about them follows from that.
 */
export function strayTargets<Placed extends { target: Target }>(placed: readonly Placed[]): Placed[] {
  return [...Map.groupBy(placed, ({ target }) => target.account).values()].flatMap((ofAccount) => {
    const byPartition = [...Map.groupBy(ofAccount, ({ target }) => partitionOf(target.region)).values()];
    const most = Math.max(...byPartition.map(({ length }) => length));
    const home = byPartition.find(({ length }) => length === most);
    return byPartition.filter((one) => one !== home).flat();
  });
}

/** Returns what of an entry cannot be where it is wanted, the account being in another partition. */
export function strayFinding({ entry, target }: TargetEntry<SyncEntry | ExportEntry>): SpecFinding {
  const { account, region } = target;
  const message = `The account ${account} is wanted in ${region}, which is in ${partitionOf(region)}, and in Regions of another partition; an account is in one.`;
  const fix = "Leave one out, or list the account's own Regions in `accounts`.";
  return { code: "other-partition", message, path: [...entry.path, "targets"], fix };
}

function finding(
  what: string,
  partition: string,
  target: string,
  targetPartition: string,
  path: Path,
  fix?: string,
): SpecFinding {
  const message = `The ${what} is in the partition ${partition}, but ${target} is in ${targetPartition}.`;
  return {
    code: "other-partition",
    message,
    path,
    fix: fix ?? `Name one of ${targetPartition}, or take the target out.`,
  };
}

const partitionIn = (arn: string | undefined): string | undefined => /^arn:([a-z-]+):/.exec(arn ?? "")?.[1];

const regionPartition = (region: string | undefined): string | undefined =>
  region === undefined || !/^[a-z]{2,4}-[a-z0-9-]+-\d+$/.test(region) ? undefined : partitionOf(region);
