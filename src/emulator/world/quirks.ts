/**
 * Where AWS does not document a behaviour, the emulator has a named quirk with each behaviour that clients must bear.
 * The first value is the default.
 */
export interface Quirk {
  about: string;
  values: readonly [string, string, ...string[]];
}

/** Every quirk, by name. */
export const knownQuirks = {
  "ssm-list-without-type": {
    about: "What ListResourceDataSync without SyncType returns",
    values: ["both", "destination"],
  },
  "ssm-name-scope": {
    about: "Whether a sync's name is unique in its account and Region, or only among syncs of its type",
    values: ["region", "type"],
  },
  "ssm-error-status": {
    about: "HTTP status of errors for which the model declares 404 or 409",
    values: ["declared", "400"],
  },
  "ssm-quota": {
    about: "Whether the five syncs of an account and Region are counted for each type or for both together",
    values: ["separate", "shared"],
  },
  "ssm-healthy-state": {
    about: "SyncSource.State of a healthy SyncFromSource sync",
    values: ["absent", "empty"],
  },
  "ssm-status": {
    about: "LastStatus of a working SyncToDestination sync as time passes; some stay InProgress for ever",
    values: ["settles", "stuck"],
  },
  "ssm-consistency": {
    about: "Whether a listing shows a creation or deletion at once or a second later",
    values: ["immediate", "eventual"],
  },
  "ssm-source-and-destination": {
    about: "Create with both S3Destination and SyncSource",
    values: ["reject", "ignore"],
  },
  "ssm-omitted-switches": {
    about: "What an omitted IncludeFutureRegions or EnableAllOpsDataSources means",
    values: ["false", "true"],
  },
  "ssm-missing-role": {
    about: "An organization's SyncFromSource without the service-linked role: State NoPermissions, or refused",
    values: ["state", "reject"],
  },
  "ssm-delete-without-type": {
    about: "Which sync DeleteResourceDataSync without SyncType means",
    values: ["destination", "any"],
  },
  "ssm-second-shared-sync": {
    about: "The error of a second organization-shared sync in an account and Region",
    values: ["count-exceeded", "invalid-configuration"],
  },
  "ssm-quick-setup-sync": {
    about: "Whether Quick Setup leaves a visible SyncFromSource sync in each account and Region",
    values: ["absent", "present"],
  },
  "datazone-get-unconfigured": {
    about: "GetDataExportConfiguration on a domain that was never configured",
    values: ["not-found", "disabled"],
  },
  "datazone-delete-unconfigured": {
    about: "DeleteDataExportConfiguration on a domain that was never configured",
    values: ["not-found", "success"],
  },
  "datazone-foreign-table": {
    about: "Put while the asset table of another domain is still there",
    values: ["conflict", "reuse", "failed"],
  },
  "datazone-own-table": {
    about: "Put again on the same domain after its configuration was deleted and the table kept",
    values: ["reuse", "conflict"],
  },
  "datazone-changed-encryption": {
    about: "Put with another encryption than the table has",
    values: ["reject", "conflict", "ignore"],
  },
  "datazone-put-completes": {
    about: "Whether the table exists when Put has answered or two seconds later",
    values: ["at-once", "later"],
  },
  "datazone-token-reuse": {
    about: "The same client token again with the same input: the same answer, or a conflict as with another input",
    values: ["idempotent", "conflict"],
  },
  "datazone-v1-domain": { about: "Put on a domain of version V1", values: ["accept", "reject"] },
  "datazone-shared-domain": { about: "Put on a domain that another account shares", values: ["accept", "reject"] },
  "datazone-shared-get": {
    about: "GetDataExportConfiguration and DeleteDataExportConfiguration on a domain that another account shares",
    values: ["answered", "denied"],
  },
  "datazone-deleted-domain": {
    about:
      "Any operation on a domain that was deleted or never was: access denied, as is seen of GetDomain, or not found",
    values: ["denied", "not-found"],
  },
  "datazone-creating-domain": { about: "Put while the domain is being created", values: ["reject", "accept"] },
  "datazone-failed-export": {
    about: "Whether an export with status FAILED heals by itself when a day has passed",
    values: ["stays", "heals"],
  },
  "s3tables-export-bucket-type": {
    about: "The type of table bucket aws-sagemaker-catalog and its table",
    values: ["aws", "customer"],
  },
  "s3tables-managed-by": {
    about: "managedByService of the export's table",
    values: ["systemtables.sagemaker-catalog.amazonaws.com", "sagemaker-catalog", "absent"],
  },
  "s3tables-managed-delete": {
    about: "DeleteNamespace and DeleteTableBucket on the emptied aws-sagemaker-catalog",
    values: ["refuse", "allow"],
  },
  "s3tables-managed-quota": {
    about: "Whether aws-sagemaker-catalog counts towards the ten table buckets of an account and Region",
    values: ["excluded", "counted"],
  },
  "s3tables-empty-metadata": {
    about: "Whether the export's table has a metadata file before its first snapshot",
    values: ["present", "absent"],
  },
  "s3tables-object-refusal": {
    about: "The error of List, Copy and Delete on a table's objects",
    values: ["MethodNotAllowed", "AccessDenied"],
  },
  "export-partition": {
    about: "The partition transform of the asset table on snapshot_time",
    values: ["day", "identity"],
  },
  "export-maintenance": {
    about:
      "What maintenance leaves in the asset table on each third day: nothing, row deletes, or deletes and a compaction",
    values: ["none", "deletes", "compaction"],
  },
  "export-snapshot-expiry": {
    about: "Whether snapshot management drops snapshots past their age while days advance",
    values: ["off", "on"],
  },
  "s3tables-metadata-check": {
    about: "Whether UpdateTableMetadataLocation reads the file and holds its location against the table's",
    values: ["location", "none"],
  },
  throttling: {
    about:
      "Request rates: no limit, or a burst of 10 and 5 a second for each account, Region and operation of SSM and DataZone",
    values: ["none", "tight"],
  },
} as const satisfies Record<string, Quirk>;

