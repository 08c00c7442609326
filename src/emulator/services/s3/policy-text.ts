import type { PolicyDocument } from "../../world/policy.ts";

const requiredFields = ["Effect", "Principal", "Action", "Resource"] as const;
const policyFields = ["Version", "Id", "Statement"];
const statementFields = [...requiredFields, "Sid", "Condition"];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html, in bytes. */
const largestPolicyBytes = 20 * 1024;

/** Reads a resource policy, or says in S3's words what is wrong with it. */
export function parsePolicy(text: string): PolicyDocument | { problem: string } {
  if (Buffer.byteLength(text) > largestPolicyBytes)
    return { problem: "Policy exceeds the maximum allowed document size." };
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    return { problem: "This policy contains invalid Json" };
  }
  if (!isRecord(policy)) return { problem: "Policies must be valid JSON and the first byte must be '{'" };
  const unknown = unknownField(policy, policyFields);
  if (unknown !== undefined) return { problem: unknown };
  const { Version = "", Id = "" } = policy;
  if (!areTexts([Version, Id])) return { problem: "Policy has an invalid Version or Id" };
  const statements = [policy["Statement"] ?? []].flat();
  if (statements.length === 0) return { problem: "Missing required field Statement" };
  const problem = statements.map(problemOf).find((found) => found !== undefined);
  return problem === undefined ? (policy as unknown as PolicyDocument) : { problem };
}

function problemOf(statement: unknown): string | undefined {
  if (!isRecord(statement)) return "Policy statement must be a JSON object";
  const missing = requiredFields.find((field) => statement[field] === undefined);
  if (missing !== undefined) return `Missing required field ${missing}`;
  const unknown = unknownField(statement, statementFields);
  if (unknown !== undefined) return unknown;
  const { Sid = "", Effect, Principal, Action, Resource, Condition = {} } = statement;
  if (typeof Sid !== "string") return "Policy has an invalid Sid";
  if (Effect !== "Allow" && Effect !== "Deny") return `Invalid effect: ${JSON.stringify(Effect)}`;
  if (!areTexts(Action)) return "Policy has invalid action";
  if (!areTexts(Resource)) return "Policy has invalid resource";
  if (Principal !== "*" && !(isRecord(Principal) && Object.values(Principal).every(areTexts))) {
    return "Invalid principal in policy";
  }
  const operators = isRecord(Condition) ? Object.values(Condition) : [undefined];
  const wellFormed = operators.every((keys) => isRecord(keys) && Object.values(keys).every(areScalars));
  return wellFormed ? undefined : "Policy has an invalid condition";
}

/** Elements that AWS does not know are refused, which also keeps a policy flat. */
function unknownField(element: Record<string, unknown>, known: string[]): string | undefined {
  const field = Object.keys(element).find((name) => !known.includes(name));
  return field === undefined ? undefined : `Unknown field ${field}`;
}

function areTexts(value: unknown): boolean {
  return [value].flat().every((element) => typeof element === "string");
}

function areScalars(value: unknown): boolean {
  return [value].flat().every((element) => ["string", "number", "boolean"].includes(typeof element));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
