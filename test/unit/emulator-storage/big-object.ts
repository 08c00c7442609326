// Sends an object of 64 MiB through an emulator and reads it back; prints its size and the peak of memory above the start, in MiB.
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { emulatorWorld } from "../../support/emulator-world.ts";

const Bucket = "acme-backups";
const world = await emulatorWorld({ buckets: { [Bucket]: { region: "us-east-1", account: "111122223333" } } });
const s3 = new S3Client({ ...world.clientOf("111122223333"), forcePathStyle: true, maxAttempts: 1 });
const chunk = randomBytes(1024 * 1024);
const megabytes = 64;
const before = process.memoryUsage().rss;
let peak = before;
const Body = Readable.from(
  (async function* () {
    for (let sent = 0; sent < megabytes; sent++) {
      peak = Math.max(peak, process.memoryUsage().rss);
      yield chunk;
    }
  })(),
);
await s3.send(new PutObjectCommand({ Bucket, Key: "big", Body, ContentLength: megabytes * chunk.length }));
const { Body: read } = await s3.send(new GetObjectCommand({ Bucket, Key: "big" }));
let size = 0;
for await (const bytes of read as Readable) {
  size += (bytes as Buffer).length;
  peak = Math.max(peak, process.memoryUsage().rss);
}
await world.close();
console.log(JSON.stringify({ megabytes: size / chunk.length, peak: (peak - before) / chunk.length }));
