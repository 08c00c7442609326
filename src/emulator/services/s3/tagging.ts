import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../service.ts";
import type { Context } from "../../service.ts";
import { existing } from "./get-object.ts";

const MOST_TAGS = 10;

export function GetObjectTagging(
  input: S3.GetObjectTaggingCommandInput,
  context: Context,
): Partial<S3.GetObjectTaggingCommandOutput> {
  const { tags } = existing(context, input);
  return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

export function PutObjectTagging(input: S3.PutObjectTaggingCommandInput, context: Context): void {
  const pairs = (input.Tagging?.TagSet ?? []).map(({ Key = "", Value = "" }): [string, string] => [Key, Value]);
  existing(context, input).tags = checkTags(pairs);
}

export function DeleteObjectTagging(input: S3.DeleteObjectTaggingCommandInput, context: Context): void {
  existing(context, input).tags = {};
}

/** Reads the `x-amz-tagging` header, which is written as a query string. */
export function parseTagging(header: string | undefined): Record<string, string> {
  return checkTags([...new URLSearchParams(header ?? "")]);
}

function checkTags(pairs: [string, string][]): Record<string, string> {
  const invalid = (message: string) => new ServiceError("InvalidTag", message);
  const tags = Object.fromEntries(pairs);
  if (pairs.length > MOST_TAGS) {
    throw new ServiceError("BadRequest", "Object tags cannot be greater than 10");
  }
  if (Object.keys(tags).length < pairs.length) throw invalid("Cannot provide multiple Tags with the same key");
  for (const [key, value] of pairs) {
    if (key === "" || key.length > 128) throw invalid("The TagKey you have provided is invalid");
    if (value.length > 256) throw invalid("The TagValue you have provided is invalid");
  }
  return tags;
}
