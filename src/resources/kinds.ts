import type { LossAllowance } from "./loss-allowance.ts";
/** What a changed setting asks for: `update` where AWS changes it in place or only the record has it, `replace` where it cannot. */
export type SettingEffect = "update" | "replace";

/** One kind of resource, with what every room has to know of it alike. */
export interface KindFacts {
  /** What people call it. */
  noun: string;
  /** The words for its creation and its deletion. */
  verbs: { create: string; delete: string };
  /** How its ids are made of its settings, as people write it. */
  idForm: string;
  /** Its settings: by dotted path, what a change of it, or of anything below it, asks for. */
  changes: Readonly<Record<string, SettingEffect>>;
  /** Whether it is a part of a domain's export, so that a switch of domains concerns it. */
  ofExport: boolean;
}

/** Another account or Region is another target. Who acts there, and what may be lost or taken over there, is only recorded. */
const connection = { account: "replace", region: "replace", role: "update", externalId: "update" } as const;

/** The kinds of resource that Sluice makes, by the names that states and events have. */
export const kinds = {
  /** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateResourceDataSync.html changes a source, and nothing else */
  ResourceDataSync: {
    noun: "data sync",
    verbs: { create: "create", delete: "delete" },
    idForm: "account/region/SyncToDestination/name or account/region/SyncFromSource/name",
    changes: {
      ...connection,
      syncName: "replace",
      syncType: "replace",
      s3Destination: "replace",
      syncSource: "update",
      "syncSource.sourceType": "replace",
      "syncSource.awsOrganizationsSource.organizationSourceType": "replace",
    },
    ofExport: false,
  },
  /** @see https://docs.aws.amazon.com/datazone/latest/APIReference/API_PutDataExportConfiguration.html switches on and off, and never changes an encryption */
  DataExportConfiguration: {
    noun: "data export",
    verbs: { create: "create", delete: "delete" },
    idForm: "account/region/domain",
    changes: {
      ...connection,
      domain: "replace",
      enabled: "update",
      encryption: "replace",
      recordExpirationDays: "update",
      assetTable: "replace",
      allowLoss: "update",
    },
    ofExport: true,
  },
  /** Is nothing in AWS that could be created or deleted. How to back up is needed only when there is something to back up. */
  AssetTable: {
    noun: "asset table",
    verbs: { create: "claim", delete: "release" },
    idForm: "account/region/domain",
    changes: {
      ...connection,
      domain: "replace",
      encryption: "replace",
      backup: "update",
      backupOwner: "update",
      backupKey: "update",
      method: "update",
      history: "update",
      onRemoval: "update",
      leftover: "update",
      allowLoss: "update",
    },
    ofExport: true,
  },
} as const satisfies Record<string, KindFacts>;

/** The name of a kind. */
export type ResourceKind = keyof typeof kinds;

/** Returns what is known of a kind; `undefined` for a resource that is not ours. */
export const factsOfKind = (name: string): KindFacts | undefined =>
  Object.hasOwn(kinds, name) ? kinds[name as ResourceKind] : undefined;

/** Returns what a change of the setting at `path` asks for; `undefined` for what is no setting. The longest path in the table decides. */
export function effectOf(path: string, changes: KindFacts["changes"]): SettingEffect | undefined {
  for (let at = path; at; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
    const effect = changes[at];
    if (effect) return effect;
  }
  return undefined;
}

/** Returns the type of a kind's resources, as Pulumi's Node SDK writes the one of a dynamic provider into URNs. */
export const pulumiTypeOf = (kind: ResourceKind): string => `pulumi-nodejs:dynamic/sluice:${kind}`;

/** Returns the entry of a spec that allows the loss of a table's rows: `of` names the table, which AWS makes once, or the domain whose they are where its ARN is not known. */
export const allowanceOf = (target: string, of: string): string =>
  `\`allow: { loss: ${target}, of: "${of}", reason: "…" }\``;

/** Tells whether two words allow the same loss. Other blanks, cases or forms of the same letters, and what does not show, are nobody's new word. */
export function isSameAllowance(one: LossAllowance, other: LossAllowance): boolean {
  return one.of === other.of && inWords(one.reason) === inWords(other.reason);
}

const inWords = (reason: string): string => {
  const letters = (text: string) =>
    text.replaceAll(/[\p{Default_Ignorable_Code_Point}\p{Cc}\p{White_Space}\u2800]+/gu, "");
  // What stands between a letter and its accent would keep them apart, and a form may have a blank in it.
  return letters(letters(reason).normalize("NFKC").toLowerCase().normalize("NFKC"));
};
