import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { onTestFinished } from "vitest";

import { stackFiles } from "../../../../src/engine/state/backend.ts";
import type { Files } from "../../../../src/engine/state/files.ts";
import type { ResourceState } from "../../../../src/engine/model/resource-state.ts";
import type { SecretsManager } from "../../../../src/engine/state/secrets.ts";
import type { StateStore } from "../../../../src/engine/state/state-store.ts";
import { memoryFiles } from "./memory-files.ts";
import type { MemoryFiles } from "./memory-files.ts";

export const stackUrn = "urn:pulumi:dev::lab::pulumi:pulumi:Stack::lab-dev";
export const providerUrn = "urn:pulumi:dev::lab::pulumi:providers:pulumi-nodejs::default";

export function thingUrn(name: string): string {
  return `urn:pulumi:dev::lab::pulumi-nodejs:dynamic/lab:Thing::${name}`;
}

export function stackState(fields: Partial<ResourceState> = {}): ResourceState {
  return { urn: stackUrn, custom: false, type: "pulumi:pulumi:Stack", inputs: {}, outputs: {}, ...fields };
}

export function providerState(fields: Partial<ResourceState> = {}): ResourceState {
  const type = "pulumi:providers:pulumi-nodejs";
  return { urn: providerUrn, custom: true, id: "p", type, inputs: {}, outputs: {}, ...fields };
}

export function thing(name: string, fields: Partial<ResourceState> = {}): ResourceState {
  return {
    urn: thingUrn(name),
    custom: true,
    id: `${name}-1`,
    type: "pulumi-nodejs:dynamic/lab:Thing",
    inputs: {},
    outputs: {},
    parent: stackUrn,
    provider: `${providerUrn}::p`,
    ...fields,
  };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-state-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Encodes instead of encrypting: the key's derivation would take longer than the rest of a test. */
export const openManager: SecretsManager = {
  salt: "v1:test",
  encrypt: (plaintext) => `v1:${Buffer.from(plaintext).toString("base64")}`,
  decrypt: (ciphertext) => Buffer.from(ciphertext.slice(3), "base64").toString("utf8"),
};

export async function storeIn(files: Files, folder = "/backend"): Promise<StateStore> {
  const manager = openManager;
  return {
    name: "dev",
    fullName: "organization/lab/dev",
    salt: manager.salt,
    paths: await stackFiles({ url: `file://${folder}`, folder }, "lab", "dev", memoryFiles()),
    files,
    keys: { open: () => Promise.resolve(manager), create: () => Promise.resolve(manager) },
    manager,
  };
}

/** Makes the locks those of a process that is no more, as after a crash. */
export function bury(files: MemoryFiles, store: StateStore): void {
  for (const [path, text] of files.texts) {
    if (dirname(path) !== store.paths.locks) continue;
    // A crash while the lock was written leaves half of it, which only a person may remove.
    if (!text.endsWith("}")) files.texts.delete(path);
    else files.texts.set(path, JSON.stringify({ ...JSON.parse(text), pid: 4_194_305 }));
  }
}

export const finished = {
  kind: "update" as const,
  started: new Date(0),
  ended: new Date(1000),
  result: "succeeded" as const,
  resourceChanges: {},
  config: {},
};
