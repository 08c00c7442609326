import { bucketRegion } from "../../src/backup/index.ts";
import type { Clients } from "../../src/aws/index.ts";
import type { Work } from "../lifecycle/lifecycle.ts";

/** Returns the Region of the bucket in which backups lie, asked once for all that a plan puts there; `undefined` where it may not be asked. */
export async function regionOfBackups(
  backup: string,
  owner: string,
  { share, clients }: Pick<Work, "share" | "clients">,
): Promise<string | undefined> {
  const ask = (of: Clients) => bucketRegion(of.s3(), backup, owner);
  const isKnown = (region: string | undefined) => region !== undefined;
  return share ? share(`region ${backup} ${owner}`, ask, isKnown, owner) : ask(clients);
}
