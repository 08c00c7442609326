import type { Pluggable } from "@smithy/types";
import { isServerError, isThrottlingError } from "@smithy/core/retry";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { CallOptions } from "./call-options.ts";
import { accountOf } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { credentialsCause, credentialsMessage, isUnknownKey } from "./credentials-cause.ts";
import { logCalls } from "./debug-log.ts";
import { credentialChain } from "../credential-chain.ts";
import { refuseEmptyAnswers } from "../empty-answers.ts";
import { mainRegionOf } from "../partitions.ts";
import { StillThrottledError } from "./patience.ts";
import { isOptIn } from "./regions.ts";
import { roleRefusal } from "./role-refusal.ts";
import { assumedFor, sessionName } from "./role-session.ts";
import { endpointCure, isWithoutEndpoint } from "./endpoint-refusal.ts";
import { foreignStatus, isCertificateError, isConnectionError, reachingCure } from "../unreachable.ts";
import { maxAttempts, requestHandler } from "./transport.ts";

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** Renewed so long before they expire that no running request meets the end. */
const renewalMarginMs = 5 * 60_000;

interface Session {
  credentials: Promise<Credentials>;
  /** Milliseconds since the epoch; endless while the role is being assumed. */
  ends: number;
  began: number;
}

/** Why an account cannot be worked in: which role or which ambient identity, and what to do. */
export class CredentialsError extends Error {
  override name = "CredentialsError";
}

/** The credentials are another account's. */
export class AccountMismatchError extends CredentialsError {}

/** The credentials that the run was started with are missing or refused, for every account alike. */
export class CallerRefusedError extends CredentialsError {}

/** How long AWS STS is waited for. It answers the caller, for all accounts alike. */
type Asking = Pick<CallOptions, "patienceWith">;

interface Identity {
  account: string;
  arn: string;
}

const credentialDefaultProvider = credentialChain(requestHandler);
const sessions = new Map<string, Session>();
const clients = new Map<string, STSClient>();
let caller: Promise<Identity> | undefined;

/**
 * Returns the credentials that sign for this connection: its role's, or the ambient ones of the SDK's own chain. A role is assumed once in
 * a process, however many calls need it, and again before its session ends.
 */
export async function credentialsOf(connection: Connection, options: Asking = {}): Promise<Credentials> {
  return connection.role === undefined
    ? ambient(connection.region).config.credentials()
    : session(connection, assumedFor(connection.role), options);
}

/**
 * Forgets the credentials of a connection that were given before `since`, in milliseconds since the epoch: AWS says that they have expired,
 * whatever was said when they were given. Of many requests that hear so at once, the first forgets.
 */
export function forgetCredentials({ role, externalId, region }: Connection, since: number): void {
  if (role === undefined) clients.delete(answering(region));
  else {
    const key = sessionKey(assumedFor(role), externalId);
    if ((sessions.get(key)?.began ?? since) < since) sessions.delete(key);
  }
}

/** Forgets all credentials, and whose the ambient ones are. */
export function forgetAllCredentials(): void {
  sessions.clear();
  clients.clear();
  caller = undefined;
}

/**
 * Refuses a connection whose credentials are another account's, before anything is read or written there.
 * @throws {CredentialsError}
 */
export async function assertAccount(connection: Connection, options: Asking = {}): Promise<void> {
  const { account, role } = connection;
  if (role !== undefined) {
    if (accountOf(role) === account) return;
    throw new AccountMismatchError(
      `Credentials: the role ${role} belongs to account ${accountOf(role) ?? "?"}, but the resource lives in ${account}.\nGive account ${account} a role of its own.`,
    );
  }
  const ambientIdentity = await identity(connection.region, options).catch((cause: Error) => {
    const asking = `find out whose credentials these are, for account ${account}`;
    if (isUnasked(cause)) throw unreachable(asking, cause);
    if (isUndecided(cause)) throw undecided(asking, cause);
    throw ambientRefusal(cause);
  });
  if (ambientIdentity.account === account) return;
  throw new AccountMismatchError(
    `Credentials: the ambient credentials are those of ${ambientIdentity.arn}, but the resource lives in account ${account} and names no role.\n` +
      `Give account ${account} a role that ${ambientIdentity.arn} may assume, or run with credentials of ${account}.`,
  );
}

function session(connection: Connection, role: string, options: Asking): Promise<Credentials> {
  const key = sessionKey(role, connection.externalId);
  const known = sessions.get(key);
  if (known && known.ends - renewalMarginMs > Date.now()) return known.credentials;
  const session: Session = {
    credentials: assume(connection, role, options),
    ends: Number.POSITIVE_INFINITY,
    began: Date.now(),
  };
  sessions.set(key, session);
  session.credentials.then(
    (credentials) => (session.ends = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY),
    () => sessions.get(key) === session && sessions.delete(key),
  );
  return session.credentials;
}

