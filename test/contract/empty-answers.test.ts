import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { GetDataExportConfigurationCommand, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { GetTableEncryptionCommand } from "@aws-sdk/client-s3tables";
import { ListResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeEach, expect, it, vi } from "vitest";
import { connect } from "../../src/aws/index.ts";
import { awsLookups } from "../../src/targets/index.ts";
import { audit, catalog, seed } from "../support/acme.ts";
import { emulatorWorld } from "../support/emulator-world.ts";

const world = await emulatorWorld(seed);

/** How many of the next answers lose their body on the way; what is left is a whole answer of HTTP, since nothing tells its length. */
let cut = 0;

const proxy = createServer((asked, answer) => {
  const { hostname, port } = new URL(world.endpoint);
  const { method, url: path, headers } = asked;
  const onward = request({ hostname, port, method, path, headers }, (told) => {
    if (cut <= 0 || told.statusCode !== 200) return void told.pipe(answer.writeHead(told.statusCode!, told.headers));
    cut -= 1;
    told.resume();
    asked.socket.end(
      `HTTP/1.1 200 OK\r\ncontent-type: ${told.headers["content-type"]}\r\nx-amz-request-id: 1\r\nconnection: close\r\n\r\n`,
    );
  });
  asked.pipe(onward);
});
await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
vi.stubEnv("AWS_ACCESS_KEY_ID", catalog);
vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
vi.stubEnv("AWS_REGION", "us-east-1");
const clients = await connect({ account: catalog, region: "us-east-1" });

afterAll(async () => {
  vi.unstubAllEnvs();
  proxy.close();
  await world.close();
});
beforeEach(() => (cut = 0));

const tableBucketARN = `arn:aws:s3tables:us-east-1:${catalog}:bucket/aws-sagemaker-catalog`;

const questions: Record<string, () => Promise<unknown>> = {
  "an export": () => clients.datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" })),
  "the syncs": () => clients.ssm.send(new ListResourceDataSyncCommand({})),
  "a table's encryption": () =>
    clients.s3tables.send(
      new GetTableEncryptionCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" }),
    ),
  "the objects of a bucket": () => clients.s3().send(new ListObjectsV2Command({ Bucket: "acme-backups" })),
};

await clients.datazone.send(
  new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: true }),
);

it.each(Object.keys(questions))("an empty answer to the question for %s is none, and asked for again", async (of) => {
  const { $metadata: _whole, ...whole } = (await questions[of]!()) as { $metadata: unknown };
  cut = 2;
  const { $metadata: _again, ...again } = (await questions[of]!()) as { $metadata: unknown };
  expect(again).toEqual(whole);
  expect(cut).toBe(0);
});

it("where no whole answer comes, nothing is said to be absent", async () => {
  cut = Infinity;
  await expect(questions["an export"]!()).rejects.toThrow(
    "the answer to GetDataExportConfiguration is empty, which is none of AWS's",
  );
}, 60_000);

it("a unit whose accounts come as an empty answer does not lose them", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", audit);
  cut = 1;
  const accounts = await awsLookups().organization.accountsUnder("ou-ab12-cdefgh34", false);
  expect(accounts).toEqual([{ id: "222233334444", name: "workloads" }]);
});
