import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { checkAction } from "./access.ts";
import type { StoredObject, Upload } from "./object-store.ts";
import { openBucket } from "./open-bucket.ts";
import { versionOf } from "./versions.ts";

/** Returns the object that a read asks for. */
export function findObject(
  context: Context,
  input: { Bucket?: string | undefined; Key?: string | undefined; VersionId?: string | undefined },
  operation = context.operation,
): StoredObject {
  const { Key = "", VersionId } = input;
  const contents = openBucket(context, input.Bucket, Key, operation);
  const object = VersionId === undefined ? contents.objects.get(Key) : versionOf(contents, Key, VersionId);
  if (object) return object;
  // Who may not list the bucket does not learn that there is no such key.
  if (contents.bucket) checkAction(context, contents.bucket, "s3:ListBucket");
  throw new ServiceError("NoSuchKey", "The specified key does not exist.", { status: 404, members: { Key } });
}

/** Returns the upload that a request names; its id belongs to one key. */
export function findUpload(
  uploads: Map<string, Upload>,
  { UploadId, Key }: { UploadId?: string | undefined; Key?: string | undefined },
): Upload {
  const upload = uploads.get(UploadId ?? "");
  if (upload && upload.key === Key) return upload;
  throw new ServiceError(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    { status: 404, members: { UploadId } },
  );
}
