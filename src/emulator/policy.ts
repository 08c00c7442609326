/** A resource policy as AWS writes it. */
export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: Statement | Statement[];
}

export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** One access that a policy is asked about. */
export interface Access {
  /** Kind and name of the principal: `["Service", "ssm.amazonaws.com"]` or `["AWS", "111122223333"]`. */
  principal: [kind: "Service" | "AWS", name: string];
  action: string;
  resource: string;
  /** Condition keys of the request, by their names in lower case. */
  context: Record<string, string>;
}

/** Whether the policy by itself allows the access: an Allow matches and no Deny does. */
export function allows(policy: PolicyDocument | undefined, access: Access): boolean {
  const statements = [policy?.Statement ?? []].flat().filter((statement) => applies(statement, access));
  return (
    statements.some((statement) => statement.Effect === "Allow") &&
    !statements.some((statement) => statement.Effect === "Deny")
  );
}

function applies(statement: Statement, access: Access): boolean {
  return (
    principalMatches(statement.Principal, access.principal) &&
    [statement.Action].flat().some((action) => wildcard(action.toLowerCase(), access.action.toLowerCase())) &&
    (statement.Resource === undefined ||
      [statement.Resource].flat().some((resource) => wildcard(resource, access.resource))) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) =>
        conditionHolds(operator, [values].flat().map(String), own(access.context, key.toLowerCase())),
      ),
    )
  );
}

function principalMatches(principal: Statement["Principal"], [kind, name]: Access["principal"]): boolean {
  if (principal === undefined) return false;
  if (principal === "*") return true;
  const names = [principal[kind] ?? []].flat();
  return names.some(
    (candidate) =>
      candidate === "*" || candidate === name || (kind === "AWS" && candidate === `arn:aws:iam::${name}:root`),
  );
}

/** Operators that AWS's documented delivery and key policies use; an unknown one never holds, so that nothing is allowed by mistake. */
function conditionHolds(operator: string, values: string[], actual: string | undefined): boolean {
  const [, name = "", ifExists] = /^(?:ForAnyValue:|ForAllValues:)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === "Null") return values.includes(String(actual === undefined));
  if (actual === undefined) return ifExists !== undefined || name.includes("Not");
  const compare = own(COMPARISONS, name);
  if (compare === undefined) return false;
  const some = values.some((value) => compare(value, actual));
  return name.includes("Not") ? !some : some;
}

/** A policy's author names keys and operators freely: `constructor` is none of them. */
function own<T>(record: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

const equals = (value: string, actual: string) => value === actual;
const equalsIgnoringCase = (value: string, actual: string) => value.toLowerCase() === actual.toLowerCase();

const COMPARISONS: Record<string, (value: string, actual: string) => boolean> = {
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
};

/** Matches `*` (any run) and `?` (any one character), as policies do. */
function wildcard(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}
