import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../service.ts";
import type { Context } from "../../service.ts";
import { checkWrite } from "./conditions.ts";
import { place } from "./place.ts";

const MOST_KEYS = 1000;

/** Deleting what is not there succeeds. */
export function DeleteObject(input: S3.DeleteObjectCommandInput, context: Context): void {
  const key = input.Key ?? "";
  const { objects } = place(context, input.Bucket, key);
  const object = objects.get(key);
  if (input.IfMatch !== undefined) checkWrite(object, { IfMatch: input.IfMatch });
  objects.delete(key);
}

export function DeleteObjects(
  input: S3.DeleteObjectsCommandInput,
  context: Context,
): Partial<S3.DeleteObjectsCommandOutput> {
  const named = input.Delete?.Objects ?? [];
  const { objects } = place(context, input.Bucket);
  if (named.length === 0 || named.length > MOST_KEYS) {
    throw new ServiceError(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  }
  const deleted = named.map(({ Key = "" }) => {
    objects.delete(Key);
    return { Key };
  });
  return { Deleted: input.Delete?.Quiet ? undefined : deleted };
}
