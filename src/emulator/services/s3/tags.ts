import { ServiceError } from "../../world/handler.ts";

const mostTags = 10;

/** Reads the `x-amz-tagging` header, which is written as a query string. */
export function parseTagging(header: string | undefined): Record<string, string> {
  return checkTags([...new URLSearchParams(header ?? "")]);
}

/** Returns tags as a map. Throws for more or others than S3 keeps. */
export function checkTags(pairs: [string, string][]): Record<string, string> {
  const invalid = (message: string) => new ServiceError("InvalidTag", message);
  const tags = Object.fromEntries(pairs);
  if (pairs.length > mostTags) {
    throw new ServiceError("BadRequest", "Object tags cannot be greater than 10");
  }
  if (Object.keys(tags).length < pairs.length) throw invalid("Cannot provide multiple Tags with the same key");
  for (const [key, value] of pairs) {
    if (key === "" || key.length > 128) throw invalid("The TagKey you have provided is invalid");
    if (value.length > 256) throw invalid("The TagValue you have provided is invalid");
  }
  return tags;
}
