import { crc32Of } from "../../src/backup/store/checksum.ts";
import { openAvro, recordsOf, rewriteAvro } from "../../src/backup/iceberg/avro.ts";
import type { AvroRecord } from "../../src/backup/iceberg/avro.ts";
import { inventoryDigest, parseInventory, printInventory } from "../../src/backup/copy/inventory.ts";
import type { Receipt } from "../../src/backup/index.ts";
import type { MemoryStore } from "./memory-store.ts";

/**
 * Changes objects of a copy so that sizes, checksums, inventory and receipt agree with the change: what a faulty writer would
 * have left, not what damage leaves. Only the meaning is wrong.
 */
export class Forgery {
  readonly store: MemoryStore;
  receipt: Receipt;

  constructor(store: MemoryStore, receipt: Receipt) {
    this.store = store;
    this.receipt = receipt;
  }

  /** Replaces an object's bytes. */
  object(uri: string, body: Buffer): void {
    const { location } = this.receipt.destination;
    const inventory = `${location}/objects.jsonl`;
    this.store.objects.set(uri, { body, metadata: {} });
    const objects = parseInventory(this.store.bytes(inventory)).map((object) =>
      `${location}/${object.path}` === uri ? { ...object, size: body.length, crc32: crc32Of(body) } : object,
    );
    this.store.objects.set(inventory, { body: printInventory(objects), metadata: {} });
    const bytes = objects.reduce((sum, object) => sum + object.size, 0);
    this.receipt = { ...this.receipt, bytes, digest: inventoryDigest(objects) };
  }

  /** Replaces the records of a list; `undefined` drops one. */
  list(uri: string, change: (row: AvroRecord) => AvroRecord | undefined): void {
    this.object(uri, rewriteAvro(openAvro(this.store.bytes(uri)), change));
  }

  /** Replaces the entries of a manifest, and its length in every list. */
  manifest(uri: string, change: (entry: AvroRecord) => AvroRecord | undefined): void {
    const body = rewriteAvro(openAvro(this.store.bytes(uri)), change);
    this.object(uri, body);
    for (const list of this.lists()) {
      this.list(list, (row) => (row.manifest_path === uri ? { ...row, manifest_length: BigInt(body.length) } : row));
    }
  }

  /** Changes the data_file of the one entry that names `path`, wherever that is. */
  file(path: string, change: (file: AvroRecord) => AvroRecord): void {
    for (const uri of this.manifests()) {
      const names = (entry: AvroRecord) => (entry.data_file as AvroRecord).file_path === path;
      if (![...recordsOf(openAvro(this.store.bytes(uri)))].some(names)) continue;
      this.manifest(uri, (entry) =>
        names(entry) ? { ...entry, data_file: change(entry.data_file as AvroRecord) } : entry,
      );
    }
  }

  lists(): string[] {
    return this.store.under(this.receipt.destination.location).filter((uri) => /\/snap-[^/]*\.avro$/.test(uri));
  }

  manifests(): string[] {
    return this.store.under(this.receipt.destination.location).filter((uri) => /-m0\.avro$|\.m0\.avro$/.test(uri));
  }
}
