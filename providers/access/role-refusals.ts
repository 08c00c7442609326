import { paginateSimulatePrincipalPolicy } from "@aws-sdk/client-iam";
import type { ContextEntry, EvaluationResult } from "@aws-sdk/client-iam";
import { meaningOf } from "../../src/aws/index.ts";
import type { Clients, Connection } from "../../src/aws/index.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { organizationIdOf } from "./organization-id.ts";

/** Who acts where. */
export type Actor = Pick<Connection, "account" | "region" | "role">;

/** What a role is to do with one resource. */
export interface RoleAccess {
  resource: string;
  actions: readonly string[];
  /** Where the service is asked; of a bucket that has to be looked up, and may not be known. */
  region?: string | (() => Promise<string | undefined>);
  /** What a request for it tells beside that, by the names of condition keys. */
  conditionKeys?: Readonly<Record<string, string>>;
}

/** Why it is not known what a role may do. */
export interface Silence {
  why: string;
  /** What to do to know it. */
  cure: string;
}

/** What IAM says of accesses, in their order. */
export interface RoleAnswer {
  /** Of each, the actions that the role may not do. */
  refused: string[][];
  /** Of each, why it is not known whether the role may do the rest; where it is not. */
  silences: (Silence | undefined)[];
}

/**
 * Asks IAM what a role may do. IAM evaluates the role's own policies, its boundary and the organization's. It is asked once for all accesses,
 * and again only where its answer rests on conditions of one request, such as on its Region. What it refuses by a condition on what is not known
 * here, such as the caller's address, may be allowed all the same, or not. Reads only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export async function refusedActions(
  { role, account }: Actor,
  accesses: readonly RoleAccess[],
  { clients, signal }: Pick<Work, "clients" | "signal">,
): Promise<RoleAnswer> {
  const nothing = accesses.map(() => []);
  if (role === undefined) return { refused: nothing, silences: nothing.map(() => undefined) };
  const overdue = AbortSignal.timeout(patienceMs);
  const abortSignal = AbortSignal.any([signal, overdue]);
  const known = { "aws:PrincipalArn": role, "aws:PrincipalAccount": account, "aws:PrincipalType": "AssumedRole" };

  const ask = async (
    about: readonly RoleAccess[],
    conditionKeys: Readonly<Record<string, string>>,
  ): Promise<Answers> => {
    const request = {
      PolicySourceArn: role,
      ActionNames: [...new Set(about.flatMap(({ actions }) => actions))],
      ResourceArns: [...new Set(about.map(({ resource }) => resource))],
      ContextEntries: contextOf({ ...known, ...conditionKeys }),
    };
    const answers: Answers = new Map();
    const pages = paginateSimulatePrincipalPolicy({ client: clients.iam, pageSize: 1000 }, request, { abortSignal });
    for await (const { EvaluationResults = [] } of pages) {
      for (const result of EvaluationResults.flatMap(ofEachResource)) {
        answers.set(`${result.EvalActionName} ${result.EvalResourceName}`, result);
      }
    }
    return answers;
  };

  try {
    const first = await ask(accesses, {});
    const requests = await Promise.all(accesses.map((access) => requestOf(access, first, clients)));
    const later = new Map<string, Promise<Answers>>();
    for (const request of new Set(requests)) {
      const about = accesses.filter((_, index) => requests[index] === request);
      later.set(request, request === "{}" ? Promise.resolve(first) : ask(about, JSON.parse(request)));
    }
    const answers = await Promise.all(requests.map((request) => later.get(request)!));
    const denied = accesses.map((access, index) => denialsOf(access, answers[index]!));
    return {
      refused: denied.map((all) => all.filter(({ keys }) => keys.length === 0).map(({ action }) => action)),
      silences: denied.map(doubtIn),
    };
  } catch (error) {
    if (!isSilence(error, overdue, signal)) throw error;
    const why = overdue.aborted ? `IAM has not answered for ${patienceMs / 1000} s` : (error as Error).message;
    const cure =
      meaningOf(error).kind === "denied" ? "Allow it iam:SimulatePrincipalPolicy on itself to know" : "Ask again later";
    return { refused: nothing, silences: nothing.map(() => ({ why, cure })) };
  }
}

/** How long IAM's answer is waited for, in milliseconds: what is only told beforehand must not hold up a plan. */
const patienceMs = 20_000;

