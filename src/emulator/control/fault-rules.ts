import { z } from "zod";
import { problemsOf } from "../world/problems.ts";
import { ControlError } from "../world/quirks.ts";

const count = (least: number) =>
  z.int(`must be a whole number, ${least} or more`).min(least, `must be a whole number, ${least} or more`);
const text = () => z.string("must be text");

const rule = z.strictObject(
  {
    service: text(),
    operation: text(),
    account: text().optional(),
    region: text().optional(),
    when: z.enum(["before", "after"], "must be one of before, after").default("before"),
    error: text().min(1, "must be the name of an error"),
    skip: count(0).default(0),
    times: count(1).default(1),
  },
  "must be a map",
);

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

/** Returns one rule or a list of them. Throws a ControlError for anything else. */
export function parseFaultRules(data: unknown): FaultRule[] {
  const parsed = z.array(rule).safeParse(Array.isArray(data) ? data : [data]);
  if (parsed.success) return parsed.data;
  throw new ControlError(`Not a list of fault rules:\n${problemsOf(parsed.error).join("\n")}`);
}
