import type { Declaration } from "../../../src/targets/index.ts";
import type { EngineEvent, StepMetadata, StepState } from "../../../src/preview/change/engine-event.ts";

type Inputs = Record<string, unknown>;

const provider = { __provider: "exports.handler=()=>0" };
const urnOf = (type: string, name: string) => `urn:pulumi:dev::sluice::pulumi-nodejs:dynamic/sluice:${type}::${name}`;

/** One step as an engine tells it in a preview: an event before it and one after. */
export function step(
  op: string,
  type: string,
  name: string,
  old?: Inputs,
  current?: Inputs,
  more: { keys?: string[]; protect?: boolean; retain?: boolean; detailedDiff?: StepMetadata["detailedDiff"] } = {},
): EngineEvent[] {
  const urn = urnOf(type, name);
  const full = `pulumi-nodejs:dynamic/sluice:${type}`;
  const state = (inputs: Inputs | undefined): StepState | null =>
    inputs
      ? {
          urn,
          type: full,
          custom: true,
          id: "id",
          protect: more.protect,
          ...(more.retain && { retainOnDelete: true }),
          inputs: { ...inputs, ...provider },
          outputs: inputs,
        }
      : null;
  const { keys = null, detailedDiff } = more;
  const metadata = { op, urn, type: full, old: state(old), new: state(current), keys, detailedDiff };
  return [{ resourcePreEvent: { metadata, planning: true } }, { resOutputsEvent: { metadata, planning: true } }];
}

/** The stack's own step and the default provider's, as they surround every deployment. */
export const surroundings: EngineEvent[] = [
  {
    resourcePreEvent: {
      metadata: {
        op: "create",
        urn: "urn:pulumi:dev::sluice::pulumi:pulumi:Stack::sluice-dev",
        type: "pulumi:pulumi:Stack",
        old: null,
        new: {},
      },
    },
  },
  {
    resourcePreEvent: {
      metadata: {
        op: "create",
        urn: "urn:pulumi:dev::sluice::pulumi:providers:pulumi-nodejs::default",
        type: "pulumi:providers:pulumi-nodejs",
        old: null,
        new: { custom: true },
      },
    },
  },
];

export const summary = (result = "succeeded"): EngineEvent => ({
  summaryEvent: { resourceChanges: {}, isPreview: true, result },
});

export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const place = "111122223333/us-east-1";
const where = { account: "111122223333", region: "us-east-1" };
export const table = (domain: string, more: Inputs = {}): Inputs => ({
  ...where,
  domain,
  encryption: { sseAlgorithm: "AES256" },
  backup: "s3://acme-backups/catalog",
  method: "copy",
  history: "all",
  onRemoval: "keep",
  leftover: "ask",
  ...more,
});
export const dataExport = (domain: string, more: Inputs = {}): Inputs => ({
  ...where,
  domain,
  enabled: true,
  encryption: { sseAlgorithm: "AES256" },
  assetTable: `${place}/${domain}`,
  ...more,
});
export const sync = (account: string, region: string, more: Inputs = {}): Inputs => ({
  account,
  region,
  syncName: "inventory",
  syncType: "SyncToDestination",
  s3Destination: {
    bucketName: "acme-inventory",
    region: "us-east-1",
    prefix: `ssm/${account}`,
    syncFormat: "JsonSerDe",
  },
  ...more,
});

/** The switch from one domain to another: the cascade in the order in which both engines take it. */
export const domainSwitch: EngineEvent[] = [
  ...surroundings,
  ...step("delete-replaced", "DataExportConfiguration", place, dataExport("dzd_alpha")),
  ...step("delete-replaced", "AssetTable", place, table("dzd_alpha")),
  ...step("replace", "AssetTable", place, table("dzd_alpha"), table("dzd_beta"), { keys: ["domain"] }),
  ...step("create-replacement", "AssetTable", place, table("dzd_alpha"), table("dzd_beta"), { keys: ["domain"] }),
  ...step(
    "replace",
    "DataExportConfiguration",
    place,
    dataExport("dzd_alpha"),
    dataExport("dzd_beta", { assetTable: unknown }),
  ),
  ...step(
    "create-replacement",
    "DataExportConfiguration",
    place,
    dataExport("dzd_alpha"),
    dataExport("dzd_beta", { assetTable: unknown }),
    { keys: ["domain", "assetTable"] },
  ),
  ...step(
    "same",
    "ResourceDataSync",
    `${place}/inventory`,
    sync("111122223333", "us-east-1"),
    sync("111122223333", "us-east-1"),
  ),
  summary(),
];

const declared = (type: Declaration["type"], name: string, line: number): Declaration => {
  const [account = "", region = ""] = name.split("/");
  return { type, name, account, region, inputs: {}, source: { file: "sluice.yaml", line } };
};

export const declarations: Declaration[] = [
  declared("AssetTable", place, 31),
  declared("DataExportConfiguration", place, 31),
  declared("ResourceDataSync", `${place}/inventory`, 12),
];

/** The same change of one sync over many targets, from one entry of the spec; of a replacement, what is otherwise in its destination. */
export function fleet(
  accounts: number,
  regions: string[],
  op = "create",
  becomes: (account: string) => Inputs = () => ({}),
): { events: EngineEvent[]; declarations: Declaration[] } {
  const targets = Array.from({ length: accounts }, (_, index) => String(100000000000 + index)).flatMap((account) =>
    regions.map((region) => ({ account, region })),
  );
  return {
    events: [
      ...targets.flatMap(({ account, region }) => {
        const inputs = sync(account, region);
        const s3Destination = { ...(inputs["s3Destination"] as Inputs), ...becomes(account) };
        return step(
          op,
          "ResourceDataSync",
          `${account}/${region}/inventory`,
          op === "create" ? undefined : inputs,
          op === "delete" ? undefined : { ...inputs, s3Destination },
        );
      }),
      summary(),
    ],
    declarations:
      op === "delete"
        ? []
        : targets.map(({ account, region }) => declared("ResourceDataSync", `${account}/${region}/inventory`, 12)),
  };
}
