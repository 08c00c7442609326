import { GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { isAbsent, meaningOf, targetName } from "../../src/aws/index.ts";
import type { Clients, Connection } from "../../src/aws/index.ts";
import type { Encryption } from "../../src/resources/data-export-configuration.ts";
import { isGone, listDomains } from "./domains.ts";
import type { Domain } from "./domains.ts";
import { encryptionFrom } from "./exported-table.ts";

/** A domain's export configuration as AWS tells it. */
export interface Configuration {
  enabled: boolean;
  encryption: Encryption;
  /** `FAILED` or `COMPLETED`; AWS has no word for what is under way. */
  status?: string;
  createdAt?: string;
  updatedAt?: string;
}

/** The domains whose configuration this run has removed, or found removed, by `account/region/domain`; AWS may not let them be asked. */
const removed = new Set<string>();

/** Notes that AWS has removed a domain's configuration, so that its refusal to tell leaves nothing open. */
export function noteRemoved({
  account,
  region,
  domain,
}: Pick<Connection, "account" | "region"> & { domain: string }): void {
  removed.add(`${account}/${region}/${domain}`);
}

/** The accounts and Regions whose domains this run has asked for their configurations, as `account/region`. */
const asked = new Set<string>();

/** Forgets what was removed and who was asked: another run begins in this process. */
export function forgetConfigurations(): void {
  removed.clear();
  asked.clear();
}

/** Who holds the export of one account and Region. */
export interface Holders {
  /** The domains that have a configuration, enabled or not. */
  holders: string[];
  /** Domains that could not be asked and that do not decide: shared by another account, or not in service. Each with AWS's words. */
  unasked: { domain: Domain; reason: string }[];
}

/**
 * Reads the configuration of a domain; `undefined` when AWS says that it has none. A domain that is gone has none either: its
 * configuration goes with it.
 * @see https://docs.aws.amazon.com/datazone/latest/APIReference/API_GetDataExportConfiguration.html
 */
export async function findConfiguration(clients: Clients, domain: string): Promise<Configuration | undefined> {
  try {
    return await getConfiguration(clients, domain);
  } catch (error) {
    if (meaningOf(error).kind === "denied" && (await isGone(clients, domain, error))) return undefined;
    throw error;
  }
}

async function getConfiguration(clients: Clients, domain: string): Promise<Configuration | undefined> {
  try {
    const answer = await clients.datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier: domain }));
    // Whether AWS answers "not found" or "disabled" for a domain that was never configured is not documented; only what was
    // configured has a time of creation.
    if (!answer.isExportEnabled && !answer.createdAt) return undefined;
    return {
      enabled: answer.isExportEnabled ?? false,
      encryption: encryptionFrom(answer.encryptionConfiguration),
      status: answer.status,
      createdAt: answer.createdAt?.toISOString(),
      updatedAt: answer.updatedAt?.toISOString(),
    };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * Finds the domains that have an export configuration in an account and Region. DataZone lists domains only, so each is asked;
 * `first` is asked even when it is not listed.
 *
 * A domain that another account shares, or that is not in service, may refuse to tell: then AWS's own conflict at Put is what
 * protects it. The refusal of any other domain makes the answer unknown, but for one whose configuration this run has removed or that is to be
 * removed first (`leaving`).
 * @throws when a domain of this account that is in service cannot be asked
 */
export async function findHolders(
  clients: Clients,
  { account, region, domain: first }: Pick<Connection, "account" | "region"> & { domain: string },
  leaving?: string,
): Promise<Holders> {
  const listed = await listDomains(clients);
  const domains = listed.some(({ id }) => id === first)
    ? listed
    : [...listed, { id: first, status: "unlisted", account }];
  const answers = await Promise.all(
    domains.map(async (domain) => {
      try {
        return { domain, held: (await getConfiguration(clients, domain.id)) !== undefined };
      } catch (error) {
        const isDenied = meaningOf(error).kind === "denied";
        if (isDenied && removed.has(`${account}/${region}/${domain.id}`)) return { domain, held: false };
        if (isDenied && (domain.id === leaving || !decides(domain, account))) {
          return { domain, reason: (error as Error).message };
        }
        throw refusalOf(error, domain, account);
      }
    }),
  );
  asked.add(targetName({ account, region }));
  return {
    holders: answers.flatMap(({ domain, held }) => (held ? [domain.id] : [])),
    unasked: answers.flatMap(({ domain, reason }) => (reason === undefined ? [] : [{ domain, reason }])),
  };
}

/**
 * Finds another domain that has a configuration where this one is to get its. Nothing is asked where this run has asked already: the claim on
 * the table has, unless it stays as it is, and then nobody else has looked.
 * @throws as `findHolders` does
 */
export async function findOtherHolder(
  clients: Clients,
  wanted: Pick<Connection, "account" | "region"> & { domain: string },
): Promise<string | undefined> {
  if (asked.has(targetName(wanted))) return undefined;
  const { holders } = await findHolders(clients, wanted);
  return holders.find((domain) => domain !== wanted.domain);
}

/** Whether nobody can say who holds the export while this domain refuses to tell. */
function decides({ status, account: owner }: Domain, account: string): boolean {
  return status === "AVAILABLE" && (owner === "" || owner === account);
}

function refusalOf(error: unknown, { id }: Domain, account: string): unknown {
  if (meaningOf(error).kind !== "denied") return error;
  const { message } = error as Error;
  return Object.assign(error as Error, {
    message: `${message} (the domain ${id} of ${account} may not be asked whether it exports: allow datazone:GetDataExportConfiguration on it)`,
  });
}
