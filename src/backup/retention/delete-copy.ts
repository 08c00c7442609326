import type { S3Client } from "@aws-sdk/client-s3";
import { digestOfStored, sizesIn } from "../copy/inventory.ts";
import { copyFileNames } from "../model/location.ts";
import type { Receipt } from "../model/receipt.ts";
import { deleteObjects } from "../store/delete-objects.ts";
import { ObjectAbsent } from "../store/object-store.ts";
import type { ListedObject, ObjectStore } from "../store/object-store.ts";
import type { StoreOptions } from "../store/s3-request.ts";

/** What a deletion did: how many objects of how many bytes, and how many of them the bucket keeps as earlier versions. */
export interface DeletedCopy {
  objects: number;
  bytes: number;
  versions: number;
}

/** Why a folder stays as it is: it holds something else than its inventory names. */
export interface LeftCopy {
  left: string;
}

/**
 * Deletes a copy: what its inventory names, which must be the one that its receipt was given for, and nothing else. Where anything else lies in the
 * folder, or an object has another size, all of it stays. The metadata file goes first, so that no engine opens what is half gone, and the receipt
 * last, so that a run that was broken off is found again and goes on.
 */
export async function deleteCopy(
  receipt: Receipt,
  { store, client, terms }: { store: ObjectStore; client: S3Client; terms: StoreOptions },
): Promise<DeletedCopy | LeftCopy> {
  const { location, metadataLocation } = receipt.destination;
  const inventoryAndReceipt = [`${location}/${copyFileNames.objects}`, `${location}/${copyFileNames.receipt}`];
  const listed: ListedObject[] = [];
  for await (const object of store.list(`${location}/`)) listed.push(object);
  const inventory = await store.get(inventoryAndReceipt[0]!).catch((error: unknown) => {
    if (error instanceof ObjectAbsent) return undefined;
    throw error;
  });
  // The inventory goes after everything that it names.
  if (inventory === undefined && listed.some(({ uri }) => uri !== inventoryAndReceipt[1]))
    return { left: `${inventoryAndReceipt[0]} is missing.` };
  if (inventory !== undefined && digestOfStored(inventory) !== receipt.digest) {
    return { left: `${inventoryAndReceipt[0]} is not the one that the receipt was given for.` };
  }
  const sizes = sizesIn(inventory ?? Buffer.of());
  if (sizes === undefined) return { left: `${inventoryAndReceipt[0]} is no list of objects.` };
  const sizeOf = (uri: string) => sizes.get(uri.slice(location.length + 1));
  const foreign = listed.find(({ uri, size }) => !inventoryAndReceipt.includes(uri) && sizeOf(uri) !== size);
  if (foreign !== undefined) {
    const wanted = sizeOf(foreign.uri);
    const what =
      wanted === undefined ? "belongs to nothing in the copy" : `has ${foreign.size} bytes instead of ${wanted}`;
    return { left: `${foreign.uri} ${what}.` };
  }
  const isFirst = ({ uri }: ListedObject) => uri === metadataLocation;
  const isLast = ({ uri }: ListedObject) => inventoryAndReceipt.includes(uri);
  const rest = listed.filter((object) => !isFirst(object) && !isLast(object));
  let versions = 0;
  for (const some of [
    listed.filter(isFirst),
    rest,
    ...inventoryAndReceipt.map((uri) => listed.filter((one) => one.uri === uri)),
  ]) {
    if (some.length > 0) versions += await deleteObjects(client, some, terms);
  }
  return { objects: listed.length, bytes: listed.reduce((sum, { size }) => sum + size, 0), versions };
}
