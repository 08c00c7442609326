import { createRequire } from "node:module";
import type provider from "@pulumi/pulumi/proto/provider_pb.js";

type Messages = typeof provider;

/**
 * Returns the messages by which the host talks to the engine: those of its own copy of Pulumi's SDK, which it has from the program's
 * folder, and of ours, where a package of the program has brought another.
 */
export function hostMessages(): ReadonlySet<Messages> {
  const ours = createRequire(import.meta.url);
  const { filename } = ours.main ?? {};
  const copies = filename === undefined ? [ours] : [ours, createRequire(filename)];
  return new Set(copies.flatMap(messagesOf));
}

function messagesOf(require: NodeJS.Require): Messages[] {
  try {
    return [require("@pulumi/pulumi/proto/provider_pb.js") as Messages];
  } catch {
    // What has loaded us is no host of Pulumi's.
    return [];
  }
}
