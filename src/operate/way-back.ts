import { readReceipt } from "../backup/index.ts";
import type { ObjectStore, Receipt } from "../backup/index.ts";
import { readRecord, releasesIn } from "../../providers/slot/release-record.ts";
import type { Release } from "../../providers/slot/release-record.ts";

/** The domain whose table lay in a slot before, and the backup of that table where there is one. */
export interface WayBack {
  domain: string;
  tableArn: string;
  /** When its table was released or dropped, ISO 8601. */
  since: string;
  /** Where the receipt of its backup lies. */
  receiptUri?: string;
  /** Absent where there is no backup, or it cannot be read. */
  receipt?: Receipt;
  /** Why the receipt cannot be read. */
  problem?: string;
}

/** Whose table is asked for: the newest that is not the current domain's, or that of one receipt. */
export interface WayBackRequest {
  account: string;
  region: string;
  /** Where the slot's backups lie, as in the spec; `none` for nowhere. */
  backup: string;
  /** The domain that exports now. */
  current: string;
  /** The URI of a receipt, or of the folder that it lies in. */
  receipt?: string;
}

/**
 * Returns which domain had the slot before, by the record of released tables that lies beside the backups; `undefined` where it does not tell.
 * @throws when the receipt that was named is none, or of another account and Region
 */
export async function wayBack(request: WayBackRequest, store: ObjectStore): Promise<WayBack | undefined> {
  const { account, region, current } = request;
  if (request.receipt === undefined) {
    const releases = releasesIn(await readRecord(request, store)).filter(
      ({ domain }) => domain !== undefined && domain !== current,
    );
    // What came with a backup is history that can be had back; what did not is only a name.
    const release = releases.find(({ receipt }) => receipt !== undefined) ?? releases[0];
    return release && (await withItsReceipt(release, store));
  }
  const receiptUri = request.receipt.endsWith(".json")
    ? request.receipt
    : `${request.receipt.replace(/\/+$/, "")}/receipt.json`;
  const receipt = await readReceipt(store, receiptUri);
  const { source } = receipt;
  if (source.account !== account || source.region !== region) {
    throw new Error(
      `${receiptUri} is the receipt of a table in ${source.account}/${source.region}, and not in ${account}/${region}.`,
    );
  }
  const backup = placeAbove(receiptUri) ?? request.backup;
  const release = releasesIn(await readRecord({ ...request, backup }, store)).find(
    ({ tableArn, domain }) => tableArn === source.tableArn && domain !== undefined,
  );
  if (release === undefined) return undefined;
  return { domain: release.domain!, tableArn: source.tableArn, since: release.time, receiptUri, receipt };
}

async function withItsReceipt({ domain, tableArn, time, receipt: uri }: Release, store: ObjectStore): Promise<WayBack> {
  const found = { domain: domain!, tableArn, since: time };
  if (uri === undefined) return found;
  try {
    return { ...found, receiptUri: uri, receipt: await readReceipt(store, uri) };
  } catch (error) {
    return { ...found, receiptUri: uri, problem: (error as Error).message };
  }
}

/** `<backup>` of `<backup>/<account>/<region>/<table id>/<version>/receipt.json`. */
const placeAbove = (uri: string): string | undefined =>
  /^(s3:\/\/.+?)\/\d{12}\/[a-z0-9-]+\/[^/]+\/[^/]+\/[^/]+$/.exec(uri)?.[1];
