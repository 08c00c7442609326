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
 */
export type FaultRule = z.output<typeof rule>;

/** What a rule is matched against. */
interface Occasion {
  service: string;
  operation: string;
  account: string;
  region: string;
}

/** The rules that are still to come true. */
export class Faults {
  #rules: FaultRule[] = [];

  add(rules: unknown): void {
    const parsed = z.array(rule).safeParse(Array.isArray(rules) ? rules : [rules]);
    if (!parsed.success) {
      throw new ControlError(`Not a list of fault rules:\n${z.prettifyError(parsed.error)}`);
    }
    this.#rules.push(...parsed.data);
  }

  list(): FaultRule[] {
    return this.#rules;
  }

  clear(): void {
    this.#rules = [];
  }

  /** The first rule that fits takes its turn: it skips, or it is returned and used up by one. */
  next(occasion: Occasion): FaultRule | undefined {
    const found = this.#rules.find((candidate) => fits(candidate, occasion));
    if (found === undefined) return undefined;
    if (found.skip > 0) {
      found.skip--;
      return undefined;
    }
    found.times--;
    this.#rules = this.#rules.filter(({ times }) => times > 0);
    return found;
  }
}

/** `*` stands for any service or operation. */
function fits(candidate: FaultRule, occasion: Occasion): boolean {
  return (
    (candidate.service === "*" || candidate.service === occasion.service) &&
    (candidate.operation === "*" || candidate.operation === occasion.operation) &&
    (candidate.account ?? occasion.account) === occasion.account &&
    (candidate.region ?? occasion.region) === occasion.region
  );
}
