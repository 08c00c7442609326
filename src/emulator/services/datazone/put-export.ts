import type { PutDataExportConfigurationInput } from "@aws-sdk/client-datazone";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { checkIdentityPolicy } from "../caller.ts";
import { domainOf } from "./domains.ts";
import { checkedEncryption } from "./export-key.ts";
import { tokenConflict, existingTableEffect, makeDueTable, tableDelayMs } from "./export-table.ts";
import { exportsOf } from "./exports.ts";
import type { Exports } from "./exports.ts";

/** Creates the configuration or switches it on and off. */
export async function PutDataExportConfiguration(
  input: PutDataExportConfigurationInput,
  context: Context,
): Promise<Record<string, never>> {
  const domain = input.domainIdentifier ?? "";
  const { world } = context;
  checkDomain(domain, context);
  await makeDueTable(context);
  const exports = exportsOf(context);
  if (repeated(exports, input, context)) return {};
  const { current } = exports;
  if (current && current.domain !== domain) {
    throw new ServiceError(
      "ConflictException",
      `Data Export Configuration exists for another domain with id: ${current.domain}`,
    );
  }
  const encryption = checkedEncryption(input.encryptionConfiguration, context) ?? current?.encryption;
  const enabled = input.enableExport ?? false;
  const failed = enabled && existingTableEffect(exports, domain, encryption, context) === "failed";
  if (enabled && !failed) checkMakingBucket(context);
  const now = world.clock.now();
  const delay = world.quirk("datazone-put-completes") === "later" ? tableDelayMs : 0;
  exports.current = {
    domain,
    enabled,
    status: failed ? "FAILED" : "COMPLETED",
    encryption,
    createdAt: current?.createdAt ?? now,
    updatedAt: now,
    tableDueAt: enabled && !failed ? new Date(now.getTime() + delay) : undefined,
  };
  if (input.clientToken !== undefined) exports.tokens.set(input.clientToken, inputOf(input));
  await makeDueTable(context);
  return {};
}

/** Returns whether a token was used before: the same request is answered again, another one is a conflict. */
function repeated(exports: Exports, input: PutDataExportConfigurationInput, { world }: Context): boolean {
  const before = input.clientToken === undefined ? undefined : exports.tokens.get(input.clientToken);
  if (before === undefined) return false;
  if (before === inputOf(input) && world.quirk("datazone-token-reuse") === "idempotent") return true;
  throw tokenConflict(input.domainIdentifier ?? "");
}

function inputOf({ domainIdentifier, enableExport, encryptionConfiguration }: PutDataExportConfigurationInput): string {
  const { sseAlgorithm, kmsKeyArn } = encryptionConfiguration ?? {};
  return JSON.stringify([domainIdentifier, enableExport, sseAlgorithm, kmsKeyArn]);
}

/**
 * The table bucket of a first export is made by the permissions of who puts it.
 * https://docs.aws.amazon.com/sagemaker-unified-studio/latest/userguide/export-asset-metadata.html
 */
function checkMakingBucket(context: Context): void {
  const { bucketArn: resource, exists } = context.world.storage.exportBucket(context.world, context);
  if (exists) return;
  for (const operation of ["CreateTableBucket", "PutTableBucketPolicy"])
    checkIdentityPolicy(context, { action: `s3tables:${operation}`, resource });
}

/** Domains on which a Put may be refused, as far as the quirks say so. */
function checkDomain(id: string, context: Context): void {
  const { world } = context;
  const domain = domainOf(id, context);
  const refuse = (reason: string) => {
    throw new ServiceError("ValidationException", `Data export cannot be configured for domain ${id}: ${reason}`);
  };
  if (domain.version === "V1" && world.quirk("datazone-v1-domain") === "reject") refuse("its version is V1.");
  if (domain.sharedFrom !== undefined && world.quirk("datazone-shared-domain") === "reject")
    refuse("it is a shared domain.");
  if (domain.state === "CREATING" && world.quirk("datazone-creating-domain") === "accept") return;
  if (domain.state !== "AVAILABLE") refuse(`its status is ${domain.state}.`);
}
