import { findBackups } from "../../backup/index.ts";
import type { FoundBackup, ObjectStore } from "../../backup/index.ts";
import type { Io } from "../io.ts";
import { tableLines } from "../terminal/table-lines.ts";

/** Prints the backups below an address, the newest first. */
export async function printBackups(store: ObjectStore, below: string, output: string, io: Io): Promise<void> {
  const backups = await findBackups(store, below, io.interrupted());
  if (output === "json") return io.out.line(JSON.stringify(backups, undefined, 2));
  if (backups.length === 0) return io.out.line(`There are no backups below ${below}.`);
  const rows = backups.map((backup) => [stateOf(backup), rowsIn(backup), String(backup.bytes), backup.location]);
  for (const line of tableLines([["verified", "rows", "bytes", "lies at"], ...rows])) io.out.line(line);
}

/** When a backup was verified, or why that is not known. */
function stateOf({ receipt, problem, isPublished, isPartlyDeleted }: FoundBackup): string {
  if (isPartlyDeleted) return "partly deleted";
  if (receipt) return receipt.verifiedAt.slice(0, 19).replace("T", " ");
  if (isPublished) return "without a receipt";
  return problem === undefined ? "unfinished" : "unreadable receipt";
}

function rowsIn({ receipt }: FoundBackup): string {
  return receipt ? String(receipt.rows ?? "not counted") : "";
}
