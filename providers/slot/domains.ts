import { GetDomainCommand, paginateListDomains } from "@aws-sdk/client-datazone";
import { accountOf, meaningOf } from "../../src/aws/index.ts";
import type { Clients } from "../../src/aws/index.ts";

/** A domain as DataZone lists it in one account and Region. */
export interface Domain {
  id: string;
  /** `AVAILABLE`, `CREATING`, `DELETING`, … */
  status: string;
  /** The account that the domain belongs to; another one than the caller's shares it by AWS RAM. */
  account: string;
}

/** A domain as far as one look at it tells. */
export interface FoundDomain extends Pick<Domain, "id" | "status"> {
  /** `V1` or `V2`. */
  version?: string;
  /** The account that the domain belongs to. */
  owner?: string;
}

/**
 * Lists the domains of these clients' account and Region, those shared with it and those on their way in or out included.
 * @see https://docs.aws.amazon.com/datazone/latest/APIReference/API_ListDomains.html
 */
export async function listDomains({ datazone }: Clients): Promise<Domain[]> {
  const domains: Domain[] = [];
  for await (const { items = [] } of paginateListDomains({ client: datazone, pageSize: 25 }, {})) {
    for (const { id, status, managedAccountId } of items) {
      domains.push({ id: id!, status: status ?? "AVAILABLE", account: managedAccountId ?? "" });
    }
  }
  return domains;
}

/**
 * Reads whether a domain is there; `undefined` when it is not.
 *
 * DataZone answers 403, not 404, for a domain that was deleted or never was. A list of all domains that lacks it is the second
 * witness; without that list the denial stays a denial.
 * @see https://docs.aws.amazon.com/datazone/latest/APIReference/API_GetDomain.html
 */
export async function findDomain(clients: Clients, id: string): Promise<FoundDomain | undefined> {
  try {
    const { status, domainVersion, arn } = await clients.datazone.send(new GetDomainCommand({ identifier: id }));
    return status === "DELETED"
      ? undefined
      : { id, status: status ?? "AVAILABLE", version: domainVersion, owner: arn && accountOf(arn) };
  } catch (error) {
    const { kind } = meaningOf(error);
    if (kind === "absent") return undefined;
    if (kind !== "denied") throw error;
    return (await listedOr(error, clients)).find((domain) => domain.id === id && domain.status !== "DELETED");
  }
}

/** Tells whether a denial about a domain stands for its absence: the list of all domains lacks it. */
export async function isGone(clients: Clients, id: string, denial: unknown): Promise<boolean> {
  const domains = await listedOr(denial, clients);
  return !domains.some((domain) => domain.id === id && domain.status !== "DELETED");
}

/** The list of domains, or, when that is not to be had, the denial that made it necessary. */
async function listedOr(denial: unknown, clients: Clients): Promise<Domain[]> {
  return listDomains(clients).catch(() => {
    throw denial;
  });
}
