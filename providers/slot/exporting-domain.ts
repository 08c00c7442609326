import { connect } from "../../src/aws/index.ts";
import type { Connection } from "../../src/aws/index.ts";
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
  const beforeChange = () => Promise.reject(new Error("Nothing is changed by looking."));
  const clients = await connect(connection, { signal, beforeChange });
  const { holders } = await findHolders(clients, { ...connection, domain });
  for (const holder of holders) {
    const found = await findConfiguration(clients, holder);
    if (found?.enabled && found.status !== "FAILED") return holder;
  }
  return null;
}
