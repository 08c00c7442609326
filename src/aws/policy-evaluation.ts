/** A request of an AWS service, or of somebody in an account, as a resource's policy judges it. */
export interface PolicyRequest {
  /** Such as `ssm.amazonaws.com`. */
  service?: string;
  /** By what a policy may name a caller who is no service: its account, that account's ARN, its role's. */
  callers?: readonly string[];
  /** Such as `s3:PutObject`. */
  action: string;
  resource: string;
  /**
   * Condition keys by name, in lower case; `undefined` stands for a value that is there and not known here. A name that ends in `*` stands
   * for all keys that begin so, of which not even that they are there is known.
   */
  context: Readonly<Record<string, string | undefined>>;
}

/** What a policy says to a request; `unknown` where it rests on a condition that cannot be judged here. */
export type Verdict = "allowed" | "denied" | "notAllowed" | "unknown";

interface Statement {
  Sid?: string;
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
 * Judges a request by a resource's policy, as far as a reader can: a denial wins, then an allowance.
 * @param policy the policy's JSON text; `undefined` stands for none, which allows nothing to a service
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function verdictOf(policy: string | undefined, request: PolicyRequest): Verdict {
  if (policy === undefined) return "notAllowed";
  const statements = statementsIn(policy);
  const truths = (effect: string) =>
    statements.filter(({ Effect }) => Effect === effect).map((statement) => appliesTo(statement, request));
  const denials = truths("Deny");
  if (denials.includes(true)) return "denied";
  const allowances = truths("Allow");
  if (allowances.includes(true)) return denials.includes(undefined) ? "unknown" : "allowed";
  return allowances.includes(undefined) ? "unknown" : "notAllowed";
}

/**
 * Returns the condition keys on which a verdict rests that is not known, each with the name of its statement, or its number.
 * @param policy the policy's JSON text
 */
export function unjudgedConditions(policy: string, request: PolicyRequest): { key: string; statement: string }[] {
  return statementsIn(policy).flatMap((statement, index) => {
    if (appliesTo(statement, request) !== undefined) return [];
    return conditionsOf(statement, request)
      .filter(({ truth }) => truth === undefined)
      .map(({ key }) => ({ key, statement: statement.Sid ?? `number ${index + 1}` }));
  });
}

function statementsIn(policy: string): Statement[] {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
  return [Statement].flat();
}

function conditionsOf({ Condition = {} }: Statement, request: PolicyRequest): { key: string; truth: Truth }[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      const truth = condition(operator, key, [values].flat().map(String), request);
      return { key, truth };
    }),
  );
}

function appliesTo(statement: Statement, request: PolicyRequest): Truth {
  return all([
    principalOf(statement, request),
    listed(statement.Action, statement.NotAction, request.action, request, true),
    listed(statement.Resource, statement.NotResource, request.resource, request, false),
    ...conditionsOf(statement, request).map(({ truth }) => truth),
  ]);
}

function principalOf({ Effect, Principal, NotPrincipal }: Statement, request: PolicyRequest): Truth {
  if (NotPrincipal === undefined) return names(Principal, request);
  // A denial to everybody else is certain of a service; a session would have to be named as account, role and session. An allowance is not supported.
  return Effect === "Deny" && request.callers === undefined ? !names(NotPrincipal, request) : undefined;
}

function names(principal: unknown, { service, callers = [] }: PolicyRequest): boolean {
  if (principal === "*") return true;
  const { Service = [], AWS = [] } = (principal ?? {}) as { Service?: string | string[]; AWS?: string | string[] };
  const accounts = [AWS].flat();
  return (
    [Service].flat().some((name) => name === service || name === "*") ||
    accounts.includes("*") ||
    callers.some((name) => accounts.includes(name))
  );
}

