import { createHash } from "node:crypto";
import type { NewFile } from "../../iceberg/index.ts";
import type { World } from "../../world/world.ts";
import { Body } from "../s3/body.ts";
import { digest } from "../../protocol/checksums.ts";
import { contentsOf } from "../s3/object-store.ts";

/** Puts files into tables' warehouses, past the checks that a client's requests meet. */
export function putFiles(world: World, files: readonly NewFile[]): void {
  for (const { location, bytes } of files) {
    const { bucket, key } = split(location);
    const sum = digest("CRC64NVME");
    sum.update(bytes);
    contentsOf(world, bucket).objects.set(key, {
      key,
      body: Body.of(bytes),
      etag: `"${createHash("md5").update(bytes).digest("hex")}"`,
      modified: world.clock.now(),
      checksum: { algorithm: "CRC64NVME", value: sum.value(), type: "FULL_OBJECT" },
      headers: { ContentType: "application/octet-stream", ServerSideEncryption: "AES256" },
      metadata: {},
      tags: {},
    });
  }
}

/** Removes files that no snapshot needs any more. */
export function removeFiles(world: World, locations: readonly string[]): void {
  for (const location of locations) {
    const { bucket, key } = split(location);
    contentsOf(world, bucket).objects.delete(key);
  }
}

function split(location: string): { bucket: string; key: string } {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(location) ?? [];
  return { bucket, key };
}
