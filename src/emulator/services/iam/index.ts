import type { Handlers } from "../../world/handler.ts";
import { CreateServiceLinkedRole } from "./create-service-linked-role.ts";
import { GetRole } from "./get-role.ts";
import { SimulatePrincipalPolicy } from "./simulate-principal-policy.ts";

/** Service-linked roles, reading the seeded ones, and what their policies allow. */
export const handlers = { CreateServiceLinkedRole, GetRole, SimulatePrincipalPolicy } satisfies Handlers;
