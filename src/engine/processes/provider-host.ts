import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { ServiceError } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { followLines } from "./lines.ts";
import { preload } from "./preload.ts";
import { channelOptions } from "./protos.ts";
import type { Sdk } from "./protos.ts";

/** How long a host may take to end after it was asked to. */
const endTimeoutMs = 5000;

/** What a host is started with. */
export interface ProviderHostOptions {
  readonly folder: string;
  readonly engineAddress: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
}

/** Sends one request; the answer comes through the callback. */
export type Send<Response> = (
  client: ResourceProviderClient,
  answer: (error: ServiceError | null, response: Response) => void,
) => void;

/** Runs one process of the SDK's dynamic-provider host, which runs the code of dynamic resources. */
export class ProviderHost {
  readonly #sdk: Sdk;
  readonly #child: ChildProcess;
  readonly #client: Promise<ResourceProviderClient>;
  readonly #ended: Promise<void>;

  constructor(sdk: Sdk, options: ProviderHostOptions) {
    this.#sdk = sdk;
    // A group of its own: Ctrl-C must not reach it, or the call that is under way is lost.
    this.#child = spawn(
      process.execPath,
      [...preload("host-preload"), sdk.resolve("cmd/dynamic-provider"), options.engineAddress],
      {
        cwd: options.folder,
        env: options.environment,
        stdio: ["pipe", "pipe", "pipe"],
        detached: true,
      },
    );
    this.#ended = new Promise((resolve) => this.#child.once("close", () => resolve()));
    this.#client = this.#connect(options);
    this.#client.catch(() => undefined);
  }

  /** Sends a request, once the host is ready, and returns the response. */
  async call<Response>(send: Send<Response>): Promise<Response> {
    const client = await this.#client;
    return new Promise((resolve, reject) => {
      send(client, (error, response) => (error ? reject(error) : resolve(response)));
    });
  }

  /** Tells the provider that no more is to come; what runs goes on. */
  async cancel(): Promise<void> {
    await this.call<Empty>((client, answer) => client.cancel(new this.#sdk.empty.Empty(), answer)).catch(
      () => undefined,
    );
  }

  /** Ends the process; one that stays is killed. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#signal("SIGINT");
    const timer = setTimeout(() => this.#signal("SIGKILL"), endTimeoutMs);
    await this.#ended;
    clearTimeout(timer);
    (await this.#client.catch(() => undefined))?.close();
  }

  async #connect(options: ProviderHostOptions): Promise<ResourceProviderClient> {
    const port = await new Promise<number>((resolve, reject) => {
      let started = false;
      followLines(this.#child.stdout, (line) => {
        // The host's first line is its port; everything after comes from the provider's code.
        if (started) options.onLine(line, "stdout");
        else resolve(Number(line.trim()));
        started = true;
      });
      followLines(this.#child.stderr, (line) => options.onLine(line, "stderr"));
      this.#child.once("error", reject);
      this.#child.once("exit", (code) =>
        reject(new Error(`The process for dynamic resources ended with exit code ${code} before it was ready.`)),
      );
    });
    const { ResourceProviderClient: Client } = this.#sdk.providerServices;
    return new Client(`127.0.0.1:${port}`, this.#sdk.grpc.credentials.createInsecure(), channelOptions);
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended on its own meanwhile.
    }
  }
}
