import { CreateResourceDataSyncCommand, DeleteResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { catalog, seed } from "../support/acme.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";
import { testProgram } from "../support/program.ts";
import type { TestProgram } from "../support/program.ts";
import { engines } from "../support/sluice.ts";

const region = "us-east-1";
const destination = { bucketName: "acme-inventory", region };
const text = `import { ResourceDataSync } from "sluice";
  new ResourceDataSync("one", { account: "${catalog}", region: "${region}", syncName: "one", s3Destination: ${JSON.stringify(destination)} });`;

describe.each(engines)("a plain refresh, on the engine %s", (engine) => {
  let world: EmulatorWorld;
  let program: TestProgram;
  beforeAll(async () => {
    world = await emulatorWorld(seed);
  });
  beforeEach(async () => {
    await world.reset();
    const env = world.environmentOf(catalog, region);
    program = await testProgram({ engine, env, files: { "package.json": '{"type":"module"}', "index.js": text } });
  });
  afterEach(() => program.close());
  afterAll(() => world.close());

  /** Runs a verb; returns the events. */
  async function eventsOf(verb: "up" | "refresh") {
    const file = path.join(program.folder, "events.json");
    await writeFile(file, "");
    const ran = await program.deploy(verb, engine === "embedded" ? "--events" : "--event-log", file);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const lines = (await readFile(file, "utf8")).trim().split("\n");
    return lines.map((line) => JSON.parse(line));
  }

  it("says in the resource's own row what it has found, of the first one that is read too", async () => {
    await eventsOf("up");
    await makeAnew();
    expect(await rowsOf("refresh")).toEqual([expect.stringMatching(/ResourceDataSync::one$/)]);
  });

  it("says what it has found of one that is only read, and of which nothing is compared", async () => {
    await eventsOf("up");
    const id = `${catalog}/${region}/SyncToDestination/one`;
    const other = program.onStack("other");
    await program.write({
      "index.js": `import { ResourceDataSync } from "sluice"; ResourceDataSync.get("read", "${id}");`,
    });
    program = other;
    await eventsOf("up");
    await makeAnew();
    expect(await rowsOf("refresh")).toHaveLength(1);
  });

  /** Has somebody else make the sync anew. */
  async function makeAnew(): Promise<void> {
    const ssm = new SSMClient(world.clientOf(catalog));
    await ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "one", SyncType: "SyncToDestination" }));
    await world.advance(1);
    await ssm.send(
      new CreateResourceDataSyncCommand({
        SyncName: "one",
        S3Destination: { BucketName: "acme-inventory", Region: region, SyncFormat: "JsonSerDe" },
      }),
    );
  }

  /** Runs a verb; returns the URNs of the rows in which it says that something was made anew. */
  async function rowsOf(verb: "refresh"): Promise<(string | undefined)[]> {
    return (await eventsOf(verb)).flatMap(({ diagnosticEvent: { message, urn, ephemeral } = {} }) =>
      message?.includes("made anew") && !ephemeral ? [urn] : [],
    );
  }

  it("finds no change in what an earlier version has read, and recorded with its URN", async () => {
    await eventsOf("up");
    // How the first delivery goes is a part of what is read; it has ended by then.
    await world.advance(1);
    const id = `${catalog}/${region}/SyncToDestination/one`;
    await program.write({ "index.js": `${text}\nResourceDataSync.get("read", "${id}");` });
    await eventsOf("up");
    const file = path.join(program.folder, ".pulumi/stacks/acme/dev.json");
    const state = JSON.parse(await readFile(file, "utf8"));
    for (const { type, urn, outputs } of state.checkpoint.latest.resources)
      if (type.includes("dynamic/sluice:")) outputs["__urn"] = urn;
    await writeFile(file, JSON.stringify(state));
    const operations = (await eventsOf("refresh")).flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata.op ?? []);
    expect(operations.length).toBeGreaterThan(0);
    expect(operations).not.toContain("update");
  });
});
