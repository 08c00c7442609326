import type { ObjectStore } from "./object-store.ts";
import { forEachParallel } from "./parallel.ts";
import { piecesInFlight } from "./pieces.ts";
import { LocationUnusable } from "./location-unusable.ts";

/** An encryption as requests and answers of S3 say it. */
export interface ObjectEncryption {
  /** `AES256`, `aws:kms`, `aws:kms:dsse`. */
  ServerSideEncryption?: string;
  /** The key's ARN. */
  SSEKMSKeyId?: string;
}

/** An object of the backup's folder is encrypted otherwise than the backup is to be. */
export class OtherEncryption extends LocationUnusable {
  override name = "OtherEncryption";
  readonly uri: string;
  constructor(uri: string, difference: string, location: string) {
    super(
      `${uri} is encrypted with ${difference}: an earlier run wrote it before table.backupKey changed, and nothing is ever written over.`,
      `Move ${location} away and run again, or set the former key back.`,
    );
    this.uri = uri;
  }
}

/** Returns in words how an object is encrypted and how it should be; `undefined` where that is the same, or where nothing is wanted. */
export function encryptionDifference(wanted: ObjectEncryption, actual: ObjectEncryption): string | undefined {
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: key } = wanted;
  if (algorithm === undefined) return undefined;
  if (algorithm === actual.ServerSideEncryption && (key === undefined || key === actual.SSEKMSKeyId)) return undefined;
  return `${inWords(actual)}, not with ${inWords(wanted)}`;
}

/**
 * Holds what lies in a backup's folder already against the encryption that its store writes with.
 * @throws OtherEncryption for the first object that has another
 */
export async function expectEncryption(write: ObjectStore, location: string, signal?: AbortSignal): Promise<void> {
  const there: string[] = [];
  for await (const { uri } of write.list(`${location}/`)) there.push(uri);
  const expectOf = async (uri: string) => {
    const difference = (await write.head(uri))?.encryptionDifference;
    if (difference !== undefined) throw new OtherEncryption(uri, difference, location);
  };
  await forEachParallel(there, piecesInFlight, expectOf, signal);
}

function inWords({ ServerSideEncryption, SSEKMSKeyId }: ObjectEncryption): string {
  return [ServerSideEncryption ?? "nothing that S3 tells", SSEKMSKeyId].filter(Boolean).join(" ");
}
