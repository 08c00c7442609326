import type { ObjectStore, ByteRange } from "../store/object-store.ts";
import { openAvroContainer } from "./avro-file.ts";
import type { AvroContainer } from "./avro-file.ts";
import type { Problems } from "./problems.ts";
import { bufferOf, isObjectAbsent } from "./reading.ts";

/** Reads an object, and what is in it, of the table or of its copy. */
export interface Side {
  bytes(uri: string, range?: ByteRange): Promise<Buffer>;
  /** Puts the object's name into an error about what it holds; one of reading its bytes on the way passes as it is. */
  parsed<T>(uri: string, parse: () => T | Promise<T>): Promise<T>;
}

/** Returns the table's side: what cannot be read of it is an error, since nothing can be held against it. */
export function sourceSide(store: ObjectStore): Side {
  return {
    bytes: async (uri, range) => bufferOf(await store.get(uri, range)),
    async parsed(uri, parse) {
      try {
        return await parse();
      } catch (error) {
        throw new Error(`Cannot read ${uri}: ${(error as Error).message}.`, { cause: error });
      }
    },
  };
}

/**
 * Returns the copy's side: what is missing or cannot be understood is a problem of the copy; what cannot be fetched is an error, since nothing
 * is known.
 */
export function copySide(store: ObjectStore): Side {
  /** What the store itself threw, as it may pass through a reader that fetches. */
  const unread = new Set<unknown>();
  return {
    async bytes(uri, range) {
      try {
        return bufferOf(await store.get(uri, range));
      } catch (error) {
        if (isObjectAbsent(error)) throw new CopyProblem(`${uri} is missing.`);
        unread.add(error);
        throw error;
      }
    },
    async parsed(uri, parse) {
      try {
        return await parse();
      } catch (error) {
        if (error instanceof CopyProblem || unread.has(error)) throw error;
        throw new CopyProblem(`${uri} cannot be read: ${(error as Error).message}.`);
      }
    },
  };
}

/** Ends the look at one object of the copy. */
export class CopyProblem extends Error {}

/** Notes what is wrong with one object of the copy, and goes on with the next. */
export async function noting(problems: Problems, look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof CopyProblem)) throw error;
    problems.add(error.message);
  }
}

/** Opens a manifest or a list, and reads it to its end, so that damage is told with its name. */
export async function openAvroAt(side: Side, uri: string, bytes: Buffer): Promise<AvroContainer> {
  return side.parsed(uri, () => openAvroContainer(bytes));
}
