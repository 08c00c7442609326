import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { DeleteResourceDataSyncCommand, ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ResourceDataSync } from "../../src/index.ts";
import { catalog, seed } from "../support/acme.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";
import { testProgram } from "../support/program.ts";
import type { TestProgram } from "../support/program.ts";
import { engines } from "../support/sluice.ts";

const region = "us-east-1";

/** The arguments of a sync as a program writes them, with more of its own. */
const sync = (name: string, more = "") =>
  `{ account: "${catalog}", region: "${region}", syncName: "${name}", ${more} s3Destination: { bucketName: "acme-inventory", region: "${region}", prefix: "${name}" } }`;

const modules = { "package.json": JSON.stringify({ type: "module" }) };

/** The tsconfig.json and the options that `pulumi new typescript` writes. */
const typescriptProject = {
  "package.json": JSON.stringify({ name: "acme", main: "index.ts" }),
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      strict: true,
      outDir: "bin",
      target: "es2020",
      module: "commonjs",
      moduleResolution: "node",
      sourceMap: true,
      experimentalDecorators: true,
      pretty: true,
      noFallthroughCasesInSwitch: true,
      noImplicitReturns: true,
      forceConsistentCasingInFileNames: true,
      // The checkout's TypeScript is newer than what `pulumi new` installs, and tolerates that resolution only when told.
      ignoreDeprecations: "6.0",
      types: ["node"],
    },
    files: ["index.ts"],
  }),
};

/** One small program of each kind; all of them by `npm run test:programs`. */
const isSample = process.env["SLUICE_PROGRAMS"] !== "all";