function sessionKey(role: string, externalId: string | undefined): string {
  return `${role} ${externalId ?? ""}`;
}

async function assume(connection: Connection, role: string, options: Asking): Promise<Credentials> {
  const request = { RoleArn: role, RoleSessionName: sessionName(), ExternalId: connection.externalId };
  const command = new AssumeRoleCommand(request);
  command.middlewareStack.use(endWithPatience(options));
  try {
    const { Credentials } = await askSts(connection.region, (sts) => sts.send(command));
    return {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken,
      expiration: Credentials!.Expiration,
    };
  } catch (cause) {
    const asking = `assume ${role} in account ${connection.account}`;
    if (isUnasked(cause)) throw unreachable(asking, cause as Error);
    if (isUndecided(cause as Error)) throw undecided(asking, cause as Error);
    if (credentialsCause(cause)) throw ambientRefusal(cause as Error);
    const caller = await identity(connection.region, options).catch(() => undefined);
    throw new CredentialsError(roleRefusal(cause as Error, { ...connection, role, caller: caller?.arn }), { cause });
  }
}

function ambientRefusal(error: Error): CallerRefusedError {
  const message =
    credentialsMessage(error) ??
    `Credentials: AWS refused them (${error.name}: ${error.message}).\nLook at what \`aws sts get-caller-identity\` says here.`;
  return new CallerRefusedError(message, { cause: error });
}

/** Returns whether nobody could be asked: the line broke, who answered is not trusted or not AWS, or the environment names no endpoint that there is. */
export const isUnasked = (error: unknown): boolean =>
  isConnectionError(error) ||
  isCertificateError(error) ||
  isWithoutEndpoint(error) ||
  foreignStatus(error) !== undefined;

/** Nothing is wrong with the credentials where nobody could be asked. */
function unreachable(what: string, cause: Error): Error {
  const status = foreignStatus(cause);
  const why = status === undefined ? cause.message : `HTTP ${status}, which is no answer of AWS`;
  return new Error(
    `Could not ${what}, because AWS STS cannot be reached: ${why}\n${isWithoutEndpoint(cause) ? endpointCure : reachingCure(cause)} then run it again.`,
    { cause },
  );
}

/** Whether AWS STS had no time, or no answer, for a question: nothing is known of the role then. */
const isUndecided = (error: Error): boolean =>
  error instanceof StillThrottledError ||
  isThrottlingError(error as Parameters<typeof isThrottlingError>[0]) ||
  isServerError(error as Parameters<typeof isServerError>[0]);

function undecided(what: string, cause: Error): Error {
  const { name, message } = cause;
  const why =
    cause instanceof StillThrottledError ? message : `gave no answer at ${maxAttempts} attempts (${name}: ${message})`;
  return new Error(`Could not ${what}: AWS STS ${why}.\nRun it again later.`, { cause });
}

/** Who the ambient credentials are: asked once in a process. */
function identity(region: string, options: Asking): Promise<Identity> {
  const command = new GetCallerIdentityCommand({});
  command.middlewareStack.use(endWithPatience(options));
  caller ??= askSts(region, (sts) => sts.send(command)).then(({ Account, Arn }) => ({ account: Account!, arn: Arn! }));
  caller.catch(() => (caller = undefined));
  return caller;
}

/**
 * Asks AWS STS in a Region, or, where that one does not know the caller, in the main Region of its partition, as long as it does: the caller's
 * own account may not have the Region.
 */
async function askSts<Answer>(region: string, ask: (sts: STSClient) => Promise<Answer>): Promise<Answer> {
  try {
    return await ask(ambient(region));
  } catch (error) {
    const elsewhere = mainRegionOf(region);
    if (!isUnknownKey(error) || answering(region) === elsewhere) throw error;
    return ask(ambient(elsewhere)).catch((cause: unknown) => {
      throw isUnasked(cause) ? error : cause;
    });
  }
}

/** Gives a call up, inside the SDK's own retries, when its caller has no patience left. */
function endWithPatience<I extends object, O extends object>({ patienceWith }: Asking): Pluggable<I, O> {
  return {
    applyToStack(stack) {
      stack.add(
        (next, { clientName }) =>
          async (request) => {
            const attempt = () => next(request);
            return patienceWith ? patienceWith(`${clientName}`).attempt(attempt) : attempt();
          },
        { step: "finalizeRequest", priority: "low", name: "endWithPatience", override: true },
      );
    },
  };
}

/** A Region of opt-in may be one that the caller's own account has not: sessions of another serve there as well. */
const answering = (region: string): string => (isOptIn(region) ? mainRegionOf(region) : region);

function ambient(connected: string): STSClient {
  const region = answering(connected);
  let client = clients.get(region);
  if (client) return client;
  client = new STSClient({ region, requestHandler, maxAttempts, credentialDefaultProvider });
  client.middlewareStack.use(logCalls(() => region));
  client.middlewareStack.use(refuseEmptyAnswers());
  clients.set(region, client);
  return client;
}
