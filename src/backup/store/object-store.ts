import { LocationUnusable } from "./location-unusable.ts";

/** What a backup needs of object storage. URIs are `s3://bucket/key`. */
export interface ObjectStore {
  /** Looks at an object; `undefined` when there is none. */
  head(uri: string): Promise<ObjectHead | undefined>;
  /**
   * Reads an object, or the bytes `[start, end)` of it.
   * @throws ObjectAbsent when there is none, ObjectChanged when its ETag is not `etag` any more.
   */
  get(uri: string, range?: ByteRange, etag?: string): Promise<Uint8Array>;
  /**
   * Reads an object with its ETag, to write over exactly what was read.
   * @throws ObjectAbsent when there is none.
   */
  getWithEtag(uri: string): Promise<StoredBytes>;
  /**
   * Writes an object in one request; it appears whole or not at all.
   * @throws ObjectExists when `ifNoneMatch` is set and the object is there, ObjectChanged when its ETag is not `ifMatch`, or it is gone.
   */
  put(uri: string, body: Uint8Array, options?: PutOptions): Promise<void>;
  /** Lists all objects whose keys begin with that of `uri`, in the order of their keys. Table buckets' warehouses cannot be listed. */
  list(uri: string): AsyncIterable<ListedObject>;
  /** Starts an upload in parts; the object appears when the upload is completed. */
  upload(uri: string, metadata?: Record<string, string>): Promise<Upload>;
}

/** What a store says of an object without its bytes. */
export interface ObjectHead {
  /** Bytes. */
  size: number;
  etag: string;
  /** The user metadata, keys in lower case. */
  metadata: Record<string, string>;
  /** CRC-32 of the whole object in base64, where the storage keeps one. */
  crc32?: string;
  /** Every checksum of the whole object that the storage keeps, in base64. */
  checksums?: Checksums;
  /** How it is encrypted, in words, where that is not as this store writes. */
  encryptionDifference?: string;
}

/** Checksums of one object's bytes, by algorithm, in base64. */
export type Checksums = Partial<Record<"crc32" | "crc64nvme" | "sha256", string>>;

/** An object as a listing of a store names it. */
export interface ListedObject {
  uri: string;
  /** Bytes. */
  size: number;
  /** Absent where the store does not tell. */
  etag?: string;
  /** When it was written, by the clock of the store; absent where that does not tell. */
  modified?: Date;
}

/** An object's bytes, and the ETag of just these. */
export interface StoredBytes {
  body: Uint8Array;
  etag: string;
}

/** The bytes from `start` up to, but not including, `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/** How an object is written. */
export interface PutOptions {
  /** Write only if no object is there. */
  ifNoneMatch?: boolean;
  /** Write only over the object that has this ETag. */
  ifMatch?: string;
  metadata?: Record<string, string>;
}

/** An upload in parts, numbered from 1, sent in any order. */
export interface Upload {
  part(number: number, body: Uint8Array): Promise<void>;
  /** Makes the object appear; `crc32` is that of the whole. */
  complete(size: number, crc32: string): Promise<void>;
}

/** There is no object at the URI. */
export class ObjectAbsent extends Error {
  override name = "ObjectAbsent";
  readonly uri: string;
  constructor(uri: string, options?: ErrorOptions) {
    super(`There is no object ${uri}.`, options);
    this.uri = uri;
  }
}

/** The bucket itself is not there: never to be read as an absent object. */
export class BucketAbsent extends Error {
  override name = "BucketAbsent";
  constructor(bucket: string, doing: string, options?: ErrorOptions) {
    super(`Cannot ${doing}: there is no bucket ${bucket}. Create it first, or name one that exists.`, options);
  }
}

/** The object was replaced since it was looked at: pieces of it do not belong together, and it is not to be written over. */
export class ObjectChanged extends Error {
  override name = "ObjectChanged";
  readonly uri: string;
  constructor(uri: string, options?: ErrorOptions) {
    super(`The object ${uri} was replaced since it was looked at.`, options);
    this.uri = uri;
  }
}

/** Another object lies where one is to be written: it is left as it is. */
export class OtherBytes extends LocationUnusable {
  override name = "OtherBytes";
  readonly uri: string;
  constructor(uri: string, options?: ErrorOptions) {
    super(
      `At ${uri} lies another object than the copy's, and nothing is ever written over.`,
      "Move it away and run again; the table was not touched.",
      options,
    );
    this.uri = uri;
  }
}

/** An object is there already, where one was to be written only if there was none. */
export class ObjectExists extends Error {
  override name = "ObjectExists";
  readonly uri: string;
  constructor(uri: string, options?: ErrorOptions) {
    super(`An object ${uri} exists already.`, options);
    this.uri = uri;
  }
}

/** Returns the store as if `body` were already written at `uri`. */
export function withObject(store: ObjectStore, uri: string, body: Uint8Array): ObjectStore {
  return {
    head: async (at) => (at === uri ? { size: body.length, etag: "", metadata: {} } : store.head(at)),
    get: async (at, range, etag) => (at === uri ? body.subarray(range?.start, range?.end) : store.get(at, range, etag)),
    getWithEtag: async (at) => (at === uri ? { body, etag: "" } : store.getWithEtag(at)),
    async *list(prefix) {
      yield* store.list(prefix);
      if (uri.startsWith(prefix)) yield { uri, size: body.length };
    },
    put: (at, bytes, options) => store.put(at, bytes, options),
    upload: (at, metadata) => store.upload(at, metadata),
  };
}
