import type * as S3 from "@aws-sdk/client-s3";
import type { Context } from "../../world/handler.ts";
import { findObject } from "./find.ts";
import { checkTags } from "./tags.ts";

/** Returns an object's tags. */
export function GetObjectTagging(
  input: S3.GetObjectTaggingCommandInput,
  context: Context,
): Partial<S3.GetObjectTaggingCommandOutput> {
  const { tags } = findObject(context, input);
  return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

/** Replaces an object's tags. */
export function PutObjectTagging(input: S3.PutObjectTaggingCommandInput, context: Context): void {
  const pairs = (input.Tagging?.TagSet ?? []).map(({ Key = "", Value = "" }): [string, string] => [Key, Value]);
  findObject(context, input).tags = checkTags(pairs);
}
