import type * as S3 from "@aws-sdk/client-s3";
import type { Context } from "../../world/handler.ts";
import { byBytes, encoder, list, pageSize } from "./list-objects.ts";
import { findUpload } from "./find.ts";
import { openBucket } from "./open-bucket.ts";
import { partMarker } from "./range.ts";

/** Lists the parts of an upload by their numbers. */
export function ListParts(input: S3.ListPartsCommandInput, context: Context): Partial<S3.ListPartsCommandOutput> {
  const upload = findUpload(openBucket(context, input.Bucket, input.Key).uploads, input);
  const after = partMarker(input.PartNumberMarker);
  const rest = [...upload.parts].filter(([number]) => number > after).toSorted(([a], [b]) => a - b);
  const limit = pageSize(input.MaxParts, "max-parts");
  const page = rest.slice(0, limit);
  const truncated = page.length < rest.length;
  return {
    Bucket: input.Bucket,
    Key: input.Key,
    UploadId: upload.id,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(page.at(-1)?.[0] ?? 0),
    MaxParts: limit,
    IsTruncated: truncated,
    ChecksumAlgorithm: upload.algorithm,
    ChecksumType: upload.algorithm && upload.type,
    StorageClass: upload.template.headers.StorageClass ?? "STANDARD",
    Parts: page.map(([PartNumber, part]) => ({
      PartNumber,
      ETag: part.etag,
      Size: part.body.size,
      LastModified: part.modified,
      [`Checksum${part.checksum.algorithm}`]: part.checksum.value,
    })),
  };
}

/** Lists the uploads that are under way. */
export function ListMultipartUploads(
  input: S3.ListMultipartUploadsCommandInput,
  context: Context,
): Partial<S3.ListMultipartUploadsCommandOutput> {
  const { uploads } = openBucket(context, input.Bucket);
  const marker = input.KeyMarker ?? "";
  // Several uploads may have one key: within it they go by their ids, and a page may end between any two.
  const page = list(
    [...uploads.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    { Prefix: input.Prefix, Delimiter: input.Delimiter, MaxKeys: input.MaxUploads, after: marker },
    ({ key, id }) =>
      byBytes(key, marker) > 0 || (key === marker && input.UploadIdMarker !== undefined && id > input.UploadIdMarker),
  );
  const encode = encoder(input.EncodingType);
  const last = page.contents.at(-1);
  return {
    Bucket: input.Bucket,
    KeyMarker: encode(marker),
    UploadIdMarker: input.UploadIdMarker ?? "",
    Prefix: input.Prefix === undefined ? undefined : encode(input.Prefix),
    Delimiter: input.Delimiter,
    EncodingType: input.EncodingType,
    MaxUploads: page.limit,
    IsTruncated: page.next !== undefined,
    NextKeyMarker: page.next === undefined ? undefined : encode(page.next),
    NextUploadIdMarker: page.next === undefined ? undefined : last?.id,
    Uploads: page.contents.map((upload) => ({
      UploadId: upload.id,
      Key: encode(upload.key),
      Initiated: upload.initiated,
      StorageClass: upload.template.headers.StorageClass ?? "STANDARD",
      ChecksumAlgorithm: upload.algorithm,
      ChecksumType: upload.algorithm && upload.type,
    })),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
  };
}
