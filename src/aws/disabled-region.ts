import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Pluggable } from "@smithy/types";
import type { Connection } from "./connection.ts";
import { credentialsOf, isUnasked } from "./credentials.ts";
import { isUnknownKey } from "./credentials-cause.ts";
import { logCalls } from "./debug-log.ts";
import { mainRegionOf } from "../partitions.ts";
import { maxAttempts, requestHandler } from "./transport.ts";

/** An account does not have the Region: the credentials that its services do not know are good elsewhere. */
export class RegionDisabledError extends Error {
  override name = "RegionDisabledError";

  constructor({ account }: Pick<Connection, "account">, region: string, cause: unknown) {
    super(
      `The Region ${region} is not enabled in account ${account}: it does not know the credentials that AWS takes in ${mainRegionOf(region)}.\n` +
        enablingCure({ account, region }),
      { cause },
    );
  }
}

/** Says what to do about a Region that an account does not have. */
export function enablingCure({ account, region }: Pick<Connection, "account" | "region">): string {
  return `Enable it (\`aws account enable-region --region-name ${region}\` in account ${account}), or take it out of the targets.`;
}

/**
 * Makes a client tell a Region that the account does not have from credentials that nobody knows: both have the same answer, and AWS STS of the
 * partition's main Region, which nobody can disable and where nobody needs a permission to ask who he is, knows the former.
 */
export function reportDisabledRegion(region: string, connection: () => Connection): Pluggable<object, object> {
  return {
    applyToStack(stack) {
      stack.add(
        (next) => async (request) => {
          try {
            return await next(request);
          } catch (error) {
            if (!isUnknownKey(error) || !(await areGoodElsewhere(connection(), region))) throw error;
            throw new RegionDisabledError(connection(), region, error);
          }
        },
        { step: "initialize", name: "reportDisabledRegion", override: true },
      );
    },
  };
}

/**
 * Tells whether AWS STS of the main Region knows who signs.
 * @throws what it answers instead, such as that the session has ended: whether it knows the key is not known then
 */
async function areGoodElsewhere(connection: Connection, region: string): Promise<boolean> {
  const elsewhere = mainRegionOf(region);
  if (elsewhere === region) return false;
  const credentials = await credentialsOf(connection);
  const client = new STSClient({ region: elsewhere, requestHandler, maxAttempts, credentials });
  client.middlewareStack.use(logCalls(() => elsewhere));
  return client.send(new GetCallerIdentityCommand({})).then(
    () => true,
    (error: unknown) => {
      // Where STS of that Region cannot be reached, the answer of this one is all there is.
      if (isUnknownKey(error) || isUnasked(error)) return false;
      throw error;
    },
  );
}
