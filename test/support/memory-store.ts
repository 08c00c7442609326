import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { ObjectAbsent, ObjectChanged, ObjectExists } from "../../src/backup/index.ts";
import type { ObjectStore, PutOptions, Upload } from "../../src/backup/index.ts";

/** An object store in memory that logs its calls and can fail at any one, before or after its effect. */
export class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, { body: Buffer; metadata: Record<string, string> }>();
  readonly calls: { name: string; uri: string }[] = [];
  /** Whether `head` tells the CRC-32. */
  keepsChecksums = true;
  fault: { at: number; when: "before" | "after" } | undefined;

  head(uri: string) {
    return this.#call("head", uri, () => {
      const found = this.objects.get(uri);
      return (
        found && {
          size: found.body.length,
          etag: etagOf(found.body),
          metadata: found.metadata,
          crc32: this.keepsChecksums ? sumOf(found.body) : undefined,
          checksums: this.keepsChecksums ? { crc32: sumOf(found.body) } : {},
        }
      );
    });
  }

  get(uri: string, range?: { start: number; end: number }, etag?: string) {
    return this.#call("get", uri, () => {
      const found = this.objects.get(uri);
      if (!found) throw new ObjectAbsent(uri);
      if (etag !== undefined && etag !== etagOf(found.body)) throw new ObjectChanged(uri);
      return new Uint8Array(found.body.subarray(range?.start, range?.end));
    });
  }

  getWithEtag(uri: string) {
    return this.#call("getWithEtag", uri, () => {
      const found = this.objects.get(uri);
      if (!found) throw new ObjectAbsent(uri);
      return { body: new Uint8Array(found.body), etag: etagOf(found.body) };
    });
  }

  put(uri: string, body: Uint8Array, options: PutOptions = {}) {
    return this.#call("put", uri, () => {
      const found = this.objects.get(uri);
      if (options.ifNoneMatch && found) throw new ObjectExists(uri);
      if (options.ifMatch !== undefined && (!found || options.ifMatch !== etagOf(found.body)))
        throw new ObjectChanged(uri);
      this.objects.set(uri, { body: Buffer.from(body), metadata: options.metadata ?? {} });
    });
  }

  async *list(prefix: string) {
    const found = await this.#call("list", prefix, () => this.under(prefix));
    for (const uri of found) yield { uri, size: this.bytes(uri).length, etag: etagOf(this.bytes(uri)) };
  }

  upload(uri: string, metadata: Record<string, string> = {}): Promise<Upload> {
    return this.#call("upload", uri, () => {
      const parts: Buffer[] = [];
      return {
        part: (number, body) => this.#call("part", uri, () => void (parts[number - 1] = Buffer.from(body))),
        complete: (size, checksum) =>
          this.#call("complete", uri, () => {
            const body = Buffer.concat(parts);
            if (body.length !== size || sumOf(body) !== checksum) throw new Error("BadDigest");
            if (this.objects.has(uri)) throw new ObjectExists(uri);
            this.objects.set(uri, { body, metadata });
          }),
      };
    });
  }

  text(uri: string): string {
    return this.bytes(uri).toString();
  }

  bytes(uri: string): Buffer {
    const found = this.objects.get(uri);
    if (!found) throw new Error(`nothing at ${uri}`);
    return found.body;
  }

  under(prefix: string): string[] {
    return [...this.objects.keys()].filter((uri) => uri.startsWith(prefix)).toSorted();
  }

  async #call<T>(name: string, uri: string, effect: () => T): Promise<T> {
    const fault = this.fault?.at === this.calls.length ? this.fault : undefined;
    this.calls.push({ name, uri });
    await new Promise(setImmediate);
    if (fault?.when === "before") throw new Error("connection reset");
    const result = effect();
    if (fault?.when === "after") throw new Error("connection reset");
    return result;
  }
}

function etagOf(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

function sumOf(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString("base64");
}
