import type { Spec } from "../../spec/index.ts";
import type { Declaration } from "../../targets/index.ts";
import { CommandError, Exit } from "../exit.ts";

/**
 * Returns the claims of the exports that are meant by `account/Region`, `account` or nothing, by the account's name or id.
 * @throws {CommandError} when the spec has none there
 */
export function selectExports(
  wanted: string | undefined,
  declarations: readonly Declaration[],
  { accounts }: Spec,
): Declaration[] {
  const claims = declarations.filter(({ type }) => type === "AssetTable");
  if (claims.length === 0) throw new CommandError(Exit.wrong, "The spec has no export.");
  if (wanted === undefined) return claims;
  const [account = "", region] = wanted.split("/");
  const id = accounts.find(({ name }) => name === account)?.id ?? account;
  const meant = claims.filter((one) => one.account === id && (region ?? one.region) === one.region);
  if (meant.length > 0) return meant;
  throw new CommandError(Exit.wrong, `The spec has no export in ${wanted}. There are ${namesOfExports(claims)}.`);
}

/** Returns the names of some exports for a message. */
export function namesOfExports(claims: readonly Declaration[]): string {
  const names = claims.map(({ name }) => name);
  return names.length > 12 ? `${names.slice(0, 12).join(", ")} and ${names.length - 12} more` : names.join(", ");
}
