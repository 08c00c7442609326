import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { catalog, seed } from "../support/acme.ts";
import { engines, root } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const region = "us-east-1";
const place = { accounts: ["catalog"], regions: [region] };
const specOf = (more: { syncs?: object; table?: object; entry?: object } = {}) => ({
  version: 1,
  accounts: { catalog },
  syncs: {
    inventory: { targets: place, destination: { bucket: "acme-inventory", region }, ...more.entry },
    ...more.syncs,
  },
  exports: {
    catalog: {
      targets: place,
      domain: "dzd_alpha",
      table: { backup: "s3://acme-backups/catalog", ...more.table },
      ...more.entry,
    },
  },
});

/** The program that the package ships. */
const shipped = "node_modules/sluice/dist/src/program.js";
const belowComponent = `import { ComponentResource } from "@pulumi/pulumi";
import { fromSpec } from "sluice";
await fromSpec("sluice.yaml", { parent: new ComponentResource("acme:index:Platform", "platform") });
`;
const asComponent = `import { ComponentResource } from "@pulumi/pulumi";
import { Sluice } from "sluice";
const parent = new ComponentResource("acme:index:Platform", "platform");
export const { record: sluice, counts } = new Sluice("fleet", { spec: "sluice.yaml" }, { parent });
`;
/** A sync of a program's own, under a name of its choice. */
const own = (name: string, adopt = false) => `import { ResourceDataSync } from "sluice";
new ResourceDataSync("${name}", {
  account: "${catalog}", region: "${region}", syncName: "own", adopt: ${adopt},
  s3Destination: { bucketName: "acme-inventory", region: "${region}" },
});
`;

