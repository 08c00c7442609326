import { ServiceError } from "../../world/handler.ts";

/** Refuses a name that no table bucket can have: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-buckets-naming.html */
export function checkBucketName(name: string): void {
  const wellFormed = /^[0-9a-z][0-9a-z-]*[0-9a-z]$/.test(name);
  const reserved = /^(xn--|sthree-|amzn-s3-demo|aws)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/.test(name);
  if (wellFormed && !reserved) return;
  throw new ServiceError("BadRequestException", "The specified bucket name is not valid.");
}

/** Refuses a name that no namespace or table can have: lower-case letters, digits and `_`, with a letter or digit at both ends. */
export function checkTableName(name: string, kind: "namespace" | "table"): void {
  if (/^[0-9a-z]([0-9a-z_]*[0-9a-z])?$/.test(name)) return;
  throw new ServiceError("BadRequestException", `The specified ${kind} name is not valid.`);
}
