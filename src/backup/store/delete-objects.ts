import { DeleteObjectsCommand, GetObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import type { ListedObject } from "./object-store.ts";
import { s3Requests } from "./s3-request.ts";
import type { StoreOptions } from "./s3-request.ts";
import { parseS3Uri } from "./s3-uri.ts";

/** The most objects that S3 deletes in one request. */
const mostObjects = 1000;

/**
 * Returns whether a bucket has Object Lock: how long its objects stay is then its own matter.
 * @throws where that cannot be found out
 */
export async function hasObjectLock(client: S3Client, uri: string, terms: StoreOptions): Promise<boolean> {
  const { send, address } = s3Requests(client, terms);
  const { Key: _, ...bucket } = address(uri);
  try {
    const { ObjectLockConfiguration } = await send(() => new GetObjectLockConfigurationCommand(bucket));
    return ObjectLockConfiguration?.ObjectLockEnabled === "Enabled";
  } catch (error) {
    if ((error as Error).name === "ObjectLockConfigurationNotFoundError") return false;
    throw error;
  }
}

/**
 * Deletes objects of one bucket, each only as it was listed. What is gone already counts as deleted. No version is deleted: in a bucket that keeps
 * versions each object becomes an earlier one.
 * @returns how many became earlier versions
 * @throws where one was not deleted; those before it may be
 */
export async function deleteObjects(
  client: S3Client,
  objects: readonly ListedObject[],
  terms: StoreOptions,
): Promise<number> {
  const { send, address } = s3Requests(client, terms);
  let versions = 0;
  for (let at = 0; at < objects.length; at += mostObjects) {
    terms.signal?.throwIfAborted();
    const some = objects.slice(at, at + mostObjects);
    const { Key: _, ...bucket } = address(some[0]!.uri);
    const Objects = some.map(({ uri, etag }) => ({ Key: parseS3Uri(uri).key, ETag: etag }));
    const { Deleted = [], Errors = [] } = await send(
      () => new DeleteObjectsCommand({ ...bucket, Delete: { Objects } }),
    );
    versions += Deleted.filter(({ DeleteMarker }) => DeleteMarker).length;
    const refused = Errors.find(({ Code }) => Code !== "NoSuchKey");
    if (refused !== undefined) {
      const why =
        refused.Code === "PreconditionFailed"
          ? "it was replaced since it was looked at"
          : `${refused.Code}: ${refused.Message}`;
      throw new Error(`s3://${bucket.Bucket}/${refused.Key} was not deleted: ${why}`);
    }
  }
  return versions;
}
