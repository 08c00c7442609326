import { ControlError } from "./quirks.ts";
import { list, object, oneOf, optional, otherwise, shaped, text, whole, type Shaped } from "./shapes.ts";

const rule = object({
  service: text(),
  operation: text(),
  account: optional(text()),
  region: optional(text()),
  when: otherwise(oneOf("before", "after"), "before"),
  error: text(/./, "must be the name of an error"),
  skip: otherwise(whole(0), 0),
  times: otherwise(whole(1), 1),
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
export type FaultRule = Shaped<typeof rule>;

/** One rule or a list of them. Throws a ControlError for anything else. */
export function parseFaultRules(data: unknown): FaultRule[] {
  const parsed = shaped(list(rule), Array.isArray(data) ? data : [data]);
  if ("data" in parsed) return parsed.data;
  throw new ControlError(`Not a list of fault rules:\n${parsed.problems.join("\n")}`);
}
