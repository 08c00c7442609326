import type { DiffRequest, ReadRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { hostMessages } from "./host-messages.ts";

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

/** Its own type and its name, which may hold any characters. */
function withoutParents(urn: string | undefined): string | undefined {
  const [types, ...name] = withoutStack(urn)?.split("::") ?? [];
  return types && [types.split("$").at(-1), ...name].join("::");
}

/** Of which resource properties are that an engine has sent. */
const urns = new WeakMap<object, string>();

/** Of which resource the delete is that the host calls a provider for. */
let deleting: string | undefined;

/** Notes of which resource properties are that a provider is about to be called with; an empty URN is none, as in every message. */
export function nameProperties<Properties extends object>(properties: Properties, urn: string): Properties {
  if (urn) urns.set(properties, urn);
  return properties;
}

/** Returns the URN of the resource that a provider is called to read or to compare; `undefined` where the engine's is not known. */
export function urnAskedFor(properties: object): string | undefined {
  return urns.get(properties);
}

/** Returns the URN of the resource that a provider is called to delete, as above. */
export function urnToDelete(properties: object): string | undefined {
  return urns.get(properties) ?? deleting;
}

/**
 * Makes the host tell of which resource a read, a diff and a delete are: it drops the URN that the engine sends, and no state can tell it, since
 * a stack gets another name and a resource another parent. The request by which the host has come to load us is past the first of this: a
 * delete's id is read later, right before the call; a first read goes without a URN, and what it says waits for the diff that follows it.
 */
export function passUrnsToProvider(): void {
  for (const { DeleteRequest, DiffRequest, ReadRequest } of hostMessages()) {
    const { getId } = DeleteRequest.prototype;
    DeleteRequest.prototype.getId = function () {
      deleting = this.getUrn() || undefined;
      return getId.call(this);
    };
    const { getOlds } = DiffRequest.prototype;
    DiffRequest.prototype.getOlds = function (this: DiffRequest) {
      const struct = getOlds.call(this);
      return struct && namedStruct(struct, this.getUrn());
    };
    for (const getter of ["getProperties", "getInputs"] as const) {
      const get = ReadRequest.prototype[getter];
      ReadRequest.prototype[getter] = function (this: ReadRequest) {
        const struct = get.call(this);
        return struct && namedStruct(struct, this.getUrn());
      };
    }
  }
}

/** The host turns what it has got into properties, and does nothing else with it. */
function namedStruct(struct: Struct, urn: string): Struct {
  return { toJavaScript: () => nameProperties(struct.toJavaScript(), urn) } as Struct;
}
