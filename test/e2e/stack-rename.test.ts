import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { catalog, seed } from "../support/acme.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";
import { testProgram } from "../support/program.ts";
import type { TestProgram } from "../support/program.ts";
import { engines, runProgram } from "../support/sluice.ts";

const region = "us-east-1";

const text = (domain: string) => `import { CatalogExport, ResourceDataSync } from "sluice";
  const place = { account: "${catalog}", region: "${region}" };
  new ResourceDataSync("one", { ...place, syncName: "one", s3Destination: { bucketName: "acme-inventory", region: "${region}" } });
  new CatalogExport("catalog", { ...place, domain: "${domain}", table: { backup: "s3://acme-backups/catalog" } });`;

describe.each(engines)("a stack that gets another name, on the engine %s", (engine) => {
  let world: EmulatorWorld;
  let program: TestProgram;
  beforeAll(async () => {
    world = await emulatorWorld(seed);
  });
  afterEach(() => program.close());
  afterAll(() => world.close());

  const env = () => world.environmentOf(catalog, region);

  /** Runs a verb; returns the URNs of the rows that anything was said in. */
  async function rowsOf(...[verb, ...words]: Parameters<TestProgram["deploy"]>): Promise<string[]> {
    const file = path.join(program.folder, "events.json");
    await rm(file, { force: true });
    const told = engine === "embedded" ? ["--events", file] : ["--event-log", file];
    const ran = await program.deploy(verb, ...told, ...words);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const events = (await readFile(file, "utf8")).trim().split("\n");
    return events.map((line) => JSON.parse(line).diagnosticEvent?.urn).filter(Boolean);
  }

  it("has messages in its own rows alone, and no change, whatever an earlier version has recorded", async () => {
    const files = { "package.json": '{"type":"module"}', "index.js": text("dzd_alpha") };
    program = await testProgram({ engine, env: env(), files });
    const { folder } = program;
    await rowsOf("up");
    const stateFile = (stack: string) => path.join(folder, `.pulumi/stacks/acme/${stack}.json`);
    const before = JSON.parse(await readFile(stateFile("dev"), "utf8"));
    const made = before.checkpoint.latest.resources.filter(({ type }: Resource) => type.includes("dynamic/sluice:"));
    expect(made.map(({ outputs }: Resource) => Object.keys(outputs!))).not.toContainEqual(
      expect.arrayContaining(["__urn"]),
    );
    for (const { urn, outputs } of made) outputs!["__urn"] = urn;
    await writeFile(stateFile("dev"), JSON.stringify(before));
    await rename(folder);

    program = program.onStack("prod");
    await rowsOf("preview", "--refresh", "--expect-no-changes");
    await rowsOf("up", "--expect-no-changes");
    const renamed = await program.stateText();
    expect(renamed).toContain('"__urn":"urn:pulumi:dev::');
    await world.advance(1);
    await program.write({ "index.js": text("dzd_beta") });
    const rows = new Set([...(await rowsOf("up")), ...(await rowsOf("destroy"))]);
    expect(rows.size).toBeGreaterThan(1);
    const known = JSON.parse(renamed).checkpoint.latest.resources.map(({ urn }: Resource) => urn);
    expect(known).toEqual(expect.arrayContaining([...rows]));
  });

  /** As `pulumi stack rename prod` does it: the name stands in URNs, not in what resources were made with and have given. */
  async function rename(folder: string): Promise<void> {
    if (engine === "pulumi") {
      const own = { ...env(), PULUMI_BACKEND_URL: `file://${folder}` };
      const ran = await runProgram("pulumi", ["stack", "rename", "prod", "--stack", "dev", "--non-interactive"], {
        cwd: folder,
        env: own,
      });
      return expect(ran.code, ran.stderr).toBe(0);
    }
    const file = path.join(folder, ".pulumi/stacks/acme/dev.json");
    const { version, checkpoint } = JSON.parse(await readFile(file, "utf8"));
    const named = (value: unknown) =>
      JSON.parse(
        JSON.stringify(value)
          .replaceAll("urn:pulumi:dev::", "urn:pulumi:prod::")
          .replaceAll("::acme-dev", "::acme-prod"),
      );
    const { latest } = checkpoint;
    const resources = latest.resources.map(({ inputs, outputs, ...rest }: Resource) => ({
      ...named(rest),
      inputs,
      outputs,
    }));
    const renamed = { version, checkpoint: { stack: "organization/acme/prod", latest: { ...latest, resources } } };
    await writeFile(path.join(path.dirname(file), "prod.json"), JSON.stringify(renamed));
    await rm(file);
    for (const suffix of [".bak", ".attrs"]) await rm(`${file}${suffix}`, { force: true });
    await writeFile(
      path.join(folder, "Pulumi.prod.yaml"),
      await readFile(path.join(folder, "Pulumi.dev.yaml")).catch(() => "{}"),
    );
  }
});

interface Resource {
  urn: string;
  type: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}
