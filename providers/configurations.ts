import { GetDataExportConfigurationCommand, ListDomainsCommand } from "@aws-sdk/client-datazone";
import { isAbsent } from "../src/aws/index.ts";
import type { Clients } from "../src/aws/index.ts";
import type { Encryption } from "../src/resources/data-export-configuration.ts";
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

/** The configuration of a domain; `undefined` when AWS says that it has none. */
export async function findConfiguration(clients: Clients, domain: string): Promise<Configuration | undefined> {
  try {
    const told = await clients.datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier: domain }));
    // Whether AWS answers "not found" or "disabled" for a domain that was never configured is not documented; only what was
    // configured has a time of creation.
    if (!told.isExportEnabled && !told.createdAt) return undefined;
    return {
      enabled: told.isExportEnabled ?? false,
      encryption: encryptionFrom(told.encryptionConfiguration),
      status: told.status,
      createdAt: told.createdAt?.toISOString(),
      updatedAt: told.updatedAt?.toISOString(),
    };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * The domains that have an export configuration in the place of these clients, enabled or not. DataZone lists domains only, so each is
 * asked; `first` is asked even when it is not listed. One refusal makes the answer unknown, and is thrown.
 */
export async function findHolders(clients: Clients, first: string): Promise<string[]> {
  const domains = new Set([first]);
  let nextToken: string | undefined;
  do {
    const page = await clients.datazone.send(new ListDomainsCommand({ maxResults: 25, nextToken }));
    for (const { id } of page.items ?? []) domains.add(id!);
    nextToken = page.nextToken || undefined;
  } while (nextToken);
  const holders = await Promise.all(
    [...domains].map(async (domain) => ((await findConfiguration(clients, domain)) ? domain : undefined)),
  );
  return holders.filter((domain) => domain !== undefined);
}