/** The name of a quirk. */
export type QuirkName = keyof typeof knownQuirks;

/** The value of each quirk: its default unless chosen. */
export class QuirkChoices {
  readonly #started: Partial<Record<QuirkName, string>>;
  #chosen: Partial<Record<QuirkName, string>>;

  constructor(chosen: Record<string, string> = {}) {
    this.#chosen = {};
    this.choose(chosen);
    this.#started = { ...this.#chosen };
  }

  get(name: QuirkName): string {
    return this.#chosen[name] ?? knownQuirks[name].values[0];
  }

  /** Chooses values, all of them or, where one is unknown, none. */
  choose(values: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(values)) checkChoice(name, value);
    Object.assign(this.#chosen, values);
  }

  /** Back to what was chosen at the start. */
  reset(): void {
    this.#chosen = { ...this.#started };
  }

  list(): Array<{ name: string; about: string; values: readonly string[]; value: string }> {
    return Object.entries(knownQuirks).map(([name, { about, values }]) => ({
      name,
      about,
      values,
      value: this.get(name as QuirkName),
    }));
  }
}

/** A quirk, fault or seed that cannot be what its author meant. */
export class ControlError extends Error {
  override name = "ControlError";
}

function checkChoice(name: string, value: unknown): void {
  const quirk: Quirk | undefined = Object.hasOwn(knownQuirks, name) ? knownQuirks[name as QuirkName] : undefined;
  if (quirk === undefined) {
    throw new ControlError(`There is no quirk "${name}". The quirks are: ${Object.keys(knownQuirks).join(", ")}.`);
  }
  if (!quirk.values.includes(value as string)) {
    throw new ControlError(
      `Quirk "${name}" has no value ${JSON.stringify(value)}. It takes: ${quirk.values.join(", ")}.`,
    );
  }
}
