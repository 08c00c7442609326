import { z } from "zod";
import { copyFileNames } from "./location.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { LocationUnusable } from "../store/location-unusable.ts";

const text = z.string().min(1);
const count = z.int().nonnegative();
const shape: z.ZodType<Receipt> = z.object({
  version: z.literal(1),
  source: z.object({
    account: text,
    region: text,
    tableArn: text,
    metadataLocation: text.optional(),
    versionToken: text,
  }),
  destination: z.object({ location: text, metadataLocation: text.optional() }),
  snapshots: count,
  rows: count.optional(),
  rowsNotCounted: text.optional(),
  leftOut: z.array(text).optional(),
  files: count,
  bytes: count,
  verifiedAt: z.iso.datetime(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

/**
 * Says that a copy was read back and found whole: of which version of which table, where, and what it holds. It lies beside the
 * copy as `receipt.json`.
 *
 * `rows` are those that a query of the current snapshot returns; `files` and `bytes` count all objects of the copy; `digest` is
 * the SHA-256 of `objects.jsonl`, which lists them with size and CRC-32. A table that has never held data has no
 * `metadataLocation`, neither at the source nor in the copy.
 */
export interface Receipt {
  version: 1;
  source: { account: string; region: string; tableArn: string; metadataLocation?: string; versionToken: string };
  destination: { location: string; metadataLocation?: string };
  snapshots: number;
  rows?: number;
  /** Why `rows` is absent: the files are whole, but hold something that nothing here can count. */
  rowsNotCounted?: string;
  /** Optional files that the table's metadata names and that were gone when it was copied. */
  leftOut?: string[];
  files: number;
  bytes: number;
  /** ISO 8601. */
  verifiedAt: string;
  digest: string;
}

/** What lies in a receipt's place is none. */
export class ReceiptDamaged extends LocationUnusable {
  override name = "ReceiptDamaged";
  readonly uri: string;
  constructor(uri: string, issues: readonly z.core.$ZodIssue[]) {
    const shown = issues.slice(0, 2).map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
    const more = issues.length > 2 ? `; and ${issues.length - 2} more` : "";
    super(`${uri} is no receipt of a backup (${shown.join("; ")}${more}).`, "");
    this.uri = uri;
  }
}

/** Reads the receipt at a URI; `undefined` when there is none. */
export async function findReceipt(store: ObjectStore, uri: string): Promise<Receipt | undefined> {
  return (await store.head(uri)) ? readReceipt(store, uri) : undefined;
}

/**
 * Reads the receipt at `uri`, which is the receipt's own URI or its copy's folder.
 * @throws ObjectAbsent when nothing is there, ReceiptDamaged for what is no receipt
 */
export async function readReceipt(store: Pick<ObjectStore, "get">, uri: string): Promise<Receipt> {
  const at = uri.endsWith(".json") ? uri : receiptUri(uri.replace(/\/+$/, ""));
  const body = Buffer.from(await store.get(at)).toString();
  const result = shape.safeParse(parse(body));
  if (!result.success) throw new ReceiptDamaged(at, result.error.issues);
  return result.data;
}

/** Returns the bytes of a receipt as it is stored. */
export function printReceipt(receipt: Receipt): Buffer {
  return Buffer.from(`${JSON.stringify(shape.parse(receipt), null, 2)}\n`);
}

/** Returns the rows in words: `60 rows`, or that they were not counted, and why. */
export function rowsInWords({ rows, rowsNotCounted }: Pick<Receipt, "rows" | "rowsNotCounted">): string {
  return rows === undefined ? `rows not counted (${rowsNotCounted ?? "nothing was read"})` : `${rows} rows`;
}

/** Returns where the receipt of the copy in a folder lies. */
export function receiptUri(location: string): string {
  return `${location}/${copyFileNames.receipt}`;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