function listed(
  wanted: string | string[] | undefined,
  not: string | string[] | undefined,
  value: string,
  request: PolicyRequest,
  fold: boolean,
): Truth {
  const any = (patterns: string | string[]) =>
    anyMatches([patterns].flat(), value, request, { hasWildcards: true, fold });
  if (wanted !== undefined) return any(wanted);
  return not === undefined ? true : opposite(any(not));
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
function condition(operator: string, key: string, values: string[], request: PolicyRequest): Truth {
  const { context } = request;
  const [, name = "", ifExists] = /^(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const folded = key.toLowerCase();
  const present = folded in context;
  if (!present && isOpen(folded, context)) return undefined;
  if (name === "Null") return values.includes(String(!present));
  const test = operators[name];
  if (!test) return undefined;
  // A key that is not in the request: nothing equals it, and everything differs from it.
  if (!present) return ifExists !== undefined || test.negated === true;
  const value = context[folded];
  if (value === undefined) return undefined;
  const truth = anyMatches(values, value, request, test);
  return test.negated ? opposite(truth) : truth;
}

function isOpen(key: string, context: PolicyRequest["context"]): boolean {
  return Object.keys(context).some((name) => name.endsWith("*") && key.startsWith(name.slice(0, -1)));
}

interface Comparison {
  /** Whether `*` and `?` stand for other characters. */
  hasWildcards?: boolean;
  /** Whether upper and lower case are the same. */
  fold?: boolean;
}

const operators: Record<string, Comparison & { negated?: boolean }> = {
  StringEquals: {},
  StringNotEquals: { negated: true },
  StringEqualsIgnoreCase: { fold: true },
  StringNotEqualsIgnoreCase: { fold: true, negated: true },
  StringLike: { hasWildcards: true },
  StringNotLike: { hasWildcards: true, negated: true },
  ArnEquals: { hasWildcards: true },
  ArnNotEquals: { hasWildcards: true, negated: true },
  ArnLike: { hasWildcards: true },
  ArnNotLike: { hasWildcards: true, negated: true },
  Bool: { fold: true },
};

/** Whether a text is what one of the patterns says. A fleet's bucket names hundreds of accounts, for each of which its policy is judged. */
function anyMatches(patterns: string[], text: string, request: PolicyRequest, how: Comparison): Truth {
  if (patterns.includes(text) && !text.includes("$")) return true;
  return some(patterns.map((pattern) => matches(pattern, text, request, how)));
}

/**
 * Whether a text is what a pattern says, with its variables filled in. Where one is not known, only a pattern that no value of it would make
 * match is known not to.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
function matches(pattern: string, text: string, { context }: PolicyRequest, { hasWildcards, fold }: Comparison): Truth {
  const isPlain = !pattern.includes("$") && !pattern.includes("?");
  if (isPlain && fold) return matchesPlain(pattern.toLowerCase(), text.toLowerCase(), hasWildcards);
  if (isPlain) return matchesPlain(pattern, text, hasWildcards);
  let isKnown = true;
  const filled = pattern.replace(/\$\{([^}]*)\}|[*?.+^${}()|[\]\\]/g, (token, variable?: string) => {
    if (variable === undefined) return (hasWildcards && wildcards[token]) || escaped(token);
    if (/^[*?$]$/.test(variable)) return escaped(variable);
    const value = context[variable.toLowerCase()];
    isKnown &&= value !== undefined;
    return value === undefined ? wildcards["*"]! : escaped(value);
  });
  if (!new RegExp(`^${filled}$`, fold ? "i" : "").test(text)) return false;
  return isKnown ? true : undefined;
}

/** The same for most patterns, which have no `?` and no variable: a regular expression for each of hundreds of accounts would take far longer. */
function matchesPlain(pattern: string, text: string, hasWildcards = false): boolean {
  const [first = "", ...others] = hasWildcards ? pattern.split("*") : [pattern];
  const last = others.pop();
  if (last === undefined) return pattern === text;
  const end = text.length - last.length;
  if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

const wildcards: Record<string, string> = { "*": "[^]*", "?": "[^]" };

function escaped(text: string): string {
  return text.replace(/[*?.+^${}()|[\]\\]/g, "\\$&");
}

function all(truths: Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}

function some(truths: Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.includes(undefined) ? undefined : false;
}

function opposite(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}
