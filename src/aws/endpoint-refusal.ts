/** Tells whether the SDK found no endpoint to call, since what environment and profile ask for does not go together. */
export function isWithoutEndpoint(error: unknown): boolean {
  return (error as Error).name === "EndpointError";
}

/** What to do then. */
export const endpointCure =
  "AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT choose among AWS's own endpoints, AWS_ENDPOINT_URL names another one: unset one of " +
  "them, or its setting in the AWS profile;";
