import { anyMatches } from "./policy-patterns.ts";
import type { PatternRules, Truth } from "./policy-patterns.ts";

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

/** As AWS writes it. */
interface WrittenStatement {
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

interface Condition {
  operator: string;
  key: string;
  values: string[];
}

/** With lists where one may be written without. */
interface Statement extends Pick<WrittenStatement, "Sid" | "Effect" | "Principal" | "NotPrincipal"> {
  Action?: string[];
  NotAction?: string[];
  Resource?: string[];
  NotResource?: string[];
  conditions: Condition[];
}

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
  const statements = statementsIn(policy);
  const isAllowed = statements.some((each) => each.Effect === "Allow" && appliesTo(each, request) === true);
  return statements.flatMap((statement, index) => {
    // Where one statement allows it, it does not matter whether another one does.
    if (isAllowed && statement.Effect === "Allow") return [];
    if (appliesTo(statement, request) !== undefined) return [];
    return statement.conditions
      .filter((each) => truthOf(each, request) === undefined)
      .map(({ key }) => ({ key, statement: statement.Sid ?? `number ${index + 1}` }));
  });
}

const readPolicies = new Map<string, Statement[]>();

/** Reads a policy once: the one of a fleet's bucket is judged for each sync, and grows with the accounts. */
function statementsIn(policy: string): Statement[] {
  const known = readPolicies.get(policy);
  if (known) return known;
  const { Statement = [] } = JSON.parse(policy) as { Statement?: WrittenStatement | WrittenStatement[] };
  const statements = [Statement].flat().map(statementOf);
  readPolicies.set(policy, statements);
  return statements;
}

function statementOf({ Condition = {}, ...written }: WrittenStatement): Statement {
  const { Action, NotAction, Resource, NotResource } = written;
  const list = (texts: string | string[] | undefined) => (texts === undefined ? undefined : [texts].flat());
  return {
    ...written,
    Action: list(Action),
    NotAction: list(NotAction),
    Resource: list(Resource),
    NotResource: list(NotResource),
    conditions: Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({ operator, key, values: [values].flat().map(String) })),
    ),
  };
}

function appliesTo(statement: Statement, request: PolicyRequest): Truth {
  return all([
    () => principalOf(statement, request),
    () => listed(statement.Action, statement.NotAction, request.action, request, true),
    () => listed(statement.Resource, statement.NotResource, request.resource, request, false),
    ...statement.conditions.map((each) => () => truthOf(each, request)),
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
  wanted: string[] | undefined,
  not: string[] | undefined,
  value: string,
  request: PolicyRequest,
  fold: boolean,
): Truth {
  const any = (patterns: string[]) => anyMatches(patterns, value, request.context, { hasWildcards: true, fold });
  if (wanted !== undefined) return any(wanted);
  return not === undefined ? true : opposite(any(not));
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
function truthOf({ operator, key, values }: Condition, request: PolicyRequest): Truth {
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
  const truth = anyMatches(values, value, context, test);
  return test.negated ? opposite(truth) : truth;
}

function isOpen(key: string, context: PolicyRequest["context"]): boolean {
  return Object.keys(context).some((name) => name.endsWith("*") && key.startsWith(name.slice(0, -1)));
}

const operators: Record<string, PatternRules & { negated?: boolean }> = {
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

/** Asks no further once one is false. */
function all(questions: (() => Truth)[]): Truth {
  let truth: Truth = true;
  for (const question of questions) {
    const one = question();
    if (one === false) return false;
    if (one === undefined) truth = undefined;
  }
  return truth;
}

function opposite(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}
