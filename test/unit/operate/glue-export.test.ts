import { createServer } from "node:http";
import { GlueClient } from "@aws-sdk/client-glue";
import { afterEach, expect, it } from "vitest";
import { glueExportIn } from "../../../src/operate/glue-export.ts";
import type { Clients } from "../../../src/aws/index.ts";

const closing: Array<() => unknown> = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

/** Looks at a service that answers with this document. */
async function lookAt(document: object, status = 200) {
  const seen: Array<{ target: unknown; authorization: unknown; body: string }> = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { "x-amz-target": target, authorization } = request.headers;
    seen.push({ target, authorization, body });
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(document));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closing.push(() => server.close());
  const { port } = server.address() as { port: number };
  const credentials = { accessKeyId: "111122223333", secretAccessKey: "secret" };
  const glue = new GlueClient({ endpoint: `http://127.0.0.1:${port}`, region: "eu-west-1", credentials });
  closing.push(() => glue.destroy());
  return { found: glueExportIn({ glue: async () => glue } as unknown as Clients), seen };
}

it("asks by the SDK's client and reads the shapes that AWS published last", async () => {
  const key = "arn:aws:kms:eu-west-1:111122223333:key/catalog";
  const { found, seen } = await lookAt({
    CreatedAt: 1_785_888_000,
    S3TablesConfiguration: { EncryptionConfiguration: { SseAlgorithm: "aws:kms", KmsKeyArn: key } },
    Assets: { S3TablesExport: "ENABLED", S3TablesExportState: { Status: "ENABLING" } },
  });
  expect(await found).toMatchObject({
    enabled: true,
    status: "ENABLING",
    encryption: key,
    createdAt: "2026-08-05T00:00:00.000Z",
  });
  expect(seen).toEqual([
    {
      target: "AWSGlue.GetDataCatalogExportConfiguration",
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=111122223333\/\d+\/eu-west-1\/glue\/aws4_request/,
      ),
      body: "{}",
    },
  ]);
});

it.each([
  ["the first model", { ExportSetting: "ENABLED", Status: "ENABLED" }],
  ["nothing", {}],
  ["a setting that nobody knows", { Assets: { S3TablesExport: "PAUSED" } }],
])("takes an answer with %s for no export that is off", async (_what, document) => {
  await expect((await lookAt(document)).found).rejects.toThrow("whether it is enabled is not known");
});

it("takes Glue's word that there is no configuration for an answer, and no other refusal", async () => {
  const { found } = await lookAt({ __type: "EntityNotFoundException", Message: "none" }, 400);
  expect(await found).toBeNull();
  const denied = await lookAt({ __type: "AccessDeniedException", Message: "no" }, 400);
  await expect(denied.found).rejects.toMatchObject({ name: "AccessDeniedException" });
});
