import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Grpc from "@grpc/grpc-js";
import type * as AliasMessages from "@pulumi/pulumi/proto/alias_pb.js";
import type * as CallbackMessages from "@pulumi/pulumi/proto/callback_pb.js";
import type * as CallbackServices from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import type * as EngineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import type * as EngineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type * as ProviderMessages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as ProviderServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as ResourceMessages from "@pulumi/pulumi/proto/resource_pb.js";
import type * as ResourceServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import type * as EmptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import type * as StructMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { EngineError } from "../model/engine-error.ts";

/** The project's own Pulumi SDK: its protocol, and the programs it brings. */
export interface Sdk {
  readonly grpc: typeof Grpc;
  readonly struct: typeof StructMessages;
  readonly empty: typeof EmptyMessages;
  readonly alias: typeof AliasMessages;
  readonly callback: typeof CallbackMessages;
  readonly callbackServices: typeof CallbackServices;
  readonly engine: typeof EngineMessages;
  readonly engineServices: typeof EngineServices;
  readonly provider: typeof ProviderMessages;
  readonly providerServices: typeof ProviderServices;
  readonly resource: typeof ResourceMessages;
  readonly resourceServices: typeof ResourceServices;
  readonly status: StatusMessages;
  /** Returns the file of one of the SDK's own programs, as `cmd/run`. */
  readonly resolve: (program: string) => string;
}

/** google.rpc.Status; the SDK ships no types for what it generates from it. */
interface StatusMessages {
  readonly Status: {
    deserializeBinary(bytes: Uint8Array): {
      getDetailsList(): { getTypeName(): string; getValue_asU8(): Uint8Array }[];
    };
  };
}

/**
 * The oldest SDK that understands this engine: from it on the answer to a registration can say that outputs are unknown. To an older one those
 * of a resource that failed or was left out would look empty.
 */
const oldestSdk = "3.256.0";

/**
 * Loads the SDK of the project in this folder: both sides speak the version that the project has installed, whatever the
 * engine was built with.
 * @throws {EngineError} when it is too old
 */
export function loadSdk(folder: string): Sdk {
  const project = createRequire(join(folder, "_"));
  const resolve = project.resolve.bind(project);
  let main: string;
  try {
    main = resolve("@pulumi/pulumi");
  } catch (cause) {
    throw new Error(
      `@pulumi/pulumi is not installed for the program in ${folder}. Install it there with: npm install @pulumi/pulumi`,
      { cause },
    );
  }
  const load = createRequire(main);
  const { version } = load("@pulumi/pulumi/version") as { version: string };
  if (version.localeCompare(oldestSdk, "en", { numeric: true }) < 0) {
    throw new EngineError(
      `@pulumi/pulumi ${version}, which the program in ${folder} has, is too old for the embedded engine: it needs ${oldestSdk} or later.`,
      { advice: `Install it there with: npm install @pulumi/pulumi@^${oldestSdk}` },
    );
  }
  // Each when it is first used: gRPC alone takes longer to load than a run without processes takes.
  const loaders = Object.entries(modules).map(([name, module]) => [name, { get: () => load(module) as unknown }]);
  return Object.defineProperties(
    {},
    {
      resolve: { value: (program: string) => resolve(`@pulumi/pulumi/${program}`) },
      ...(Object.fromEntries(loaders) as PropertyDescriptorMap),
    },
  ) as Sdk;
}

const modules: Readonly<Record<Exclude<keyof Sdk, "resolve">, string>> = {
  grpc: "@grpc/grpc-js",
  struct: "google-protobuf/google/protobuf/struct_pb.js",
  empty: "google-protobuf/google/protobuf/empty_pb.js",
  alias: "@pulumi/pulumi/proto/alias_pb",
  callback: "@pulumi/pulumi/proto/callback_pb",
  callbackServices: "@pulumi/pulumi/proto/callback_grpc_pb",
  engine: "@pulumi/pulumi/proto/engine_pb",
  engineServices: "@pulumi/pulumi/proto/engine_grpc_pb",
  provider: "@pulumi/pulumi/proto/provider_pb",
  providerServices: "@pulumi/pulumi/proto/provider_grpc_pb",
  resource: "@pulumi/pulumi/proto/resource_pb",
  resourceServices: "@pulumi/pulumi/proto/resource_grpc_pb",
  status: "@pulumi/pulumi/proto/status_pb",
};

/** Pulumi's own limit; a registration may carry a whole file. */
const largestMessageBytes = 400 * 1024 * 1024;

/** The options of every gRPC channel and server. */
export const channelOptions = {
  "grpc.max_receive_message_length": largestMessageBytes,
  "grpc.max_send_message_length": largestMessageBytes,
  // All of it is on this machine.
  "grpc.enable_http_proxy": 0,
};
