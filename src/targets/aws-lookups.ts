import type { credentialChain } from "../credential-chain.ts";
import { refuseEmptyAnswers } from "../empty-answers.ts";
import type { Agents } from "../network.ts";
import { foreignStatus, isCertificateError, isConnectionError, reachingCure } from "../unreachable.ts";
import type { Caller, Lookups, OrganizationAccount } from "./lookups.ts";

/** Returns the Region that the AWS profile sets, if it sets one. */
export async function regionOfProfile(): Promise<string | undefined> {
  const { STSClient } = await import("@aws-sdk/client-sts");
  // It reads the variables that name profile and files as every client of the SDK does, and throws where no Region is set.
  return new STSClient({}).config.region().catch(() => undefined);
}

/** Asks AWS Organizations and STS with the ambient credentials; their clients are loaded when something is asked. */
export function awsLookups(env: NodeJS.ProcessEnv = process.env): Required<Lookups> {
  const region = regionIn(env);
  // Both answer the same in every Region of a partition.
  const settings = async () => {
    const [{ agentsOf }, { credentialChain }] = await Promise.all([
      import("../network.ts"),
      import("../credential-chain.ts"),
    ]);
    const requestHandler = agentsOf({ keepAlive: true });
    return {
      region: region ?? (await regionOfProfile()) ?? "us-east-1",
      maxAttempts: 8,
      retryMode: "adaptive",
      requestHandler,
      credentialDefaultProvider: credentialChain(requestHandler),
    };
  };
  return {
    organization: { accountsUnder: async (unit, nested) => accountsUnder(unit, nested, await settings()) },
    caller: async () => ({
      account: await callersAccount(await settings()),
      region: region ?? (await regionOfProfile()),
    }),
  };
}

/** Returns the caller that the environment names, by `AWS_ACCOUNT_ID`, which the SDKs read too, and `AWS_REGION`; `undefined` without an account. */
export function callerInEnvironment(env: NodeJS.ProcessEnv): Lookups["caller"] {
  const account = env["AWS_ACCOUNT_ID"];
  if (account === undefined || !/^\d{12}$/.test(account)) return undefined;
  return async (): Promise<Caller> => ({ account, region: regionIn(env) });
}

/** What the spec needs could not be found out. */
export class LookupError extends Error {
  override name = "LookupError";
  /** Whether the credentials, or what they may do, are to blame; otherwise AWS could not be reached. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean, cause: unknown) {
    super(message, { cause });
    this.refused = refused;
  }
}

const regionIn = (env: NodeJS.ProcessEnv) => env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"];

type Settings = {
  region: string;
  maxAttempts: number;
  retryMode: string;
  requestHandler: Agents;
  credentialDefaultProvider: ReturnType<typeof credentialChain>;
};

async function callersAccount(settings: Settings): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  try {
    const client = new STSClient(settings);
    client.middlewareStack.use(refuseEmptyAnswers());
    const { Account } = await client.send(new GetCallerIdentityCommand({}));
    return Account!;
  } catch (cause) {
    throw toLookupError("find out whose account the ambient credentials are", "sts:GetCallerIdentity", cause);
  }
}

async function accountsUnder(
  unit: string,
  nested: boolean,
  settings: Settings,
): Promise<OrganizationAccount[] | undefined> {
  const sdk = await import("@aws-sdk/client-organizations");
  const client = new sdk.OrganizationsClient(settings);
  client.middlewareStack.use(refuseEmptyAnswers());
  try {
    const id = /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/.test(unit) ? unit : await idOf(unit);
    return id === undefined ? undefined : await walk(id);
  } catch (cause) {
    if ((cause as Error).name === "ParentNotFoundException") return undefined;
    const actions =
      "organizations:ListAccountsForParent and organizations:ListOrganizationalUnitsForParent, and organizations:ListRoots for units by name";
    throw toLookupError(`list the accounts under ${unit}`, actions, cause);
  }

  async function walk(parent: string): Promise<OrganizationAccount[]> {
    const accounts: OrganizationAccount[] = [];
    for await (const page of sdk.paginateListAccountsForParent({ client }, { ParentId: parent })) {
      for (const { Id, Name, Status } of page.Accounts ?? []) {
        if (Status === "ACTIVE") accounts.push({ id: Id!, name: Name ?? Id! });
      }
    }
    if (!nested) return accounts;
    const below = await Promise.all((await unitsIn(parent)).map(({ id }) => walk(id)));
    return [...accounts, ...below.flat()];
  }

  async function unitsIn(parent: string): Promise<{ id: string; name: string }[]> {
    const units: { id: string; name: string }[] = [];
    for await (const page of sdk.paginateListOrganizationalUnitsForParent({ client }, { ParentId: parent })) {
      units.push(...(page.OrganizationalUnits ?? []).map(({ Id, Name }) => ({ id: Id!, name: Name! })));
    }
    return units;
  }

  /** The unit at a path of names from the root, or the only one that has the name. */
  async function idOf(name: string): Promise<string | undefined> {
    const roots = (await client.send(new sdk.ListRootsCommand({}))).Roots ?? [];
    const all = (await Promise.all(roots.map(({ Id }) => tree(Id!, "")))).flat();
    const found = all.filter(({ path }) => path === name);
    const named = found.length > 0 ? found : all.filter(({ path }) => path.endsWith(`/${name}`));
    return named.length === 1 ? named[0]!.id : undefined;
  }

  async function tree(parent: string, above: string): Promise<{ id: string; path: string }[]> {
    const units = (await unitsIn(parent)).map(({ id, name }) => ({ id, path: above ? `${above}/${name}` : name }));
    const below = await Promise.all(units.map(({ id, path }) => tree(id, path)));
    return [...units, ...below.flat()];
  }
}

/** Returns what kept AWS from being asked, with what to do about it. */
export function toLookupError(what: string, actions: string, cause: unknown): LookupError {
  const { name, message } = cause as Error;
  const hasNoEndpoint = name === "EndpointError";
  const status = foreignStatus(cause);
  if (hasNoEndpoint || isConnectionError(cause) || isCertificateError(cause) || status !== undefined) {
    const advice = hasNoEndpoint
      ? "AWS_ENDPOINT_URL contradicts AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT: unset one of them, or its setting in the AWS profile."
      : `${reachingCure(cause)} then run it again.`;
    return new LookupError(
      `Could not ${what}, because AWS cannot be reached: ${status === undefined ? message : `HTTP ${status}, which is no answer of AWS`}\n${advice}`,
      false,
      cause,
    );
  }
  const advice =
    `Check the credentials and that they allow ${actions}. ` +
    "Only the organization's management account and delegated administrators may list its units.";
  return new LookupError(`Credentials: could not ${what} (${name}: ${message}).\n${advice}`, true, cause);
}
