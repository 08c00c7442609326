import type { ServiceModel } from "../protocol/model.ts";
import type { IncomingCall } from "../protocol/protocol.ts";
import { decodeSegment } from "../protocol/routing.ts";

/** Operations on no bucket at all; every other operation of S3 is on one. */
const accountOperations = ["ListBuckets", "ListDirectoryBuckets"];

/**
 * Takes S3's bucket out of host or path, where the model's paths lack it, and leaves the operations that remain.
 * Other services pass unchanged.
 */
export function resolveBucketAddress(
  model: ServiceModel,
  call: IncomingCall,
): { model: ServiceModel; call: IncomingCall; bucket?: string } {
  if (model.service !== "s3") return { model, call };
  const host = String(call.headers.host ?? "").replace(/:\d+$/, "");
  const virtual = /^(.+?)\.(?:s3[.-]|localhost$)/.exec(host)?.[1];
  if (virtual !== undefined) return { model: part(model, true), call, bucket: virtual };
  const [first = "", ...rest] = call.path;
  if (first === "") return { model: part(model, false), call };
  return {
    model: part(model, true),
    call: { ...call, path: rest.length === 0 ? [""] : rest },
    bucket: decodeSegment(first),
  };
}

const parts = new WeakMap<ServiceModel, { onBuckets: ServiceModel; onAccounts: ServiceModel }>();

function part(model: ServiceModel, onBucket: boolean): ServiceModel {
  const known = parts.get(model) ?? {
    onBuckets: only(model, (name) => !accountOperations.includes(name)),
    onAccounts: only(model, (name) => name === "ListBuckets"),
  };
  parts.set(model, known);
  return onBucket ? known.onBuckets : known.onAccounts;
}

function only(model: ServiceModel, wanted: (operation: string) => boolean): ServiceModel {
  return { ...model, operations: new Map([...model.operations].filter(([name]) => wanted(name))) };
}
