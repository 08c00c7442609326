import { DeleteObjectsCommand, GetObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { copyFileNames } from "./model/location.ts";
import type { ObjectStore } from "./store/object-store.ts";
import { parseS3Uri } from "./store/s3-uri.ts";

/** The most objects that S3 deletes in one request. */
const mostObjects = 1000;

/**
 * Returns whether a bucket has Object Lock: how long its objects stay is then its own matter.
 * @throws where that cannot be found out
 */
export async function hasObjectLock(client: S3Client, uri: string, owner: string): Promise<boolean> {
  const asked = { Bucket: parseS3Uri(uri).bucket, ExpectedBucketOwner: owner };
  try {
    const { ObjectLockConfiguration } = await client.send(new GetObjectLockConfigurationCommand(asked));
    return ObjectLockConfiguration?.ObjectLockEnabled === "Enabled";
  } catch (error) {
    if ((error as Error).name === "ObjectLockConfigurationNotFoundError") return false;
    throw error;
  }
}

/**
 * Deletes the objects in a backup's folder, the receipt last: what was broken off is found again by it. In a bucket with versions S3 keeps what
 * was deleted as older versions.
 * @returns how many objects were deleted
 */
export async function deleteBackup(
  client: S3Client,
  store: ObjectStore,
  location: string,
  owner: string,
  signal?: AbortSignal,
): Promise<number> {
  const receipt = `${location}/${copyFileNames.receipt}`;
  const uris = [];
  for await (const { uri } of store.list(`${location}/`)) if (uri !== receipt) uris.push(uri);
  for (let at = 0; at < uris.length; at += mostObjects) {
    signal?.throwIfAborted();
    await deleteObjects(client, uris.slice(at, at + mostObjects), owner);
  }
  await deleteObjects(client, [receipt], owner);
  return uris.length + 1;
}

async function deleteObjects(client: S3Client, uris: readonly string[], owner: string): Promise<void> {
  const objects = uris.map(parseS3Uri);
  const request = new DeleteObjectsCommand({
    Bucket: objects[0]!.bucket,
    ExpectedBucketOwner: owner,
    Delete: { Objects: objects.map(({ key }) => ({ Key: key })), Quiet: true },
  });
  const { Errors: [refused] = [] } = await client.send(request);
  if (refused)
    throw new Error(`s3://${objects[0]!.bucket}/${refused.Key} was not deleted: ${refused.Code}, ${refused.Message}`);
}
