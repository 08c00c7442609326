import type * as S3 from "@aws-sdk/client-s3";
import type { Context } from "../../world/handler.ts";
import { canonicalId } from "./buckets.ts";
import { encoder, list } from "./list-objects.ts";
import { openBucket } from "./open-bucket.ts";

/** Lists every version and delete marker by key, newest first; a page ends behind a key. */
export function ListObjectVersions(
  input: S3.ListObjectVersionsCommandInput,
  context: Context,
): Partial<S3.ListObjectVersionsCommandOutput> {
  const { objects, versions, bucket } = openBucket(context, input.Bucket);
  const all =
    bucket?.versioning === undefined
      ? [...objects.values()].map((object) => ({ key: object.key, versions: [object] }))
      : [...versions].map(([key, known]) => ({ key, versions: known }));
  const page = list(all, { ...input, after: input.KeyMarker ?? "" });
  const encode = encoder(input.EncodingType);
  const shown = page.contents.flatMap(({ key, versions: known }) =>
    known.toReversed().map((version, index) => ({
      version,
      shared: {
        Key: encode(key),
        VersionId: version.versionId ?? "null",
        IsLatest: index === 0,
        LastModified: version.modified,
        Owner: { ID: canonicalId(context.account) },
      },
    })),
  );
  return {
    Name: input.Bucket,
    Prefix: encode(input.Prefix ?? ""),
    KeyMarker: encode(input.KeyMarker ?? ""),
    Delimiter: input.Delimiter === undefined ? undefined : encode(input.Delimiter),
    EncodingType: input.EncodingType,
    MaxKeys: page.limit,
    IsTruncated: page.next !== undefined,
    NextKeyMarker: page.next === undefined ? undefined : encode(page.next),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
    Versions: shown.flatMap(({ version, shared }) =>
      "deleted" in version
        ? []
        : [
            {
              ...shared,
              ETag: version.etag,
              Size: version.body.size,
              StorageClass: "STANDARD" as const,
              ChecksumAlgorithm: version.checksum ? [version.checksum.algorithm] : undefined,
              ChecksumType: version.checksum?.type,
            },
          ],
    ),
    DeleteMarkers: shown.flatMap(({ version, shared }) => ("deleted" in version ? [shared] : [])),
  };
}
