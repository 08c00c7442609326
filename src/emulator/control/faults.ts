import type { FaultRule } from "./fault-rules.ts";

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

  add(rules: FaultRule[]): void {
    this.#rules.push(...rules);
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
