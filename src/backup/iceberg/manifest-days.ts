import { Buffer } from "node:buffer";
import type { AvroFile, AvroRecord } from "./avro.ts";

/** The column by which an export's table is partitioned: the moment of each daily export. */
const dayColumn = "snapshot_time";

const dayMs = 86_400_000;

/**
 * Returns what tells of which day, such as `2026-11-26`, the rows of an entry of a manifest are: by its partition, else by the bounds of the
 * column. `undefined` of an entry that has rows of several days, or whose table has no such column.
 */
export function dayReader({ properties }: Pick<AvroFile, "properties">): (record: AvroRecord) => string | undefined {
  const schema = parsed(properties["schema"]) as { fields?: { id: number; name: string }[] } | undefined;
  const column = schema?.fields?.find(({ name }) => name === dayColumn)?.id;
  const spec = parsed(properties["partition-spec"]);
  const fields = (Array.isArray(spec) ? spec : []) as { name: string; transform: string; "source-id": number }[];
  const field = fields.find(
    ({ transform, ...one }) => one["source-id"] === column && ["day", "identity"].includes(transform),
  );
  if (column === undefined) return () => undefined;
  return (record) => {
    const file = record.data_file as AvroRecord;
    const value = field && (file.partition as AvroRecord)[field.name];
    if (typeof value === "number") return dayAt(value * dayMs);
    if (typeof value === "bigint") return dayAt(Number(value / 1000n));
    const [lower, upper] = [file.lower_bounds, file.upper_bounds].map((bounds) => boundDay(bounds, column));
    return lower === upper ? lower : undefined;
  };
}

function boundDay(bounds: unknown, column: number): string | undefined {
  const value = (bounds as { key: number; value: Buffer }[] | null | undefined)?.find(
    ({ key }) => key === column,
  )?.value;
  return value?.length === 8 ? dayAt(Number(value.readBigInt64LE() / 1000n)) : undefined;
}

const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function parsed(bytes: Buffer | undefined): unknown {
  try {
    return bytes && JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