describe.each(engines)("on the engine %s", (engine) => {
  let world: TestWorld;
  beforeEach(async () => {
    world = await typedWorld({ seed, engine, account: catalog });
    await world.writeSpec(specOf());
    await writeProgram(shipped);
  });
  afterEach(() => world.close());

  /** A project beside the spec, whose modules are the checkout's. */
  async function writeProgram(text: string) {
    const { folder } = world;
    const main = text === shipped ? shipped : "index.mjs";
    const project = { name: "acme", main, runtime: { name: "nodejs", options: { typescript: false } } };
    await writeFile(path.join(folder, "Pulumi.yaml"), JSON.stringify(project));
    await writeFile(path.join(folder, "package.json"), JSON.stringify({ type: "module" }));
    await writeFile(path.join(folder, "index.mjs"), text);
    await mkdir(path.join(folder, "node_modules/@pulumi"), { recursive: true });
    await symlink(root, path.join(folder, "node_modules/sluice")).catch(() => {});
    const pulumi = path.join(root, "node_modules/@pulumi/pulumi");
    await symlink(pulumi, path.join(folder, "node_modules/@pulumi/pulumi")).catch(() => {});
  }

  async function mustRun(verb: string, ...args: string[]) {
    const ran = await world.run(verb, ...(verb === "preview" ? [] : ["--yes"]), ...args);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    return ran;
  }

  /** Runs the program by the engine alone, as plain `pulumi up` does: without a plan and a look at AWS of the command's own. */
  async function mustDeploy() {
    if (engine !== "embedded") return void (await mustRun("up"));
    const { folder } = world;
    const ran = await world.run("engine", "up", "--yes", "--cwd", folder, "--state", `file://${folder}`);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  }

  /** What there is in AWS: each with its time of creation, which tells the same object from another one. */
  async function inAws() {
    const ssm = new SSMClient(world.clientOf(catalog));
    const list = new ListResourceDataSyncCommand({ SyncType: "SyncToDestination" });
    const { ResourceDataSyncItems: items = [] } = await ssm.send(list);
    const datazone = new DataZoneClient(world.clientOf(catalog));
    const get = new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" });
    const configuration = await datazone.send(get).catch(() => undefined);
    const own = items.filter(({ SyncName: name }) => !name?.startsWith("AWS-QuickSetup-"));
    return {
      ...Object.fromEntries(own.map(({ SyncName: name, SyncCreatedTime: time }) => [name, time?.toISOString()])),
      ...(configuration?.createdAt && { export: configuration.createdAt.toISOString() }),
    };
  }

  /** What `pulumi state taint` does. */
  async function taint(...types: string[]) {
    const file = path.join(world.folder, ".pulumi/stacks/acme/dev.json");
    const state = JSON.parse(await readFile(file, "utf8"));
    for (const resource of state.checkpoint.latest.resources) {
      if (types.some((type) => resource.type.endsWith(`:${type}`))) resource.taint = true;
    }
    await writeFile(file, JSON.stringify(state));
  }

  /** Runs `up` and kills everything in the call, before or after its effect; then runs it again. */
  async function upKilledIn(operation: string, when: "before" | "after", ...args: string[]) {
    const service = operation.includes("DataExport") ? "datazone" : "ssm";
    await world.forgetCalls();
    await world.fault({ service, operation, when, error: "stall" });
    const stalled = async (): Promise<void> => {
      const calls = (await world.calls()) as { operation: string; stalled?: boolean }[];
      if (calls.some((call) => call.operation === operation && call.stalled)) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return stalled();
    };
    const ran = await world.runKilled(stalled(), "up", "--yes", ...args);
    expect(ran.code).not.toBe(0);
    return mustRun("up", ...args);
  }

  /** Nothing differs, and AWS agrees. */
  async function expectSettled(what: string[]) {
    expect(Object.keys(await inAws()).toSorted()).toEqual(what.toSorted());
    await mustRun("preview", "--refresh", "--expect-no-changes");
  }

  it("resources that are moved below a component stay as they are", async () => {
    await mustRun("up");
    const before = await inAws();
    await writeProgram(belowComponent);
    await mustDeploy();
    expect(await inAws()).toEqual(before);
    await writeProgram(asComponent);
    await mustRun("up", "--expect-no-changes");
    expect(await inAws()).toEqual(before);
    const { checkpoint } = JSON.parse(await readFile(path.join(world.folder, ".pulumi/stacks/acme/dev.json"), "utf8"));
    const resources = checkpoint.latest.resources as {
      urn: string;
      inputs?: Record<string, string>;
      outputs: object;
    }[];
    expect(resources[0]!.outputs).toEqual({ sluice: { guards: {} }, counts: { syncs: 1, exports: 1 } });
    const chain = "::acme:index:Platform$sluice:index:Sluice$sluice:index:Account$";
    const moved = resources.filter(({ urn }) => urn.includes(chain));
    expect(moved.map(({ inputs }) => inputs?.["__urn"])).toEqual(moved.map(({ urn }) => urn));
    expect(moved).toHaveLength(3);
    await expectSettled(["export", "inventory"]);
  });

  it("resources that are moved out of a component are in AWS still, in words about `aliases`", async () => {
    await writeProgram(belowComponent);
    await mustDeploy();
    const before = await inAws();
    await writeProgram(shipped);
    const preview = await world.run("preview");
    expect([preview.code, preview.stdout]).toEqual([5, expect.stringContaining("`aliases`")]);
    expect((await world.run("up", "--yes")).code).toBe(5);
    expect(await inAws()).toEqual(before);
    await mustRun("up", "--adopt");
    expect(await inAws()).toEqual(before);
    await expectSettled(["export", "inventory"]);
  });

  it.each([
    ["ResourceDataSync"],
    ["DataExportConfiguration"],
    ["AssetTable"],
    ["ResourceDataSync", "AssetTable", "DataExportConfiguration"],
  ])("what is tainted is there after its replacement (%s, %s, %s)", async (...types) => {
    await world.writeSpec(specOf({ table: { onRemoval: "backUpAndDrop" } }));
    await mustRun("up");
    await world.advance(1, 3);
    await taint(...types);
    await mustRun("up");
    await expectSettled(["export", "inventory"]);
  });

  it.each([
    ["ResourceDataSync", "DeleteResourceDataSync", "after"],
    ["ResourceDataSync", "CreateResourceDataSync", "after"],
    ["DataExportConfiguration", "DeleteDataExportConfiguration", "after"],
    ["DataExportConfiguration", "PutDataExportConfiguration", "after"],
  ] as const)(
    "a tainted %s is there after a run that is killed in %s %s its effect, and another",
    async (...[type, operation, when]) => {
      await mustRun("up");
      await taint(type);
      await upKilledIn(operation, when);
      await expectSettled(["export", "inventory"]);
    },
  );

  it.each(["before", "after"] as const)(
    "a first run that is killed %s its creates is finished by the next",
    async (when) => {
      await upKilledIn("CreateResourceDataSync", when);
      await expectSettled(["export", "inventory"]);
      const { latest } = JSON.parse(
        await readFile(path.join(world.folder, ".pulumi/stacks/acme/dev.json"), "utf8"),
      ).checkpoint;
      if (engine === "embedded") expect(latest.pending_operations).toBeUndefined();
    },
  );

  it("a resource of a program's own that is called otherwise is kept: an error first, taken over when that is asked for", async () => {
    await writeProgram(own("one"));
    await mustDeploy();
    const before = await inAws();
    await writeProgram(own("two"));
    expect((await world.run("up", "--yes")).code).toBe(5);
    expect(await inAws()).toEqual(before);
    await writeProgram(own("two", true));
    await mustRun("up");
    expect(await inAws()).toEqual(before);
    await expectSettled(["own"]);
  });

  it("a resource that is called otherwise is kept by a run that is killed between taking over and deleting, and another", async () => {
    await writeProgram(own("one"));
    await mustDeploy();
    const before = await inAws();
    await writeProgram(own("two", true));
    await upKilledIn("ListResourceDataSync", "before");
    expect(await inAws()).toEqual(before);
    await expectSettled(["own"]);
  });

  it("a second stack takes nothing over, so that its end takes nothing away; only when asked it does, and says so", async () => {
    await mustRun("up");
    const before = await inAws();
    const told = await world.run("up", "--yes", "--stack", "second", "--create");
    expect([told.code, told.stdout]).toEqual([5, expect.stringMatching(/nothing says that this stack made it/)]);
    const second = await world.run("up", "--yes", "--stack", "second", "--create", "--no-preflight");
    expect([second.code, second.stderr]).toEqual([1, expect.stringMatching(/nothing says that this stack made it/)]);
    await mustRun("destroy", "--stack", "second");
    expect(await inAws()).toEqual(before);
    await world.writeSpec(specOf({ entry: { adopt: true } }));
    const third = await mustRun("up", "--stack", "third", "--create");
    expect(third.stderr).toMatch(/existed, and was taken over as asked/);
    expect(await inAws()).toEqual(before);
  });

  it("what somebody else has made anew is not deleted", async () => {
    await mustRun("up");
    const ssm = new SSMClient(world.clientOf(catalog));
    const { DeleteResourceDataSyncCommand, CreateResourceDataSyncCommand } = await import("@aws-sdk/client-ssm");
    await ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "inventory", SyncType: "SyncToDestination" }));
    const S3Destination = { BucketName: "acme-inventory", Region: region, SyncFormat: "JsonSerDe" } as const;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await ssm.send(new CreateResourceDataSyncCommand({ SyncName: "inventory", S3Destination }));
    const destroyed = await mustRun("destroy");
    expect(destroyed.stderr).toMatch(/Somebody has made it anew/);
    expect(Object.keys(await inAws())).toEqual(["inventory"]);
  });
});
