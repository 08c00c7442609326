import { EmulatorServer } from "./http/server.ts";
import { storage } from "./services/s3tables/storage.ts";
import { QuirkChoices } from "./world/quirks.ts";
import type { Seed } from "./world/seed.ts";
import { SeededWorld } from "./world/seeded-world.ts";

export { ControlError, knownQuirks, type QuirkName } from "./world/quirks.ts";

/** What an emulator is started with. */
export interface EmulatorOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** 127.0.0.1 by default. */
  host?: string;
  /** The path of a YAML or JSON file, or its content as data. Without it every domain and bucket exists. */
  seed?: string | Record<string, unknown>;
  /** Undocumented behaviours by name; `knownQuirks` lists them. */
  quirks?: Record<string, string>;
}

/** A running emulator. */
export interface Emulator {
  /** The URL for the SDKs' `AWS_ENDPOINT_URL`. */
  endpoint: string;
  /** Ends every connection and stops listening. */
  stop(): Promise<void>;
}

/** Starts an emulator of the AWS services that Sluice uses, on loopback. Throws a ControlError for a seed or quirk it cannot take. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const quirks = new QuirkChoices(options.quirks);
  const seed = await seedOf(options.seed);
  const server = new EmulatorServer(new SeededWorld(seed, quirks, storage), quirks);
  const endpoint = await server.listen(options.port ?? 0, options.host ?? "127.0.0.1");
  return { endpoint, stop: () => server.close() };
}

async function seedOf(seed: EmulatorOptions["seed"]): Promise<Seed | undefined> {
  if (seed === undefined) return undefined;
  // The schema library takes a third of the start's time: an emulator without a seed has no use for it.
  const { parseSeed, readSeed } = await import("./world/seed.ts");
  return typeof seed === "string" ? readSeed(seed) : parseSeed(seed);
}
