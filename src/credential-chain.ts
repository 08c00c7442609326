import { defaultProvider } from "@aws-sdk/credential-provider-node";
import type { DefaultProviderInit } from "@aws-sdk/credential-provider-node";

/** The part of a client's configuration that says how its requests leave the machine. */
type RequestHandler = NonNullable<DefaultProviderInit["clientConfig"]>["requestHandler"];

/**
 * Returns the SDK's own chain of credentials, for a client's `credentialDefaultProvider`, whose calls go by the given way too: by itself it asks
 * the portal of IAM Identity Center, and renews its token, past the proxy and the certificates that a company's network has.
 */
export const credentialChain =
  (requestHandler: RequestHandler) =>
  (init: DefaultProviderInit = {}) =>
    defaultProvider({ ...init, clientConfig: { ...init.clientConfig, requestHandler } });
