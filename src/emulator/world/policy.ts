/** A policy as AWS writes it, of a resource or, without principals, of an identity. */
export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: Statement | Statement[];
}

/** A statement of a policy. */
export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  NotPrincipal?: "*" | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** One access that a policy is asked about. */
export interface Access {
  /**
   * Kind and names of the principal: `["Service", "ssm.amazonaws.com"]`, or `["AWS", …]` with its account and ARNs. Absent
   * for an identity's own policy, whose statements name no principal.
   */
  principal?: readonly [kind: "Service" | "AWS", ...names: string[]];
  action: string;
  resource: string;
  /** Condition keys of the request, by their names in lower case. */
  context: Record<string, string>;
}

/** Returns whether the policy by itself allows the access: an Allow matches and no Deny does. */
export function allows(policy: PolicyDocument | undefined, access: Access): boolean {
  return has("Allow", policy, access) && !denies(policy, access);
}

/** Returns whether a Deny of the policy matches the access. */
export function denies(policy: PolicyDocument | undefined, access: Access): boolean {
  return has("Deny", policy, access);
}

/** Returns the condition keys, in lower case, on which what the policy says of an action rests. */
export function conditionKeysFor(policy: PolicyDocument | undefined, action: string): string[] {
  const statements = statementsOf(policy).filter((statement) => actionApplies(statement, action.toLowerCase()));
  const keys = statements.flatMap(({ Condition = {} }) => Object.values(Condition).flatMap(Object.keys));
  return [...new Set(keys.map((key) => key.toLowerCase()))];
}

/** Returns whether the policy lets everybody do something, as GetBucketPolicyStatus tells it. */
export function isPublic(policy: PolicyDocument | undefined): boolean {
  return statementsOf(policy).some(
    (statement) =>
      statement.Effect === "Allow" &&
      (statement.NotPrincipal !== undefined || namesOf(statement.Principal, "AWS").includes("*")) &&
      !Object.values(statement.Condition ?? {}).some((keys) => Object.keys(keys).some((key) => narrowing.test(key))),
  );
}

/** Conditions on who or what calls, with which S3 takes a policy for anybody as not public. */
const narrowing =
  /^(aws:(Source(Arn|Account|Vpc|Vpce|OrgID|OrgPaths|Ip)|Principal(OrgID|OrgPaths|Arn|Account)|userid)|s3:DataAccessPoint(Arn|Account))$/i;

function statementsOf(policy: PolicyDocument | undefined): Statement[] {
  return [policy?.Statement ?? []].flat();
}

function has(effect: Statement["Effect"], policy: PolicyDocument | undefined, access: Access): boolean {
  return statementsOf(policy).some((statement) => statement.Effect === effect && applies(statement, access));
}

function applies(statement: Statement, access: Access): boolean {
  return (
    (access.principal === undefined || principalApplies(statement, access.principal)) &&
    actionApplies(statement, access.action.toLowerCase()) &&
    resourceApplies(statement, access.resource) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) =>
        conditionHolds(operator, [values].flat().map(String), entryNamed(access.context, key.toLowerCase())),
      ),
    )
  );
}

function principalApplies(
  { Principal, NotPrincipal }: Statement,
  [kind, ...names]: NonNullable<Access["principal"]>,
): boolean {
  const matches = (principal: Statement["Principal"]) =>
    namesOf(principal, kind).some((candidate) => candidate === "*" || names.includes(candidate));
  return NotPrincipal === undefined ? matches(Principal) : !matches(NotPrincipal);
}

/** Returns the names that a principal gives for a kind; an account stands for its root user's ARN. */
function namesOf(principal: Statement["Principal"], kind: "Service" | "AWS"): string[] {
  if (principal === undefined) return [];
  if (principal === "*") return ["*"];
  return [entryNamed(principal, kind) ?? []]
    .flat()
    .map((name) => /^arn:aws[-a-z]*:iam::(\d{12}):root$/.exec(name)?.[1] ?? name);
}

function actionApplies({ Action, NotAction }: Statement, action: string): boolean {
  const some = (patterns: string | string[]) =>
    [patterns].flat().some((pattern) => wildcard(pattern.toLowerCase(), action));
  return NotAction === undefined ? some(Action ?? []) : !some(NotAction);
}

function resourceApplies({ Resource, NotResource }: Statement, resource: string): boolean {
  const some = (patterns: string | string[]) => [patterns].flat().some((pattern) => wildcard(pattern, resource));
  return NotResource === undefined ? Resource === undefined || some(Resource) : !some(NotResource);
}

/** An unknown operator never holds, so that nothing is allowed by mistake. */
function conditionHolds(operator: string, values: string[], actual: string | undefined): boolean {
  const [, name = "", ifExists] = /^(?:ForAnyValue:|ForAllValues:)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === "Null") return values.includes(String(actual === undefined));
  if (actual === undefined) return ifExists !== undefined || name.includes("Not");
  const compare = entryNamed(comparisons, name);
  if (compare === undefined) return false;
  const some = values.some((value) => compare(value, actual));
  return name.includes("Not") ? !some : some;
}

/** A policy's author names keys and operators freely: `constructor` is none of them. */
function entryNamed<T>(record: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

const equals = (value: string, actual: string) => value === actual;
const equalsIgnoringCase = (value: string, actual: string) => value.toLowerCase() === actual.toLowerCase();

const comparisons: Record<string, (value: string, actual: string) => boolean> = {
  StringEquals: equals,
  StringNotEquals: equals,
  StringEqualsIgnoreCase: equalsIgnoringCase,
  StringNotEqualsIgnoreCase: equalsIgnoringCase,
  StringLike: wildcard,
  StringNotLike: wildcard,
  ArnEquals: wildcard,
  ArnNotEquals: wildcard,
  ArnLike: wildcard,
  ArnNotLike: wildcard,
  Bool: equalsIgnoringCase,
  NumericEquals: (value, actual) => Number(actual) === Number(value),
  NumericNotEquals: (value, actual) => Number(actual) === Number(value),
  NumericLessThan: (value, actual) => Number(actual) < Number(value),
  NumericLessThanEquals: (value, actual) => Number(actual) <= Number(value),
  NumericGreaterThan: (value, actual) => Number(actual) > Number(value),
  NumericGreaterThanEquals: (value, actual) => Number(actual) >= Number(value),
};

/** Matches `*` (any run) and `?` (any one character), as policies do. */
function wildcard(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}