/** What IAM says, by action and resource. */
type Answers = Map<string, EvaluationResult>;

/** Returns what a request tells of itself, as JSON, where an answer rests on some of it; equal requests are one question. */
async function requestOf({ resource, actions, region, conditionKeys }: RoleAccess, answers: Answers, clients: Clients) {
  const missing = actions.flatMap((action) => answers.get(`${action} ${resource}`)?.MissingContextValues ?? []);
  const isAsked = (key: string) => missing.some((one) => one.toLowerCase() === key.toLowerCase());
  const entries: Record<string, string | null | undefined> = {
    ...conditionKeys,
    ...(isAsked(regionKey) && { [regionKey]: typeof region === "function" ? await region() : region }),
    ...(isAsked(organizationKey) && { [organizationKey]: await organizationIdOf(clients) }),
  };
  const known = Object.entries(entries).filter(([, value]) => typeof value === "string");
  return JSON.stringify(Object.fromEntries(known.some(([key]) => isAsked(key)) ? known : []));
}

const regionKey = "aws:RequestedRegion";
const organizationKey = "aws:PrincipalOrgID";

/** An action that IAM does not allow, with the conditions on which that rests and that are not known here. */
interface Denial {
  action: string;
  keys: string[];
}

/** The role alone refuses nothing where a key's policy may let it in. */
function denialsOf({ resource, actions }: RoleAccess, answers: Answers): Denial[] {
  return actions.flatMap((action) => {
    const { EvalDecision, MissingContextValues: keys = [] } = answers.get(`${action} ${resource}`) ?? {};
    const isDenied = EvalDecision === "explicitDeny" || (EvalDecision === "implicitDeny" && !action.startsWith("kms:"));
    return isDenied ? [{ action, keys }] : [];
  });
}

function doubtIn(denials: readonly Denial[]): Silence | undefined {
  const doubtful = denials.filter(({ keys }) => keys.length > 0);
  if (doubtful.length === 0) return undefined;
  const keys = [...new Set(doubtful.flatMap((denial) => denial.keys))].toSorted();
  const actions = doubtful.map(({ action }) => action).join(", ");
  return {
    why: `for ${actions} its policies have conditions on ${keys.join(", ")}, which AWS judges at the call alone`,
    cure: "Look at the conditions in its policies, its boundary and the organization's policies",
  };
}

/** Whether an error says no more than that IAM has not answered, or not in time. */
function isSilence(error: unknown, overdue: AbortSignal, signal: AbortSignal): boolean {
  if (overdue.aborted && !signal.aborted) return true;
  return ["absent", "denied", "throttled", "retryable"].includes(meaningOf(error).kind);
}

function contextOf(conditionKeys: Readonly<Record<string, string>>): ContextEntry[] {
  const texts = Object.entries(conditionKeys).map(([name, value]): ContextEntry => ({
    ContextKeyName: name,
    ContextKeyValues: [value],
    ContextKeyType: "string",
  }));
  return [...texts, { ContextKeyName: "aws:SecureTransport", ContextKeyValues: ["true"], ContextKeyType: "boolean" }];
}

/** IAM tells of several resources in one result, or in one result each. */
function ofEachResource(result: EvaluationResult): EvaluationResult[] {
  const { ResourceSpecificResults: results = [] } = result;
  if (results.length === 0) return [result];
  return results.map(({ EvalResourceDecision: EvalDecision, EvalResourceName, MissingContextValues }) => ({
    EvalActionName: result.EvalActionName,
    EvalDecision,
    EvalResourceName,
    MissingContextValues,
  }));
}
