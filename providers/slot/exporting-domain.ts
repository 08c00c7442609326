import { connect } from "../../src/aws/index.ts";
import type { Clients, Connection } from "../../src/aws/index.ts";
import { findConfiguration, findHolders } from "./configurations.ts";

/**
 * Returns the domain that exports in the connection's account and Region, as AWS says; null when none does. Reads only.
 * @param domain one that is asked although it is not listed
 * @throws when AWS does not tell
 */
export async function exportingDomain(
  connection: Connection,
  domain: string,
  signal: AbortSignal,
): Promise<string | null> {
  const clients = await lookingClients(connection, signal);
  const { holders } = await findHolders(clients, { ...connection, domain });
  for (const holder of holders) {
    const found = await findConfiguration(clients, holder);
    if (found?.enabled && found.status !== "FAILED") return holder;
  }
  return null;
}

/** Returns clients by which nothing can be changed. */
export function lookingClients(connection: Connection, signal: AbortSignal): Promise<Clients> {
  return connect(connection, {
    signal,
    beforeChange: () => Promise.reject(new Error("Nothing is changed by looking.")),
  });
}
