import { forgetClients } from "./clients.ts";
import { forgetAllCredentials } from "./credentials.ts";
import { forgetListings } from "./listing.ts";
import { forgetPaces } from "./pacing.ts";

/**
 * Forgets all that was made and learned where the environment of the process led until now: its variables name another endpoint, other
 * credentials or another stack from now on.
 */
export function forgetEnvironment(): void {
  forgetClients();
  forgetAllCredentials();
  forgetPaces();
  forgetListings();
}
