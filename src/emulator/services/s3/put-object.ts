import type * as S3 from "@aws-sdk/client-s3";
import type { Context } from "../../world/handler.ts";
import { checksumMembers } from "../../protocol/checksums.ts";
import { checkWrite } from "./conditions.ts";
import { encryptionMembers } from "./encryption.ts";
import { checkHasDigest } from "./lock.ts";
import { checkKey } from "./object-key.ts";
import type { StoredObject } from "./object-store.ts";
import { openBucket } from "./open-bucket.ts";
import { receivePayload } from "./receive.ts";
import { algorithmOf, templateOf } from "./template.ts";
import { putVersion } from "./versions.ts";

/** Stores an object whole, or not at all. */
export async function PutObject(
  input: S3.PutObjectCommandInput,
  context: Context,
): Promise<Partial<S3.PutObjectCommandOutput>> {
  const key = checkKey(input.Key);
  const open = openBucket(context, input.Bucket, key);
  const { objects } = open;
  checkWrite(objects.get(key), input);
  const template = templateOf(input, context, open.bucket);
  checkHasDigest(context, open.bucket, template.lock);
  const { body, md5, checksum } = await receivePayload(context.request, input, algorithmOf(input.ChecksumAlgorithm));
  // Another writer may have been faster while the body came in.
  checkWrite(objects.get(key), input);
  const etag = `"${md5.toString("hex")}"`;
  const object: StoredObject = { key, body, etag, modified: context.world.clock.now(), checksum, ...template };
  putVersion(context, open, object);
  return {
    ETag: etag,
    VersionId: object.versionId,
    Size: undefined,
    ...checksumMembers(checksum),
    ...encryptionMembers(template.headers),
  };
}
