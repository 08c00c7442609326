import type { Handlers } from "../../service.ts";

export const handlers = {} satisfies Handlers;
