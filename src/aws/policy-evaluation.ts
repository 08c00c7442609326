/** A request of an AWS service as a resource's policy judges it. */
export interface ServiceRequest {
  /** Such as `ssm.amazonaws.com`. */
  service: string;
  /** Such as `s3:PutObject`. */
  action: string;
  resource: string;
  /** Condition keys by name, in lower case; `undefined` stands for a value that is there and not known here. */
  context: Readonly<Record<string, string | undefined>>;
}

/** What a policy says to a request; `unknown` where it rests on a condition that cannot be judged here. */
export type Verdict = "allowed" | "denied" | "notAllowed" | "unknown";

interface Statement {
  Effect?: string;
  Principal?: unknown;
  NotPrincipal?: unknown;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** Yes, no, or not known. */
type Truth = boolean | undefined;

/**
 * Judges a request of a service by a resource's policy, as far as a reader can: a denial wins, then an allowance.
 * @param policy the policy's JSON text; `undefined` stands for none, which allows nothing to a service
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function verdictOf(policy: string | undefined, request: ServiceRequest): Verdict {
  if (policy === undefined) return "notAllowed";
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
  const statements = [Statement].flat();
  const truths = (effect: string) =>
    statements.filter(({ Effect }) => Effect === effect).map((statement) => speaksOf(statement, request));
  const denials = truths("Deny");
  if (denials.includes(true)) return "denied";
  const allowances = truths("Allow");
  if (allowances.includes(true)) return denials.includes(undefined) ? "unknown" : "allowed";
  return allowances.includes(undefined) ? "unknown" : "notAllowed";
}

function speaksOf(statement: Statement, request: ServiceRequest): Truth {
  return all([
    principalOf(statement, request.service),
    listed(statement.Action, statement.NotAction, request.action, true),
    listed(statement.Resource, statement.NotResource, request.resource, false),
    ...Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => condition(operator, key, [values].flat().map(String), request)),
    ),
  ]);
}

function principalOf({ Principal, NotPrincipal }: Statement, service: string): Truth {
  if (NotPrincipal !== undefined) return undefined;
  if (Principal === "*") return true;
  const { Service = [], AWS = [] } = (Principal ?? {}) as { Service?: string | string[]; AWS?: string | string[] };
  return [Service].flat().some((name) => matches(name, service)) || [AWS].flat().includes("*");
}

function listed(
  wanted: string | string[] | undefined,
  not: string | string[] | undefined,
  value: string,
  fold: boolean,
) {
  const any = (patterns: string | string[]) => [patterns].flat().some((pattern) => matches(pattern, value, fold));
  if (wanted !== undefined) return any(wanted);
  return not === undefined || !any(not);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
function condition(operator: string, key: string, values: string[], { context }: ServiceRequest): Truth {
  const [, name = "", ifExists] = /^(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const folded = key.toLowerCase();
  const present = folded in context;
  if (name === "Null") return values.includes(String(!present));
  const test = operators[name];
  if (!test) return undefined;
  // A key that is not in the request: nothing equals it, and everything differs from it.
  if (!present) return ifExists !== undefined || test.negated;
  const value = context[folded];
  if (value === undefined) return undefined;
  return values.some((pattern) => test.matches(pattern, value)) !== test.negated;
}

const same = (pattern: string, value: string) => pattern === value;
const sameText = (pattern: string, value: string) => pattern.toLowerCase() === value.toLowerCase();
const alike = (pattern: string, value: string) => matches(pattern, value);

const operators: Record<string, { matches: (pattern: string, value: string) => boolean; negated: boolean }> = {
  StringEquals: { matches: same, negated: false },
  StringNotEquals: { matches: same, negated: true },
  StringEqualsIgnoreCase: { matches: sameText, negated: false },
  StringNotEqualsIgnoreCase: { matches: sameText, negated: true },
  StringLike: { matches: alike, negated: false },
  StringNotLike: { matches: alike, negated: true },
  ArnEquals: { matches: alike, negated: false },
  ArnNotEquals: { matches: alike, negated: true },
  ArnLike: { matches: alike, negated: false },
  ArnNotLike: { matches: alike, negated: true },
  Bool: { matches: sameText, negated: false },
};

function matches(pattern: string, text: string, fold = false): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`, fold ? "i" : "").test(text);
}

function all(truths: Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}
