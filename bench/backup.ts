// `node bench/backup.ts 1000x1 2000x2`: a backup of a table of so many files of so many MiB on the emulator, beside a bare loop of GetObject and
// PutObject by the same SDK with as many at once, and beside `s5cmd` where it is on the PATH. Each run is a process of its own.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { backUp, s3ObjectStore } from "../src/backup/index.ts";
import { piecesInFlight } from "../src/backup/store/pieces.ts";
import { parquet } from "../test/support/data-files.ts";
import { IcebergTable } from "../test/support/iceberg-table.ts";
import { peakOf, table } from "./processes.ts";

const main = path.resolve(import.meta.dirname, "../dist/src/cli/main.js");
const endpoint = "http://127.0.0.1:18652";
const location = "s3://lake/orders";
const environment = {
  ...process.env,
  AWS_ACCESS_KEY_ID: "111122223333",
  AWS_SECRET_ACCESS_KEY: "x",
  AWS_REGION: "us-east-1",
};

const client = () =>
  new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "111122223333", secretAccessKey: "x" },
  });

/** Writes the table, and gives the address of its metadata file. */
async function makeTable(files: number, mebibytes: number): Promise<string> {
  const s3 = client();
  for (const Bucket of ["lake", "copies"]) await s3.send(new CreateBucketCommand({ Bucket }));
  const put = async (uri: string, Body: Uint8Array) => {
    await s3.send(
      new PutObjectCommand({ Bucket: "lake", Key: uri.slice("s3://lake/".length), Body, ChecksumAlgorithm: "CRC32" }),
    );
  };
  const written = new IcebergTable(location, 2, put);
  const end = await parquet([[{ name: "id", type: "INT64", field_id: 1 }, [1n]]]);
  const about = { records: 1, content: 0, format: "PARQUET", day: 20_454 } as const;
  const all = [];
  for (let index = 0; index < files; index++) {
    const body = Buffer.concat([Buffer.from("PAR1"), randomBytes(mebibytes * 2 ** 20 - 4 - end.length), end]);
    all.push(await written.foreign(`data/${String(index).padStart(6, "0")}.parquet`, body, about));
  }
  await written.commit(all);
  return written.metadataLocation;
}

async function bareLoop(): Promise<void> {
  const s3 = client();
  const keys: string[] = [];
  for (let token: string | undefined, first = true; first || token; first = false) {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: "lake", Prefix: "orders/data/", ContinuationToken: token }),
    );
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    token = page.NextContinuationToken;
  }
  const worker = async () => {
    for (let Key = keys.pop(); Key !== undefined; Key = keys.pop()) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: "lake", Key }));
      const body = await Body!.transformToByteArray();
      await s3.send(
        new PutObjectCommand({ Bucket: "copies", Key: `bare/${Key}`, Body: body, ChecksumAlgorithm: "CRC32" }),
      );
    }
  };
  await Promise.all(Array.from({ length: piecesInFlight }, worker));
}

/** Backs the table up, and tells when all was copied and the proof began. */
async function backedUp(metadataLocation: string) {
  const store = s3ObjectStore(client());
  const source = {
    account: "111122223333",
    region: "us-east-1",
    tableArn: "orders",
    metadataLocation,
    versionToken: "1",
  };
  const began = performance.now();
  let copied = 0;
  let copiedBytes = 0;
  const measured = {
    ...store,
    put: (uri: string, body: Uint8Array, options?: Parameters<typeof store.put>[2]) => {
      copiedBytes += body.length;
      return store.put(uri, body, options);
    },
  };
  await backUp({
    source,
    destination: "s3://copies/b",
    history: "all",
    read: store,
    write: measured,
    onProgress: ({ phase }) => {
      if (phase === "verify") copied ||= performance.now() - began;
    },
  });
  return { copied: copied / 1000, copiedBytes };
}

/** Runs a step of this file in a process of its own. */
function step(...given: string[]): {
  seconds: number;
  peak: number;
  copied: number;
  copiedBytes: number;
  told: string;
} {
  const run = spawnSync(process.execPath, [import.meta.filename, ...given], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`${given.join(" ")} ended with ${run.status}`);
  return JSON.parse(run.stdout);
}

async function compared(size: string) {
  const server = spawn(process.execPath, [main, "emulator", "--port", "18652"], { stdio: "ignore" });
  try {
    for (let tries = 0; tries < 100 && !(await fetch(endpoint).catch(() => undefined)); tries++) {
      await new Promise((wait) => setTimeout(wait, 100));
    }
    const { told: metadataLocation } = step("make", ...size.split("x"));
    const bare = step("bare");
    const whole = step("backup", metadataLocation);
    const again = step("backup", metadataLocation);
    const s5cmd = s5cmdSeconds();
    return {
      "files x MiB": size,
      "GET+PUT s": bare.seconds.toFixed(1),
      "copy s": whole.copied.toFixed(1),
      "copy and proof s": whole.seconds.toFixed(1),
      "copy / bare": (bare.seconds / whole.copied).toFixed(2),
      "with proof / bare": (bare.seconds / whole.seconds).toFixed(2),
      "s5cmd cp s": s5cmd?.toFixed(1) ?? "–",
      "peak MiB": whole.peak,
      "again s": again.seconds.toFixed(1),
      "again bytes written": again.copiedBytes,
    };
  } finally {
    server.kill("SIGKILL");
  }
}

/** Down and up again, as the others do: between buckets `s5cmd cp` has the store copy by itself. */
function s5cmdSeconds(): number | undefined {
  const found = (process.env["PATH"] ?? "").split(path.delimiter).some((one) => existsSync(path.join(one, "s5cmd")));
  if (!found) return undefined;
  const folder = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
  const copy = (from: string, to: string) =>
    execFileSync("s5cmd", ["--endpoint-url", endpoint, "--numworkers", String(piecesInFlight), "cp", from, to], {
      env: environment,
      stdio: "ignore",
    });
  const began = performance.now();
  try {
    copy("s3://lake/orders/data/*", `${folder}/`);
    copy(`${folder}/*`, "s3://copies/s5cmd/");
    return (performance.now() - began) / 1000;
  } finally {
    execFileSync("rm", ["-rf", folder]);
  }
}

const [name = "", ...given] = process.argv.slice(2);
const steps: Record<string, () => Promise<object>> = {
  make: async () => ({ told: await makeTable(Number(given[0]), Number(given[1])) }),
  bare: async () => (await bareLoop(), {}),
  backup: () => backedUp(given[0]!),
};
if (steps[name]) {
  const began = performance.now();
  const result = await steps[name]();
  console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, peak: peakOf(process.pid), ...result }));
} else {
  const rows = [];
  for (const size of process.argv.length > 2 ? process.argv.slice(2) : ["1000x1", "2000x2"])
    rows.push(await compared(size));
  console.log(table(rows));
}
