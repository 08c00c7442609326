import type { DeleteDomainInput, DeleteDomainOutput } from "@aws-sdk/client-datazone";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { domainOf } from "./domains.ts";
import { removalMs, removalsOf } from "./removals.ts";

/** Deletes a domain, with its export setting and not with the export's table. It is DELETING for a second and then gone. */
export function DeleteDomain({ identifier = "" }: DeleteDomainInput, context: Context): DeleteDomainOutput {
  const { world } = context;
  const domain = domainOf(identifier, context);
  if (domain.sharedFrom !== undefined || domain.state === "CREATING") {
    const reason = domain.sharedFrom === undefined ? "it is being created" : "another account owns it";
    throw new ServiceError("ValidationException", `Domain ${identifier} cannot be deleted: ${reason}.`);
  }
  if (domain.state !== "DELETING") {
    removalsOf(context).set(identifier, new Date(world.clock.now().getTime() + removalMs));
  }
  return { status: "DELETING" };
}
