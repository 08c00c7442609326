import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../service.ts";
import type { Context } from "../../service.ts";
import { checkWrite } from "./conditions.ts";
import { checkVersion } from "./get-object.ts";
import type { Contents } from "./object-store.ts";
import { place } from "./place.ts";

const MOST_KEYS = 1000;

/** Deleting what is not there succeeds. */
export function DeleteObject(input: S3.DeleteObjectCommandInput, context: Context): void {
  const { Key = "", VersionId, IfMatch } = input;
  remove(place(context, input.Bucket, Key), { Key, VersionId, ETag: IfMatch });
}

function remove({ objects }: Contents, { Key = "", VersionId, ETag }: S3.ObjectIdentifier): void {
  checkVersion(VersionId);
  if (ETag !== undefined) checkWrite(objects.get(Key), { IfMatch: ETag });
  objects.delete(Key);
}

export function DeleteObjects(
  input: S3.DeleteObjectsCommandInput,
  context: Context,
): Partial<S3.DeleteObjectsCommandOutput> {
  const named = input.Delete?.Objects ?? [];
  const contents = place(context, input.Bucket);
  if (named.length === 0 || named.length > MOST_KEYS) {
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
      remove(contents, identifier);
      Deleted.push({ Key, VersionId });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
    }
  }
  return { Deleted: input.Delete?.Quiet ? undefined : Deleted, Errors };
}
