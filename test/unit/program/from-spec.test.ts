import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { CatalogExport, fromSpec, Sluice } from "../../../src/index.ts";

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

let folder: string;
let registered: Registered[];
let registering = 0;
let most = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sluice-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  [registered, registering, most] = [[], 0, 0];
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: async ({ type, name, inputs }) => {
      registered.push({ type, name, inputs });
      most = Math.max(most, ++registering);
      await new Promise((done) => setTimeout(done, 5));
      registering--;
      return { id: `id of ${name}`, state: inputs };
    },
  });
});

async function program(text: string, options?: pulumi.CustomResourceOptions) {
  const file = path.join(folder, "sluice.yaml");
  await writeFile(file, text);
  return fromSpec(file, options);
}

/** The value of an output, once the resource is there. */
const valueOf = <T>(output: pulumi.Output<T>) => new Promise<T>((done) => void output.apply(done));

const accounts = `version: 1\naccounts: { audit: "111122223333", catalog: "222233334444" }\n`;
const syncs = `syncs: { inventory: { targets: { accounts: all, regions: [us-east-1, eu-west-1] }, destination: { bucket: acme-inventory, region: us-east-1 } } }\n`;
const dataExports = `exports: { catalog: { targets: { accounts: [catalog], regions: [us-east-1] }, domain: dzd_alpha, table: { backup: none } } }\n`;

it("every declaration becomes a resource of its type and name", async () => {
  const { syncs: made, tables, exports: configurations } = await program(accounts + syncs + dataExports);
  expect([...made.keys()]).toEqual([
    "111122223333/eu-west-1/inventory",
    "111122223333/us-east-1/inventory",
    "222233334444/eu-west-1/inventory",
    "222233334444/us-east-1/inventory",
  ]);
  expect([[...tables.keys()], [...configurations.keys()]]).toEqual([
    ["222233334444/us-east-1"],
    ["222233334444/us-east-1"],
  ]);
  await valueOf(configurations.get("222233334444/us-east-1")!.id);
  expect(registered.map(({ type }) => type)).toContain("pulumi-nodejs:dynamic/sluice:DataExportConfiguration");
});

it("an export takes the id of its table, so that a new claim replaces it", async () => {
  const { exports: configurations } = await program(accounts + dataExports);
  expect(await valueOf(configurations.get("222233334444/us-east-1")!.assetTable)).toBe("id of 222233334444/us-east-1");
});

it("resources that do not need each other are registered at the same time", async () => {
  const { syncs: made } = await program(accounts + syncs);
  await Promise.all([...made.values()].map(({ id }) => valueOf(id)));
  expect(most).toBe(4);
});

it("a resource carries its own URN, below a parent too", async () => {
  const parent = new pulumi.ComponentResource("acme:index:Platform", "platform");
  for (const options of [{}, { parent }]) {
    const made = (await program(accounts + dataExports, options)).exports.get("222233334444/us-east-1")!;
    const carried = made as unknown as Record<string, pulumi.Output<string>>;
    const urn = await valueOf(carried["__urn"]!);
    expect(urn).toBe(await valueOf(made.urn));
    expect(urn.includes("acme:index:Platform$")).toBe("parent" in options);
  }
});

it("a component has a component for each account, and its resources there are found where they were recorded", async () => {
  const parent = new pulumi.ComponentResource("acme:index:Platform", "platform");
  await writeFile(path.join(folder, "sluice.yaml"), accounts + syncs + dataExports);
  const { resources, counts } = new Sluice("fleet", { spec: path.join(folder, "sluice.yaml") }, { parent });
  const { exports: configurations } = await resources;
  expect(await valueOf(counts)).toEqual({ syncs: 4, exports: 1 });
  const urn = await valueOf(configurations.get("222233334444/us-east-1")!.urn);
  expect(urn).toContain("sluice:index:Account$pulumi-nodejs:dynamic/sluice:");
  expect(registered.flatMap(({ type, name }) => (type === "sluice:index:Account" ? name : []))).toEqual([
    "fleet/111122223333",
    "fleet/222233334444",
  ]);
});

it("a catalog export is a claim and an export of its name, which share what they have in common", async () => {
  const place = { account: "222233334444", region: "us-east-1", domain: "dzd_alpha" };
  const { configuration, table } = new CatalogExport("catalog", {
    ...place,
    enabled: false,
    table: { backup: "none" },
  });
  expect(await valueOf(configuration.assetTable)).toBe("id of catalog");
  expect([await valueOf(configuration.enabled), await valueOf(table.backup)]).toEqual([false, "none"]);
  expect(await valueOf(table.urn)).toContain(
    "sluice:index:CatalogExport$pulumi-nodejs:dynamic/sluice:AssetTable::catalog",
  );
});

it("a wrong spec ends the program with each problem once and no stack, before anything is registered", async () => {
  const text = accounts.replace('"111122223333"', "011122223333") + dataExports.replace("dzd_alpha", "alpha");
  const failure = await program(text).catch((error: unknown) => error);
  expect(pulumi.RunError.isInstance(failure)).toBe(true);
  const { message } = failure as Error;
  expect(message.match(/error\[/g)).toHaveLength(2);
  expect(message).toContain("sluice.yaml:2:20");
  expect(message).toContain("^^^^^^^^^^^^");
  expect(registered).toEqual([]);
});

it("a spec that is not there ends the program with what to do", async () => {
  const failure = await fromSpec(path.join(folder, "nowhere.yaml")).catch((error: unknown) => error);
  expect(pulumi.RunError.isInstance(failure)).toBe(true);
  expect((failure as Error).message).toContain("sluice init");
});

it("the limits of the spec are what the stack is to keep", async () => {
  const guards = { deletes: 3, replaces: "10%" };
  expect((await program(`${accounts}${syncs}guards: ${JSON.stringify(guards)}\n`)).record).toEqual({ guards });
  expect((await program(accounts + syncs)).record).toEqual({ guards: {} });
});
