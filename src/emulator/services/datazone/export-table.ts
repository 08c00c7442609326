import { ServiceError } from "../../world/handler.ts";
import type { RegionalContext } from "../../world/handler.ts";
import type { Encryption } from "../../world/world.ts";
import { defaultEncryption, exportsOf } from "./exports.ts";
import type { Exports } from "./exports.ts";

/** How long the table takes to appear where Put does not wait for it. */
export const tableDelayMs = 2_000;

/** Returns what a table that is there already means for a Put: nothing, an error, or an export that fails. */
export function existingTableEffect(
  exports: Exports,
  domain: string,
  encryption: Encryption | undefined,
  at: RegionalContext,
): "none" | "failed" {
  const { world } = at;
  const table = world.storage.exportTable(world, at);
  if (table === undefined) return "none";
  if (exports.tableOwner !== domain) {
    const choice = world.quirk("datazone-foreign-table");
    if (choice === "conflict") throw tokenConflict(domain);
    if (choice === "failed") return "failed";
  } else if (exports.current === undefined && world.quirk("datazone-own-table") === "conflict") {
    throw tokenConflict(domain);
  }
  if (!sameEncryption(table.encryption, encryption ?? defaultEncryption)) changedEncryption(domain, at);
  return "none";
}

/** The encryption of an exported table can never be changed; what AWS answers to an attempt is not documented. */
function changedEncryption(domain: string, { world }: RegionalContext): void {
  const choice = world.quirk("datazone-changed-encryption");
  if (choice === "conflict") throw tokenConflict(domain);
  if (choice === "reject") {
    throw new ServiceError(
      "ValidationException",
      "The encryption configuration of an existing data export cannot be updated.",
    );
  }
}

/** Makes the table of an enabled export whose time has come. */
export async function makeDueTable(at: RegionalContext): Promise<void> {
  const exports = exportsOf(at);
  const { current } = exports;
  if (current?.tableDueAt === undefined || current.tableDueAt > at.world.clock.now()) return;
  current.tableDueAt = undefined;
  exports.tableOwner = current.domain;
  const { world, account, region } = at;
  await world.storage.ensureExportTable(world, {
    account,
    region,
    encryption: current.encryption ?? defaultEncryption,
  });
}

/** Returns the message that AWS documents for a clash of client tokens, and for nothing else. */
export function tokenConflict(domain: string): ServiceError {
  return new ServiceError(
    "ConflictException",
    `Conflict exception occurred while putting data export configuration for domain:${domain}`,
  );
}

function sameEncryption(a: Encryption, b: Encryption): boolean {
  return a.sseAlgorithm === b.sseAlgorithm && a.kmsKeyArn === b.kmsKeyArn;
}
