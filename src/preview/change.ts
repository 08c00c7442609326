import type { Property } from "./properties.ts";

/** What is done to one resource. */
export type Operation = "create" | "update" | "replace" | "delete";

/** Lists every operation, the one that takes the most away first. */
export const worstFirst: readonly Operation[] = ["delete", "replace", "update", "create"];

/** What a deployment would do to one resource. */
export interface Change {
  operation: Operation;
  type: string;
  name: string;
  account?: string;
  region?: string;
  /** The entry of the spec that stands for it; a resource that is no longer declared has none. */
  source?: { file: string; line: number };
  properties: Property[];
  /** What happens to the data, in one sentence. */
  consequence: string;
}
