import type { Handlers } from "../../world/handler.ts";
import { AssumeRole } from "./assume-role.ts";
import { GetCallerIdentity } from "./caller-identity.ts";

/** Who one is, and becoming somebody else. */
export const handlers = { GetCallerIdentity, AssumeRole } satisfies Handlers;
