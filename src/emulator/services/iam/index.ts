import type { Handlers } from "../../world/handler.ts";
import { CreateServiceLinkedRole } from "./create-service-linked-role.ts";
import { GetRole } from "./get-role.ts";

/** Service-linked roles, and reading the seeded ones. */
export const handlers = { CreateServiceLinkedRole, GetRole } satisfies Handlers;
