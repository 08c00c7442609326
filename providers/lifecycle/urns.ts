import { createRequire } from "node:module";

interface Request {
  getUrn(): string;
  getProperties(): { toJavaScript(): Record<string, unknown> } | undefined;
}

/** Tells whether two URNs name one resource of the running stack, whose name may have changed since one of them was recorded. */
export function isSameResource(one: string | undefined, other: string | undefined): boolean {
  return withoutStack(one) === withoutStack(other);
}

/**
 * Tells whether two URNs name one resource of the running stack that has moved to another parent: a program moves what it gives the same
 * name by an alias.
 */
export function isMovedResource(one: string | undefined, other: string | undefined): boolean {
  return withoutParents(one) === withoutParents(other);
}

/** Returns the URN of the export that goes with a claim, which has its name and its parent. */
export function exportUrnOf(claim: string | undefined): string | undefined {
  return claim?.replace(":AssetTable::", ":DataExportConfiguration::");
}

/** Everything behind `urn:pulumi:<stack>::<project>`. */
function withoutStack(urn: string | undefined): string | undefined {
  return urn?.split("::").slice(2).join("::");
}

/** Its own type and its name. */
function withoutParents(urn: string | undefined): string | undefined {
  return withoutStack(urn)?.replace(/^.*\$/, "");
}

/**
 * Makes the host pass the URN of a read and of a delete to the provider, as the property `__urn`: what is recorded there is another one
 * after an alias or a new name of the stack, and the host drops the one that the engine sends. Where the host runs another copy of Pulumi's
 * SDK than ours, or has taken the properties before it loaded us, the recorded one has to do.
 */
export function passUrnsToProvider(): void {
  const require = createRequire(import.meta.url);
  const messages = require("@pulumi/pulumi/proto/provider_pb.js") as Record<string, { prototype: Request }>;
  for (const { prototype } of [messages["DeleteRequest"]!, messages["ReadRequest"]!]) {
    const properties = prototype.getProperties;
    prototype.getProperties = function (this: Request) {
      const struct = properties.call(this);
      const given = struct?.toJavaScript() ?? {};
      // A read without any properties goes by the inputs.
      if (!this.getUrn() || Object.keys(given).length === 0) return struct;
      return { toJavaScript: () => ({ ...given, __urn: this.getUrn() }) };
    };
  }
}
