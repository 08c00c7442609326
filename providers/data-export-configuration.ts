import { explain, meaningOf, targetName } from "../src/aws/index.ts";
import { findConfiguration, findOtherHolder } from "./slot/configurations.ts";
import type { Configuration } from "./slot/configurations.ts";
import { exportIdForm, normalise, rules, subjectOf } from "./settings/export-settings.ts";
import type { ExportSettings } from "./settings/export-settings.ts";
import type { ExportedTable } from "./slot/exported-table.ts";
import { configurationMade, takeOverExport } from "./export/existing-export.ts";
import { declareExport, declaredClaim, otherClaimText } from "./slot/declared.ts";
import {
  expirationFindings,
  expire,
  isOlder,
  createdExportExpiration,
  keptExportExpiration,
  noteInterruptedExpiration,
  earlierExpiration,
} from "./export/expiration.ts";
import { cannotExport } from "./slot/claim-decision.ts";
import { exportForecast, switchedExportForecast } from "./export/export-forecast.ts";
import { findTable, recordExpirationOf } from "./slot/exported-table.ts";
import { errorsIn, findingText } from "./lifecycle/finding.ts";
import { Unfinished } from "./lifecycle/lifecycle.ts";
import type { Lifecycle, Work } from "./lifecycle/lifecycle.ts";
import { SentChange } from "./lifecycle/ownership.ts";
import { noteForeignTable } from "./slot/foreign-tables.ts";
import { knowsOther } from "./slot/recorded-claims.ts";
import { putExport } from "./export/put-export.ts";
import { removeExport } from "./claim/remove-export.ts";
import { recordOwner } from "./slot/table-owner.ts";
import { pollUntilFound } from "./lifecycle/waiting.ts";

/** What is recorded of an export configuration. */
export interface ExportState extends ExportSettings {
  status?: string;
  createdAt?: string;
  updatedAt?: string;
  /** The table that it exports into, once there is one. */
  tableArn?: string;
  /** The configuration exists, but its table or expiration is not as wanted; the next update goes on. */
  __unfinished?: "create" | "update" | true;
  /** The expiration that was wanted by the create that is unfinished. */
  __wantedExpirationDays?: unknown;
}

type Unended = Pick<ExportState, "__unfinished" | "__wantedExpirationDays">;

const completionSeconds = 120;

/**
 * A domain's export of asset metadata. AWS keeps one in an account and Region, cannot change its encryption, and leaves the table when
 * the configuration is deleted.
 * @see https://docs.aws.amazon.com/datazone/latest/APIReference/API_PutDataExportConfiguration.html
 */
export const dataExportConfiguration: Lifecycle<ExportSettings, ExportState> = {
  rules,
  kind: "DataExportConfiguration",
  normalise,
  declare: declareExport,
  losesRows: ["recordExpirationDays"],
  idOf: ({ account, region, domain }) => `${account}/${region}/${domain}`,

  // The id of its claim is the same.
  idForm: {
    ...exportIdForm,
    pattern: /^(?<assetTable>(?<account>\d{12})\/(?<region>[a-z0-9-]+)\/(?<domain>dzd[-_][\w-]{1,36}))$/,
  },

  absent: {
    role: null,
    externalId: null,
    recordExpirationDays: null,
    allowLoss: null,
    status: null,
    createdAt: null,
    updatedAt: null,
    tableArn: null,
  },

  subjectOf: subjectOf,

  preflight: exportForecast,
  anewPreflight: switchedExportForecast,

  async observe(recorded, work) {
    const configuration = await findConfiguration(work.clients, recorded.domain);
    if (!configuration) return undefined;
    const table = await findTable(work.clients, recorded.tableBucketArn);
    const days = table ? await recordExpirationOf(work.clients, table.arn) : recorded.recordExpirationDays;
    if (table) noteInterruptedExpiration(table, recorded, days, work);
    return stateOf({ ...recorded, recordExpirationDays: days }, configuration, table);
  },

  async createdAtOf({ domain }, { clients }) {
    try {
      return (await findConfiguration(clients, domain))?.createdAt;
    } catch (error) {
      // One that may not be asked must not hold its own deletion.
      if (meaningOf(error).kind === "denied") return undefined;
      throw error;
    }
  },

  async create(desired, work) {
    const claim = declaredClaim(desired);
    if (claim && claim.domain !== desired.domain) throw new Error(otherClaimText(desired, claim.domain));
    const present = await findConfiguration(work.clients, desired.domain);
    const first = await createdExportExpiration(desired, present, work);
    const losses = errorsIn(await expirationFindings(desired, first, work));
    if (losses.length > 0) throw new Error(losses.map(findingText).join("\n"));
    const other = present ? undefined : await findOtherHolder(work.clients, desired);
    if (other !== undefined) throw new Error(findingText(cannotExport(desired, other)));
    const sending = new SentChange();
    let made: Configuration | undefined;
    if (present) await takeOverExport(desired, present, sending, work);
    else {
      made = await putExport(desired, undefined, work).then(
        () => undefined,
        (error: unknown) => configurationMade(desired, sending, work, error),
      );
    }
    const { recordExpirationDays: wanted } = present
      ? ((await work.ownership.interruptedInputs()) ?? desired)
      : desired;
    const unfinished = { __unfinished: "create", __wantedExpirationDays: wanted } as const;
    return finish(desired, { before: undefined, first }, unfinished, work, made);
  },

  async update(desired, recorded, work) {
    const switched = recorded.enabled !== desired.enabled;
    const expires = recorded.recordExpirationDays !== desired.recordExpirationDays;
    if (!switched && !expires && !recorded["__unfinished"]) {
      const { status, createdAt, updatedAt, tableArn } = recorded;
      return { ...desired, status, createdAt, updatedAt, tableArn };
    }
    const present = await findConfiguration(work.clients, desired.domain);
    if (!present) {
      throw new Error(
        `${subjectOf(desired).resource} in ${targetName(desired)} was deleted meanwhile. Run \`pulumi refresh\`, then up.`,
      );
    }
    if (present.enabled !== desired.enabled || present.status === "FAILED") await putExport(desired, present, work);
    const { recordExpirationDays: before } = recorded;
    const { __unfinished: unfinished, __wantedExpirationDays: wanted } = recorded;
    if (unfinished === undefined || unfinished === "update")
      return finish(desired, { before, first: keptExportExpiration }, { __unfinished: "update" }, work);
    const first = earlierExpiration(wanted, desired, present);
    return finish(desired, { before, first }, { __unfinished: "create", __wantedExpirationDays: wanted }, work);
  },

  delete: removeExport,
  successorOf: declaredClaim,
};

