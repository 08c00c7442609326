import { DeleteResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import type { ResourceDataSyncItem, ResourceDataSyncS3Destination } from "@aws-sdk/client-ssm";
import type { QuirkName } from "../emulator/index.ts";
import { syncsOf } from "./before.ts";
import { createSync, listedSync, makeDeliveryBucket, sourceOfTarget } from "./probe-syncs.ts";
import { refusalOf } from "./refusal.ts";
import type { Bench } from "./bench.ts";
import type { Made } from "./ledger.ts";
import { nameOfError, answered, unanswered } from "./report.ts";
import type { QuirkAnswer } from "./report.ts";

const quirks: readonly QuirkName[] = [
  "ssm-list-without-type",
  "ssm-name-scope",
  "ssm-error-status",
  "ssm-quota",
  "ssm-healthy-state",
  "ssm-status",
  "ssm-consistency",
  "ssm-source-and-destination",
  "ssm-omitted-switches",
  "ssm-delete-without-type",
  "ssm-quick-setup-sync",
];

/** Far more syncs than AWS documents for an account and Region. */
const mostSyncs = 12;

/** Asks what syncs can tell, with one bucket and some syncs of the probe's own. */
export async function askSyncs(bench: Bench): Promise<void> {
  await bench.ask("ssm-quick-setup-sync", async () => quickSetupOf(bench));
  await bench.group(quirks, async () => {
    const destination = await makeDeliveryBucket(bench);
    const first = { SyncName: bench.name("a"), S3Destination: destination };
    const source = { SyncName: bench.name("b"), SyncSource: sourceOfTarget(bench) };
    const lags: string[] = [];
    await createSync(bench, "SyncToDestination", first);
    if ((await listedSync(bench, "SyncToDestination", first.SyncName)) === undefined) lags.push("creation");
    await createSync(bench, "SyncFromSource", source);
    if ((await listedSync(bench, "SyncFromSource", source.SyncName)) === undefined) lags.push("creation");
    const shown = async () =>
      (await listedSync(bench, "SyncToDestination", first.SyncName)) !== undefined &&
      (await listedSync(bench, "SyncFromSource", source.SyncName)) !== undefined;
    if (!(await bench.until(shown, 60_000))) {
      return unanswered("A sync that was created is not listed after a minute.");
    }

    await bench.ask("ssm-list-without-type", async () => {
      const names = (await syncsOf(bench.target)).map(({ SyncName }) => SyncName);
      if (!names.includes(first.SyncName)) return unanswered("It does not list the SyncToDestination sync either.");
      const both = names.includes(source.SyncName);
      return answered(both ? "both" : "destination", `of one sync of each type ${both ? "both are" : "one is"} listed`);
    });
    await bench.ask("ssm-healthy-state", async () => {
      const state = (await listedSync(bench, "SyncFromSource", source.SyncName))?.SyncSource?.State;
      if (state === undefined) return answered("absent", "a sync from this account's own Regions has no State");
      return state === ""
        ? answered("empty", 'State is ""')
        : unanswered(`State is "${state}", which is neither value.`);
    });
    await bench.ask("ssm-error-status", () => statusOfAbsence(bench));
    await bench.ask("ssm-name-scope", async () => {
      const refused = await refusalOf(
        createSync(bench, "SyncFromSource", { SyncName: first.SyncName, SyncSource: sourceOfTarget(bench) }),
      );
      await bench.remove({ kind: "sync", name: first.SyncName, type: "SyncFromSource" });
      if (refused === undefined) return answered("type", "the name of a sync of the other type was accepted");
      return refused.name === "ResourceDataSyncAlreadyExistsException"
        ? answered("region", nameOfError(refused))
        : unanswered(`The name of a sync of the other type met ${nameOfError(refused)}.`);
    });
    await bench.ask("ssm-source-and-destination", () => bothKinds(bench, destination));
    await bench.ask("ssm-omitted-switches", () => omittedSwitches(bench));
    await bench.ask("ssm-delete-without-type", async () => {
      const refused = await refusalOf(
        bench.target.clients.ssm.send(new DeleteResourceDataSyncCommand({ SyncName: source.SyncName })),
      );
      if (refused === undefined) return answered("any", "it deleted a SyncFromSource sync");
      return refused.name === "ResourceDataSyncNotFoundException"
        ? answered("destination", `a SyncFromSource sync of the name met ${nameOfError(refused)}`)
        : unanswered(`It met ${nameOfError(refused)}.`);
    });
    await bench.remove({ kind: "sync", name: source.SyncName, type: "SyncFromSource" });
    if ((await listedSync(bench, "SyncFromSource", source.SyncName)) !== undefined) lags.push("deletion");
    await bench.ask("ssm-consistency", async () =>
      lags.length > 0
        ? answered("eventual", `a ${lags[0]} was not yet in the next listing`)
        : answered("immediate", "two creations and a deletion were in the next listing"),
    );
    await bench.ask("ssm-quota", () => quotaOf(bench, destination));
    await bench.ask("ssm-status", () => statusOf(bench, first.SyncName));
    await bench.remove({ kind: "sync", name: first.SyncName, type: "SyncToDestination" });
    return undefined;
  });
}

function quickSetupOf(bench: Bench): QuirkAnswer {
  const found = bench.before.awsSyncs.find(
    ({ origin, type }) => type === "SyncFromSource" && /Quick Setup|Explorer/.test(origin),
  );
  if (found !== undefined) return answered("present", "a SyncFromSource sync of its name is listed");
  return bench.allowed.quickSetup
    ? answered("absent", "it has been run here, and no SyncFromSource sync is listed")
    : unanswered(
        "No sync of its name is listed, which says nothing unless Quick Setup has been run: --quick-setup says so.",
      );
}

async function statusOfAbsence(bench: Bench): Promise<QuirkAnswer> {
  const nothing = { SyncName: bench.name("none"), SyncType: "SyncToDestination" };
  const refused = await refusalOf(bench.target.clients.ssm.send(new DeleteResourceDataSyncCommand(nothing)));
  const { httpStatusCode } = (refused as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata ?? {};
  if (httpStatusCode === 404) return answered("declared", nameOfError(refused));
  if (httpStatusCode === 400) return answered("400", nameOfError(refused));
  return unanswered(`The deletion of a sync that is not there: ${nameOfError(refused)}.`);
}

async function bothKinds(bench: Bench, destination: ResourceDataSyncS3Destination): Promise<QuirkAnswer> {
  const name = bench.name("c");
  const input = { SyncName: name, S3Destination: destination, SyncSource: sourceOfTarget(bench) };
  const refused = await refusalOf(createSync(bench, "SyncToDestination", input));
  await bench.remove({ kind: "sync", name, type: "SyncToDestination" });
  if (refused === undefined) return answered("ignore", "it was accepted");
  return /Invalid|Validation/.test(refused.name)
    ? answered("reject", nameOfError(refused))
    : unanswered(`It met ${nameOfError(refused)}.`);
}

async function omittedSwitches(bench: Bench): Promise<QuirkAnswer> {
  if (!bench.allowed.opsdata) {
    return unanswered(
      "A sync without the switches may turn OpsData sources on, which nothing turns off: --allow opsdata asks.",
    );
  }
  const name = bench.name("d");
  const { SourceType, SourceRegions } = sourceOfTarget(bench);
  await createSync(bench, "SyncFromSource", { SyncName: name, SyncSource: { SourceType, SourceRegions } });
  let source: ResourceDataSyncItem["SyncSource"];
  await bench.until(async () => {
    source = (await listedSync(bench, "SyncFromSource", name))?.SyncSource;
    return source !== undefined;
  }, 60_000);
  await bench.remove({ kind: "sync", name, type: "SyncFromSource" });
  const { IncludeFutureRegions: future, EnableAllOpsDataSources: all } = source ?? {};
  if (future === undefined || future !== all) {
    return unanswered(`IncludeFutureRegions is listed as ${future}, EnableAllOpsDataSources as ${all}.`);
  }
  return answered(String(future), "both are listed so");
}

/** Creates syncs of one type until there is no place, and then one of the other. */
async function quotaOf(bench: Bench, destination: ResourceDataSyncS3Destination): Promise<QuirkAnswer> {
  const made: Made[] = [];
  const add = async (type: "SyncToDestination" | "SyncFromSource", what: string, parts: object) => {
    const name = bench.name(what);
    made.push({ kind: "sync", name, type });
    const refused = await refusalOf(createSync(bench, type, { SyncName: name, ...parts }));
    if (refused !== undefined && refused.name !== "ResourceDataSyncCountExceededException") throw refused;
    return refused;
  };
  try {
    let full: Error | undefined;
    let count = 0;
    while (full === undefined && count < mostSyncs) {
      full = await add("SyncToDestination", `q${++count}`, { S3Destination: destination });
    }
    if (full === undefined) return unanswered(`There was room for ${count} more SyncToDestination syncs.`);
    const other = await add("SyncFromSource", "q0", { SyncSource: sourceOfTarget(bench) });
    return other === undefined
      ? answered("separate", "with no place for a SyncToDestination sync, a SyncFromSource sync was accepted")
      : answered("shared", "with no place for a SyncToDestination sync, a SyncFromSource sync met the quota too");
  } finally {
    for (const sync of made) await bench.remove(sync);
  }
}

async function statusOf(bench: Bench, name: string): Promise<QuirkAnswer> {
  let last: ResourceDataSyncItem | undefined;
  const settled = await bench.until(async () => {
    last = await listedSync(bench, "SyncToDestination", name);
    return last?.LastStatus === "Successful" || last?.LastStatus === "Failed";
  }, bench.allowed.patienceMs);
  const minutes = Math.round(bench.allowed.patienceMs / 60_000);
  if (settled) {
    return last?.LastStatus === "Successful"
      ? answered("settles", "LastStatus became Successful")
      : unanswered(`The sync failed: ${last?.LastSyncStatusMessage ?? "without a message"}.`);
  }
  return last?.LastStatus === "InProgress"
    ? answered("stuck", `LastStatus was still InProgress after ${minutes} minutes`)
    : unanswered(`LastStatus was ${last?.LastStatus ?? "absent"} after ${minutes} minutes.`);
}
