import { z } from "zod";
import { ControlError } from "./quirks.ts";

const rule = z.strictObject({
  service: z.string(),
  operation: z.string(),
  account: z.string().optional(),
  region: z.string().optional(),
  when: z.enum(["before", "after"]).default("before"),
  error: z.string().min(1),
  skip: z.int().min(0).default(0),
  times: z.int().min(1).default(1),
});

/**
 * When an operation fails. `error` is an AWS code, an HTTP status, or what happens to the connection:
 *
 * - `reset` closes it without an answer, `stall` never answers, `truncate` sends half of the answer;
 * - `wrong-checksum` flips a byte of the body: of the request's `before`, of the answer's `after`;
 * - `stale-version-token` replaces a version token: of the input `before`, of the output `after`.
 *
 * `*` stands for any service or operation.
 */
export type FaultRule = z.output<typeof rule>;

/** One rule or a list of them. Throws a ControlError for anything else. */
export function parseFaultRules(data: unknown): FaultRule[] {
  const parsed = z.array(rule).safeParse(Array.isArray(data) ? data : [data]);
  if (parsed.success) return parsed.data;
  throw new ControlError(`Not a list of fault rules:\n${z.prettifyError(parsed.error)}`);
}
