import type { Pluggable } from "@smithy/types";
import type { Connection } from "./connection.ts";
import { forgetCredentials } from "./credentials.ts";

/**
 * Makes a client ask once more, with new credentials, where AWS says that the ones it signed with have expired: a session may be ended
 * before its time, and a long copy outlives many.
 */
export function retryWithNewCredentials(connection: () => Connection): Pluggable<object, object> {
  return {
    applyToStack(stack) {
      stack.add(
        (next) => async (request) => {
          const since = Date.now();
          try {
            return await next(request);
          } catch (error) {
            if (!/^ExpiredToken(Exception)?$/.test((error as Error).name)) throw error;
            forgetCredentials(connection(), since);
            return next(request);
          }
        },
        { step: "initialize", name: "retryWithNewCredentials", override: true },
      );
    },
  };
}