/**
 * Waits until AWS says that it is done and an enabled export has its table, then sets the expiration of the table's rows. From here on
 * the configuration exists, and every failure says so.
 */
async function finish(
  desired: ExportSettings,
  expiration: Parameters<typeof expire>[2],
  unfinished: Unended,
  work: Work,
  made?: Configuration,
): Promise<ExportState> {
  let configuration = made;
  let table: ExportedTable | undefined;
  const look = async () => {
    configuration = await findConfiguration(work.clients, desired.domain);
    if (configuration?.status === "FAILED") return true;
    if (configuration?.status !== "COMPLETED" || configuration.enabled !== desired.enabled) return undefined;
    table = await findTable(work.clients, desired.tableBucketArn);
    if (table || !desired.enabled) return true;
    work.progress.status("waiting for the table");
    return undefined;
  };
  try {
    work.progress.status("waiting until the export is set up");
    await pollUntilFound(look, { atMostSeconds: completionSeconds, signal: work.signal });
    const trouble = troubleOf(desired, configuration, table);
    if (trouble) throw new Error(trouble);
    if (table) {
      // A table that a create has made is younger than its configuration; any other one in place of the recorded was met.
      const lay = unfinished["__unfinished"] === "update" || isOlder(table, configuration!);
      if (work.ownership.hasAdopted || (lay && knowsOther(desired, table.arn))) noteForeignTable(desired, table.arn);
      await expire(table, desired, expiration, work);
      await recordOwner(desired, table, work);
    }
    return stateOf(desired, configuration!, table);
  } catch (error) {
    const { message } = explain(error, "finish", subjectOf(desired));
    const state = configuration ? stateOf(desired, configuration, table) : desired;
    throw new Unfinished(message, { ...state, recordExpirationDays: expiration.before, ...unfinished }, error);
  }
}

function troubleOf(
  desired: ExportSettings,
  configuration: Configuration | undefined,
  table: ExportedTable | undefined,
): string | undefined {
  const what = `${subjectOf(desired).resource} in ${targetName(desired)}`;
  if (!configuration) return `${what} was accepted, but is not there after ${completionSeconds} s. Run it again.`;
  if (configuration.status === "FAILED") {
    return `${what} failed, and AWS gives no reason. Look at the domain and at the key's policy, then run it again.`;
  }
  if (configuration.enabled !== desired.enabled) {
    return `${what} is ${configuration.enabled ? "enabled" : "disabled"} ${completionSeconds} s after the contrary was accepted. Run it again.`;
  }
  if (desired.enabled && !table) {
    return `${what} has no table in ${desired.tableBucketArn} after ${completionSeconds} s. Look at the domain's settings, then run it again.`;
  }
  return undefined;
}

function stateOf(
  settings: ExportSettings,
  { enabled, encryption, status, createdAt, updatedAt }: Configuration,
  table: ExportedTable | undefined,
): ExportState {
  return {
    ...normalise({ ...settings, enabled, encryption }),
    status,
    createdAt,
    updatedAt,
    ...(table && { tableArn: table.arn }),
  };
}