describe.each(engines)("on the engine %s", (engine) => {
  let world: EmulatorWorld;
  let program: TestProgram;
  beforeAll(async () => {
    world = await emulatorWorld(seed);
  });
  beforeEach(() => world.reset());
  afterEach(() => program.close());
  afterAll(() => world.close());

  const env = () => world.environmentOf(catalog, region);

  const start = async (
    files: Record<string, string>,
    more: Partial<Pick<Parameters<typeof testProgram>[0], "linked" | "runtime" | "stack">> = {},
  ) => {
    program = await testProgram({ engine, env: env(), files, ...more });
  };

  async function mustDeploy(...words: Parameters<TestProgram["deploy"]>) {
    const ran = await program.deploy(...words);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const steps = ran.stderr.split("\n").filter((line) => line.startsWith("  "));
    if (engine === "embedded") expect(new Set(steps).size, ran.stderr).toBe(steps.length);
    return ran;
  }

  /** Deploys, and finds nothing to change afterwards. */
  async function settles() {
    await mustDeploy("up");
    await mustDeploy("preview", "--expect-no-changes");
  }

  /** The program's syncs in AWS, by name, with their prefixes. */
  async function syncs(): Promise<Record<string, string | undefined>> {
    const ssm = new SSMClient(world.clientOf(catalog));
    const { ResourceDataSyncItems: items = [] } = await ssm.send(
      new ListResourceDataSyncCommand({ SyncType: "SyncToDestination" }),
    );
    const own = items.filter(({ SyncName: name }) => !name?.startsWith("AWS-QuickSetup-"));
    return Object.fromEntries(own.map(({ SyncName: name, S3Destination: to }) => [name!, to?.Prefix]));
  }

  it("a CommonJS program requires the package", async () => {
    await start({
      "package.json": "{}",
      "index.js": `const { ResourceDataSync } = require("sluice");
        const made = new ResourceDataSync("one", ${sync("one")});
        exports.arn = made.arn;`,
    });
    await settles();
    expect(await syncs()).toEqual({ one: "one" });
    expect((await program.outputs())["arn"]).toContain("resource-data-sync/one");
  });

  if (isSample) return;

  it("outputs of one resource are inputs of the next, also such as are not known yet", async () => {
    await start({
      ...modules,
      "index.js": `import { interpolate } from "@pulumi/pulumi";
        import { CatalogExport, ResourceDataSync } from "sluice";
        const place = { account: "${catalog}", region: "${region}" };
        const catalog = new CatalogExport("catalog", { ...place, domain: "dzd_alpha", table: { backup: "s3://acme-backups/catalog" } });
        const first = new ResourceDataSync("first", ${sync("first")});
        const destination = { bucketName: first.s3Destination.apply((to) => to.bucketName), region: "${region}",
          prefix: interpolate\`\${first.syncName}/\${catalog.configuration.tableArn.apply((arn) => arn?.split("/").at(-1).length)}\` };
        const second = new ResourceDataSync("second", { ...place, syncName: "second", s3Destination: destination });
        export const arns = [first.arn, second.arn];
        export const { tableArn } = catalog.configuration;
        export const status = first.status;
        export const none = first.role;`,
    });
    await settles();
    expect(await syncs()).toEqual({ first: "first", second: "first/36" });
    const { arns, tableArn, none } = await program.outputs();
    expect(arns).toEqual(["first", "second"].map((name) => expect.stringContaining(`/${name}`)));
    expect(tableArn).toMatch(/^arn:aws:s3tables:us-east-1:012345678901:bucket\/aws-sagemaker-catalog\/table\//);
    expect(none ?? null).toBeNull();
    await mustDeploy("destroy");
    expect(await syncs()).toEqual({});
    const get = new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" });
    await expect(new DataZoneClient(world.clientOf(catalog)).send(get)).rejects.toThrow(
      expect.objectContaining({ name: "ResourceNotFoundException" }),
    );
  });

  it("the project that `pulumi new typescript` writes runs, its types checked", async () => {
    const text = (prefix: string) => `import * as pulumi from "@pulumi/pulumi";
      import { fromSpec, ResourceDataSync, Sluice } from "sluice";
      const one = new ResourceDataSync("one", ${sync("one")});
      export const prefix: pulumi.Output<string | undefined> = one.s3Destination.apply((to) => to?.prefix);
      const fleet = new Sluice("fleet", { spec: ${prefix} });
      export const { record: sluice, counts, tableArns } = fleet;
      void fromSpec;`;
    const spec = {
      version: 1,
      accounts: { catalog },
      syncs: {
        two: {
          targets: { accounts: ["catalog"], regions: [region] },
          destination: { bucket: "acme-inventory", region, prefix: "two" },
        },
      },
    };
    await start(
      { ...typescriptProject, "index.ts": text('"sluice.yaml"'), "sluice.yaml": JSON.stringify(spec) },
      { linked: ["typescript", "@types/node"], runtime: {} },
    );
    await settles();
    expect(await syncs()).toEqual({ one: "one", two: "two" });
    expect(await program.outputs()).toMatchObject({ prefix: "one", tableArns: {} });
    await program.write({ "index.ts": text("1") });
    const wrong = await program.deploy("preview");
    expect(wrong.code).toBe(1);
    expect(wrong.stdout + wrong.stderr).toMatch(/TS2322.*Type 'number' is not assignable to type/s);
  });

  it("a component of a company's own package", async () => {
    await start({
      ...modules,
      "node_modules/@acme/infra/package.json": JSON.stringify({
        name: "@acme/infra",
        type: "module",
        main: "index.js",
      }),
      "node_modules/@acme/infra/index.js": `import { ComponentResource } from "@pulumi/pulumi";
        import { ResourceDataSync } from "sluice";
        export class Platform extends ComponentResource {
          constructor(name, args, options) {
            super("acme:index:Platform", name, {}, options);
            const parent = this;
            this.arn = new ResourceDataSync(\`\${name}-sync\`, ${sync("platform")}, { parent }).arn;
            this.registerOutputs({ arn: this.arn });
          }
        }`,
      "index.js": `import { Platform } from "@acme/infra";
        export const { arn } = new Platform("platform", {});`,
    });
    await mustDeploy("preview");
    const { stdout, stderr } = await program.deploy("up");
    expect(stdout + stderr).not.toMatch(/cannot be found/);
    await mustDeploy("preview", "--expect-no-changes");
    expect(await syncs()).toEqual({ platform: "platform" });
    expect(await program.names()).toEqual(["platform-sync"]);
  });

  it("secrets are nowhere in plain: not in the state, not in events, not on the terminal", async () => {
    const text = (secret: string) => `import { secret } from "@pulumi/pulumi";
      import { ResourceDataSync } from "sluice";
      const s3Destination = { bucketName: "acme-inventory", region: "${region}", prefix: secret("${secret}") };
      const one = new ResourceDataSync("one", { account: "${catalog}", region: "${region}", syncName: "one",
        externalId: "not-for-eyes", s3Destination });
      export const to = one.s3Destination;`;
    await start({ ...modules, "index.js": text("hidden-prefix") });
    await settles();
    expect(await syncs()).toEqual({ one: "hidden-prefix" });
    await program.write({ "index.js": text("hidden-other") });
    const events = path.join(program.folder, "events.json");
    const ran = await mustDeploy("up", ...(engine === "embedded" ? ["--events", events] : ["--event-log", events]));
    expect(await syncs()).toEqual({ one: "hidden-other" });
    const told = [ran.stdout, ran.stderr, await readFile(events, "utf8"), await program.stateText()].join("\n");
    expect(told).not.toMatch(/hidden-|not-for-eyes/);
    expect(told).toContain("[secret]");
  });

  it("an alias keeps a resource that is called otherwise, and its object in AWS", async () => {
    const text = (name: string, options: string) => `import { ResourceDataSync } from "sluice";
      new ResourceDataSync("${name}", ${sync("one")}, ${options});`;
    await start({ ...modules, "index.js": text("old", "{}") });
    await settles();
    await program.write({ "index.js": text("new", '{ aliases: [{ name: "old" }] }') });
    await world.forgetCalls();
    await settles();
    expect(
      (await world.calls()).map(({ operation }) => operation).filter((name) => /Create|Delete/.test(name)),
    ).toEqual([]);
    expect(await program.names()).toEqual(["new"]);
    await program.write({ "index.js": text("new", "{}") });
    await settles();
    await mustDeploy("destroy");
    expect(await syncs()).toEqual({});
  });

  it("transforms change what is made, of a resource or of all below a component", async () => {
    const text = (option: string) => `import { ComponentResource } from "@pulumi/pulumi";
      import { ResourceDataSync } from "sluice";
      const change = ({ type, props, opts }) => type.endsWith(":ResourceDataSync")
        ? { props: { ...props, s3Destination: { ...props.s3Destination, prefix: "transformed" } }, opts } : undefined;
      const parent = new ComponentResource("acme:index:Platform", "platform", {}, { ${option}: [change] });
      new ResourceDataSync("below", ${sync("below")}, { parent });
      new ResourceDataSync("alone", ${sync("alone")}, { ${option}: [change] });
      new ResourceDataSync("plain", ${sync("plain")});`;
    await start({ ...modules, "index.js": text("transformations") });
    await settles();
    expect(await syncs()).toEqual({ below: "transformed", alone: "transformed", plain: "plain" });
    await program.write({ "index.js": text("transforms") });
    await mustDeploy("preview", "--expect-no-changes");
    await program.write({ "index.js": text("transforms").replaceAll("transformed", "otherwise") });
    await settles();
    expect(await syncs()).toEqual({ below: "otherwise", alone: "otherwise", plain: "plain" });
  });

  it("what is protected stays: in the program's end, in a replacement and in a destruction", async () => {
    const text = (name: string) => `import { ResourceDataSync } from "sluice";
      new ResourceDataSync("one", ${sync(name)}, { protect: true });`;
    await start({ ...modules, "index.js": text("one") });
    await settles();
    const refused = async (...words: Parameters<TestProgram["deploy"]>) => {
      const ran = await program.deploy(...words);
      expect(ran.code).not.toBe(0);
      expect(ran.stdout + ran.stderr).toMatch(/protect/);
      expect(await syncs()).toEqual({ one: "one" });
    };
    await refused("destroy");
    await program.write({ "index.js": text("two") });
    await refused("up");
    await program.write({ "index.js": "" });
    await refused("up");
  });

  it("what is deleted with another one costs no call, and what is retained stays", async () => {
    await start({
      ...modules,
      "index.js": `import { ResourceDataSync } from "sluice";
        const first = new ResourceDataSync("first", ${sync("first")});
        new ResourceDataSync("with", ${sync("with")}, { deletedWith: first });
        new ResourceDataSync("retained", ${sync("retained")}, { retainOnDelete: true });`,
    });
    await settles();
    await world.forgetCalls();
    await mustDeploy("destroy");
    const deletes = (await world.calls()).filter(({ operation }) => operation.startsWith("Delete"));
    expect(deletes.map(({ operation }) => operation)).toEqual(["DeleteResourceDataSync"]);
    expect(await syncs()).toEqual({ with: "with", retained: "retained" });
    expect(await program.names()).toEqual([]);
  });

  it("what was deleted in AWS is made again after a refresh", async () => {
    await start({
      ...modules,
      "index.js": `import { ResourceDataSync } from "sluice"; new ResourceDataSync("one", ${sync("one")});`,
    });
    await settles();
    await new SSMClient(world.clientOf(catalog)).send(
      new DeleteResourceDataSyncCommand({ SyncName: "one", SyncType: "SyncToDestination" }),
    );
    await mustDeploy("preview", "--expect-no-changes");
    await mustDeploy("refresh");
    expect(await program.names()).toEqual([]);
    await settles();
    expect(await syncs()).toEqual({ one: "one" });
  });

  it("what is there is read by its id, with every output, and what is not there is an error", async () => {
    const reading = (id: string) => `import { ResourceDataSync } from "sluice";
      new ResourceDataSync("one", ${sync("one")});
      const read = ResourceDataSync.get("read", "${id}");
      export const found = [read.arn, read.s3Destination, read.syncSource];`;
    const id = `${catalog}/${region}/SyncToDestination/one`;
    await start({
      ...modules,
      "index.js": `import { ResourceDataSync } from "sluice"; new ResourceDataSync("one", ${sync("one")});`,
    });
    await mustDeploy("up");
    await program.write({ "index.js": reading(id) });
    await settles();
    const [arn, destination, source] = (await program.outputs())["found"] as [string, object, unknown];
    expect(arn).toContain("resource-data-sync/one");
    expect(destination).toMatchObject({ bucketName: "acme-inventory", prefix: "one" });
    expect(source).toBeNull();
    for (const [wrong, told] of [
      [`${id}s`, /There is no resource data sync "ones"/],
      ["one", /"one" is not the id of such a resource.*account\/region\/SyncToDestination\/name/],
    ] as const) {
      await program.write({ "index.js": reading(wrong) });
      const { code, stdout, stderr } = await program.deploy("preview");
      expect([code, stdout + stderr]).toEqual([1, expect.stringMatching(told)]);
    }
  });

  it("two stacks of one program have what is theirs, and the end of one leaves the other", async () => {
    const files = {
      ...modules,
      "index.js": `import { getStack } from "@pulumi/pulumi";
        import { ResourceDataSync } from "sluice";
        new ResourceDataSync("one", { account: "${catalog}", region: "${region}", syncName: getStack(),
          s3Destination: { bucketName: "acme-inventory", region: "${region}", prefix: getStack() } });`,
    };
    await start(files);
    const dev = program;
    await settles();
    program = await testProgram({ engine, env: env(), files, stack: "prod" });
    await settles();
    expect(await syncs()).toEqual({ dev: "dev", prod: "prod" });
    await mustDeploy("destroy");
    expect(await syncs()).toEqual({ dev: "dev" });
    await program.close();
    program = dev;
    await mustDeploy("preview", "--expect-no-changes");
  });

  if (engine !== "pulumi") return;

  it("a program inside a program of the Automation API", async () => {
    await start(modules);
    const inline = async () => {
      const made = new ResourceDataSync("one", {
        account: catalog,
        region,
        syncName: "one",
        s3Destination: { bucketName: "acme-inventory", region },
      });
      return { arn: made.arn };
    };
    const { folder } = program;
    const envVars = { ...env(), PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "" };
    const stack = await LocalWorkspace.createOrSelectStack(
      { projectName: "acme", stackName: "dev", program: inline },
      { workDir: folder, envVars },
    );
    const { outputs } = await stack.up();
    expect(outputs["arn"]?.value).toContain("resource-data-sync/one");
    expect((await stack.preview()).changeSummary).toEqual({ same: 2 });
    expect(Object.keys(await syncs())).toEqual(["one"]);
    await stack.destroy();
    expect(await syncs()).toEqual({});
  });
});
