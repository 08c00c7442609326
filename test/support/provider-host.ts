import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { preload } from "../../src/engine/processes/preload.ts";
import type { ProviderProperties } from "./provider-properties.ts";
import { root } from "./sluice.ts";

const require = createRequire(import.meta.url);
const grpc = require("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
const messages = require("@pulumi/pulumi/proto/provider_pb.js");
const status = require("@pulumi/pulumi/proto/status_pb.js");
const engine = require("@pulumi/pulumi/proto/engine_grpc_pb.js");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");

/** What Pulumi sends for a value that it does not know yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A failure of create or update, with what the engine would record of it. */
export class HostError extends Error {
  readonly id?: string;
  readonly properties?: ProviderProperties;

  constructor(message: string, id?: string, properties?: ProviderProperties) {
    super(message);
    this.id = id;
    this.properties = properties;
  }
}

/** What an engine asks of a provider host. */
export interface HostCalls {
  check(
    news: ProviderProperties,
    olds?: ProviderProperties,
  ): Promise<{ inputs: ProviderProperties; failures: { property: string; reason: string }[] }>;
  diff(
    id: string,
    olds: ProviderProperties,
    news: ProviderProperties,
  ): Promise<{ changes: boolean; replaces: string[]; deleteFirst: boolean; paths: [string, string][] }>;
  create(inputs: ProviderProperties): Promise<{ id: string; outputs: ProviderProperties }>;
  /** `undefined` when the resource is gone. */
  read(
    id: string,
    outputs: ProviderProperties,
  ): Promise<{ inputs: ProviderProperties; outputs: ProviderProperties } | undefined>;
  update(id: string, olds: ProviderProperties, news: ProviderProperties): Promise<ProviderProperties>;
  /** `urn` as the engine sends it, by default of the resource that was created last with this id. */
  delete(id: string, outputs: ProviderProperties, urn?: string): Promise<void>;
  close(): void;
}

/** Pulumi's own dynamic-provider host in a child process, called as the engine calls it. */
export interface ProviderHost extends Omit<HostCalls, "close"> {
  /** What the providers told the engine, in order. */
  log: { message: string; urn: string; ephemeral: boolean }[];
  /** What the process wrote to its standard error stream, which Pulumi shows people as well. */
  printed(): string;
  /** The most memory that the process had resident, where the operating system tells (Linux), else 0. */
  peakMegabytes(): number;
  close(): Promise<void>;
}

/**
 * Starts a host against an emulator, with the ambient credentials of `account` and more of an environment. The package is loaded as
 * built in dist.
 */
export async function startProviderHost(
  endpoint: string,
  account: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<ProviderHost> {
  const log: ProviderHost["log"] = [];
  const engineServer = new grpc.Server();
  engineServer.addService(engine.EngineService, {
    log(call: { request: Message }, answer: (error: null, empty: unknown) => void) {
      const { message, urn, ephemeral } = call.request.toObject() as ProviderHost["log"][number];
      log.push({ message, urn, ephemeral });
      answer(null, new Empty());
    },
  });
  const insecure = grpc.ServerCredentials.createInsecure();
  const enginePort = await new Promise<number>((resolve, reject) =>
    engineServer.bindAsync("127.0.0.1:0", insecure, (error, port) => (error ? reject(error) : resolve(port))),
  );
  const child = spawn(
    process.execPath,
    [...preload("host-preload"), require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), `127.0.0.1:${enginePort}`],
    {
      cwd: root,
      stdio: "pipe",
      env: {
        PATH: process.env["PATH"],
        NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
        PULUMI_NODEJS_PROJECT: "test",
        PULUMI_CONFIG: "{}",
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: account,
        AWS_SECRET_ACCESS_KEY: "secret",
        AWS_REGION: "us-east-1",
        AWS_EC2_METADATA_DISABLED: "true",
        SLUICE_INTERRUPTED: "{}",
        ...environment,
      },
    },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<string>((resolve) =>
    child.stdout.once("data", (text) => resolve(String(text).trim())),
  );
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const calls = await callHost(port);
  return {
    ...calls,
    log,
    printed: () => printed,
    peakMegabytes() {
      const file = `/proc/${child.pid}/status`;
      const peak = existsSync(file) ? /VmHWM:\s*(\d+) kB/.exec(readFileSync(file, "utf8"))?.[1] : undefined;
      return Number(peak ?? 0) / 1000;
    },
    async close() {
      calls.close();
      engineServer.forceShutdown();
      child.kill("SIGINT");
      await exited;
    },
  };
}

/** Calls the host that listens on this port of the machine. */
export async function callHost(port: string): Promise<HostCalls> {
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const call: Call = (method, request) =>
    new Promise((resolve, reject) =>
      client[method](request, (error: GrpcError | null, response: Message) =>
        error ? reject(failureOf(error)) : resolve(response),
      ),
    );
  const configure = new messages.ConfigureRequest();
  configure.setArgs(Struct.fromJavaScript({}));
  await call("configure", configure);
  return { ...hostCallsBy(call), close: () => client.close() };
}

/** Makes a request of a provider host, by the name of the method. */
type Call = (method: string, request: object) => Promise<Message>;

/** By id the URN with which it was created last, as an engine's state has it over many runs. */
export const createdUrns = new Map<string, string>();

/** Returns what an engine asks of a host, by what carries the requests. */
function hostCallsBy(call: Call): Omit<HostCalls, "close"> {
  return {
    async check(news, olds = {}) {
      const request = new messages.CheckRequest();
      request.setNews(Struct.fromJavaScript(news));
      request.setOlds(Struct.fromJavaScript(olds));
      const response = await call("check", request);
      return { inputs: javascript(response.getInputs()), failures: response.toObject()["failuresList"] as [] };
    },
    async diff(id, olds, news) {
      const request = new messages.DiffRequest();
      request.setId(id);
      request.setOlds(Struct.fromJavaScript(olds));
      request.setNews(Struct.fromJavaScript(news));
      const { changes, replacesList, deletebeforereplace, detaileddiffMap } = (await call("diff", request)).toObject();
      const paths = detaileddiffMap as [string, { kind: number }][];
      const names = Object.entries(messages.PropertyDiff.Kind);
      return {
        changes: changes === 2,
        replaces: replacesList as string[],
        deleteFirst: deletebeforereplace as boolean,
        paths: paths.map(([path, { kind }]) => [path, names.find(([, number]) => number === kind)![0]]),
      };
    },
    async create(inputs) {
      const request = new messages.CreateRequest();
      request.setProperties(Struct.fromJavaScript(inputs));
      const note = (id = "") => createdUrns.set(id, String(inputs["__urn"] ?? ""));
      const response = await call("create", request).catch((error: HostError) => {
        note(error.id);
        throw error;
      });
      note(response.getId());
      return { id: response.getId(), outputs: javascript(response.getProperties()) };
    },
    async read(id, outputs) {
      const request = new messages.ReadRequest();
      request.setUrn(createdUrns.get(id) ?? "");
      request.setId(id);
      request.setProperties(Struct.fromJavaScript(outputs));
      const response = await call("read", request);
      if (response.getId() === "") return undefined;
      return { inputs: javascript(response.getInputs()), outputs: javascript(response.getProperties()) };
    },
    async update(id, olds, news) {
      const request = new messages.UpdateRequest();
      request.setId(id);
      request.setOlds(Struct.fromJavaScript(olds));
      request.setNews(Struct.fromJavaScript(news));
      return javascript((await call("update", request)).getProperties());
    },
    async delete(id, outputs, urn = createdUrns.get(id) ?? "") {
      const request = new messages.DeleteRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setProperties(Struct.fromJavaScript(outputs));
      await call("delete", request);
    },
  };
}

interface StructMessage {
  toJavaScript(): ProviderProperties;
}

/** An answer, of which each has some of these. */
interface Message {
  toObject(): Record<string, unknown>;
  getId(): string;
  getInputs(): StructMessage;
  getProperties(): StructMessage;
}

type GrpcError = Error & { details: string; metadata: { get(key: string): Buffer[] } };

function javascript(struct: StructMessage): ProviderProperties {
  return struct.toJavaScript();
}

function failureOf(error: GrpcError): HostError {
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (!details) return new HostError(error.details);
  const [any] = status.Status.deserializeBinary(new Uint8Array(details)).getDetailsList();
  const partial = messages.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
  return new HostError(error.details, partial.getId(), partial.getProperties().toJavaScript());
}
