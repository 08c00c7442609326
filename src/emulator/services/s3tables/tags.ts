import type * as S3Tables from "@aws-sdk/client-s3tables";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { findBucket, findTableByArn } from "./find.ts";

const MOST_TAGS = 50;

export function TagResource(input: S3Tables.TagResourceRequest, context: Context): S3Tables.TagResourceResponse {
  const tags = tagsOf(context, input.resourceArn);
  const merged = new Map([...tags, ...Object.entries(input.tags ?? {})]);
  if (merged.size > MOST_TAGS) {
    throw new ServiceError("BadRequestException", `A resource can have at most ${MOST_TAGS} tags.`);
  }
  for (const [key, value] of merged) tags.set(key, value);
  return {};
}

export function UntagResource(input: S3Tables.UntagResourceRequest, context: Context): S3Tables.UntagResourceResponse {
  const tags = tagsOf(context, input.resourceArn);
  for (const key of input.tagKeys ?? []) tags.delete(key);
  return {};
}

export function ListTagsForResource(
  input: S3Tables.ListTagsForResourceRequest,
  context: Context,
): S3Tables.ListTagsForResourceResponse {
  return { tags: Object.fromEntries(tagsOf(context, input.resourceArn)) };
}

function tagsOf(context: Context, arn: string | undefined): Map<string, string> {
  return arn?.includes("/table/") ? findTableByArn(context, arn).table.tags : findBucket(context, arn).tags;
}
