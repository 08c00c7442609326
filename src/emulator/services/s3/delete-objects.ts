import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { checkAction } from "./access.ts";
import { checkWrite } from "./conditions.ts";
import { openBucket } from "./open-bucket.ts";
import type { OpenBucket } from "./object-store.ts";
import { deleteCurrent, deleteVersion } from "./versions.ts";
import type { Deletion } from "./versions.ts";

const mostKeys = 1000;

/** Deletes an object or one version of it. Deleting what is not there succeeds. */
export function DeleteObject(
  input: S3.DeleteObjectCommandInput,
  context: Context,
): Partial<S3.DeleteObjectCommandOutput> {
  const { Key = "", VersionId, IfMatch } = input;
  return remove(context, openBucket(context, input.Bucket, Key), { Key, VersionId, ETag: IfMatch });
}

function remove(context: Context, open: OpenBucket, { Key = "", VersionId, ETag }: S3.ObjectIdentifier): Deletion {
  if (ETag !== undefined) checkWrite(open.objects.get(Key), { IfMatch: ETag });
  return VersionId === undefined
    ? deleteCurrent(context.world, open, Key)
    : deleteVersion(context, open, Key, VersionId);
}

/** Deletes up to a thousand objects, each by itself. */
export function DeleteObjects(
  input: S3.DeleteObjectsCommandInput,
  context: Context,
): Partial<S3.DeleteObjectsCommandOutput> {
  const named = input.Delete?.Objects ?? [];
  const open = openBucket(context, input.Bucket);
  if (named.length === 0 || named.length > mostKeys) {
    throw new ServiceError(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  }
  const Deleted: S3.DeletedObject[] = [];
  const Errors: S3._Error[] = [];
  for (const identifier of named) {
    const { Key, VersionId } = identifier;
    try {
      const action = VersionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
      if (open.bucket) checkAction(context, open.bucket, action, Key ?? "");
      const { VersionId: made, DeleteMarker } = remove(context, open, identifier);
      const marker = DeleteMarker && { DeleteMarker, DeleteMarkerVersionId: made };
      Deleted.push({ Key, VersionId, ...marker });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
    }
  }
  return { Deleted: input.Delete?.Quiet ? undefined : Deleted, Errors };
}
