import type { Handlers } from "../../world/handler.ts";
import { CreateResourceDataSync } from "./create-sync.ts";
import { DeleteResourceDataSync } from "./delete-sync.ts";
import { ListResourceDataSync } from "./list-syncs.ts";
import { UpdateResourceDataSync } from "./update-sync.ts";

/** Systems Manager's resource data syncs. */
export const handlers = {
  CreateResourceDataSync,
  UpdateResourceDataSync,
  DeleteResourceDataSync,
  ListResourceDataSync,
} satisfies Handlers;
