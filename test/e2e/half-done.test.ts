import {
  DataZoneClient,
  DeleteDataExportConfigurationCommand,
  GetDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import {
  GetTableCommand,
  GetTableRecordExpirationConfigurationCommand,
  S3TablesClient,
} from "@aws-sdk/client-s3tables";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { audit, catalog, seed, spec } from "../support/acme.ts";
import { tableBucketARN } from "../support/catalog-host.ts";
import { engines } from "../support/sluice.ts";
import type { Ran } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const account = catalog;
const region = "us-east-1";
const put = { service: "datazone", operation: "PutDataExportConfiguration", when: "before", times: 100 };

/** An export of alpha alone. */
function wanting(domain: string) {
  return { ...spec({ domain }), syncs: {} };
}

describe.each(engines)("a switch of domains that stops half-way, on the engine %s", (engine) => {
  let world: TestWorld;
  afterEach(() => world.close());

  /** The word stands in the spec once more: it was used up by a run that nobody saw the end of. */
  async function refusesUsedWord(): Promise<void> {
    const refused = await world.run("up", "--yes");
    expect(refused.code, refused.stdout + refused.stderr).toBe(5);
    expect((refused.stdout + refused.stderr).replaceAll(/\s+/g, " ")).toMatch(/was used for an earlier loss/);
  }

  async function halfWay(): Promise<void> {
    world = await typedWorld({ seed, engine, account: audit });
    await world.writeSpec(wanting("dzd_alpha"));
    expect((await world.run("up", "--yes")).code).toBe(0);
    await world.advance(2);
    await world.writeSpec(wanting("dzd_beta"));
  }

  it("says what exports nothing since when; the old domain comes back from there, and the new one", async () => {
    await halfWay();
    await world.fault({ ...put, error: "403" });
    const began = Date.now();
    const failed = await world.run("up", "--yes", "-o", "json");
    expect(failed.code, failed.stderr).toBe(1);
    expect(await exportingDomains(world)).toEqual([]);
    const { places, exporting } = JSON.parse(failed.stdout);
    const backup = expect.stringMatching(/^s3:\/\/acme-backups\//);
    expect(exporting).toEqual([{ account, region, domain: null, since: expect.any(String), backup }]);
    expect(Date.parse(exporting[0].since)).toBeGreaterThan(began - 2_000);
    const message = expect.stringMatching(
      /exports nothing since .* UTC \(dzd_alpha's configuration was deleted\)\. Its table was dropped with a verified backup: s3:\/\/acme-backups\/.* again to finish with dzd_beta, or set the domain back to dzd_alpha/,
    );
    expect(places).toEqual([{ account, region, result: "failed", message }]);

    // A run that comes no further says the same of what an earlier one left.
    const repeated = await world.run("up", "--yes");
    expect(repeated.code).toBe(1);
    expect(repeated.stdout + repeated.stderr).toContain(
      `${account}/${region} exports nothing (dzd_alpha's configuration was deleted by an earlier run).`,
    );

    await forgetFaults(world);
    await world.writeSpec(wanting("dzd_alpha"));
    // Its table is gone: nothing goes on in it.
    const { changes } = JSON.parse((await world.run("preview", "-o", "json")).stdout);
    const again = changes.find((change: { type: string }) => change.type === "DataExportConfiguration");
    expect(again.consequence).toMatch(/^The export of dzd_alpha .* in a new table\b/);
    await backTo("dzd_alpha");
    await world.writeSpec(wanting("dzd_beta"));
    await backTo("dzd_beta");
  }, 240_000);

  it.each([
    ["is refused", "403", /It is still there\./],
    [
      "fails in AWS",
      "InternalServerErrorException",
      /still there when AWS was asked afterwards; the call may take effect/,
    ],
  ])(
    "says what became of the table whose drop %s, where its copy is, and that nothing exports",
    async (_, error, fate) => {
      await halfWay();
      const slot = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
      const { tableARN: table } = await new S3TablesClient(world.clientOf(account)).send(new GetTableCommand(slot));
      await world.fault({ ...put, service: "s3tables", operation: "DeleteTable", error });
      const ran = await world.run("up", "--yes", "-o", "json");
      expect(ran.code, ran.stderr).toBe(1);
      expect(await exportingDomains(world)).toEqual([]);
      const { places, exporting, diagnostics } = JSON.parse(ran.stdout);
      const backup = expect.stringMatching(/^s3:\/\/acme-backups\/catalog\/.*[^/]$/);
      expect(exporting).toEqual([{ account, region, domain: null, since: expect.any(String), table, backup }]);
      const [{ message }] = places;
      expect(message).toContain(`Its table is still there (${table}); `);
      expect(message).toMatch(/names its copy: s3:\/\/.* again to finish with dzd_beta, or set the domain back/);
      const [{ message: cause }] = diagnostics;
      expect(cause).toMatch(fate);
      expect(cause).toContain(`Its copy, which was verified against it in this run, is ${exporting[0].backup}.`);
      await forgetFaults(world);
      await backTo("dzd_beta");
    },
    240_000,
  );

  it("names no time of its own for what an earlier run has deleted, also where it deletes it once more, and on the way back", async () => {
    await halfWay();
    await world.fault({ ...put, service: "s3tables", operation: "DeleteTable", error: "403" });
    const told = async (...args: string[]) => {
      const ran = await world.run("up", "--yes", "-o", "json", ...args);
      expect(ran.code, ran.stderr).toBe(1);
      expect(await exportingDomains(world)).toEqual([]);
      const { places, exporting } = JSON.parse(ran.stdout);
      return { since: exporting[0].since, message: places[0].message };
    };
    const first = await told();
    expect(first).toEqual({
      since: expect.any(String),
      message: expect.stringMatching(/exports nothing since .* UTC/),
    });
    const earlier = {
      since: undefined,
      message: expect.stringContaining("exports nothing (dzd_alpha's configuration was deleted by an earlier run)"),
    };
    expect(await told()).toEqual(earlier);
    expect(await told("--no-preflight")).toEqual(earlier);
    await world.fault({ ...put, error: "403" });
    await world.writeSpec(wanting("dzd_alpha"));
    expect(await told()).toEqual(earlier);
    await forgetFaults(world);
    await backTo("dzd_alpha");
  }, 240_000);

  describe("killed when AWS has dropped the table, before that was recorded", () => {
    const copy = new RegExp(`s3://acme-backups/catalog/${account}/${region}/[0-9a-f-]{36}/`);

    beforeEach(async () => {
      await halfWay();
      await world.fault({ ...put, service: "s3tables", operation: "DeleteTable", when: "after", error: "stall" });
      const killed = putStalls(world).then(() => undefined);
      expect((await world.runKilled(killed, "up", "--yes")).code).not.toBe(0);
      await forgetFaults(world);
    }, 240_000);

    it.each(["dzd_alpha", "dzd_beta"])(
      "tells of its backup where the spec with %s names no place for backups any more",
      async (domain) => {
        const { exports, ...rest } = wanting(domain);
        await world.writeSpec({ ...rest, exports: { catalog: { ...exports.catalog, table: { backup: "none" } } } });
        const done = await world.run("up", "--yes");
        expect(done.code, done.stderr).toBe(0);
        expect(done.stdout + done.stderr).toMatch(copy);
      },
      240_000,
    );

    it("tells where its backup is recorded when the export is taken out of the spec", async () => {
      await world.writeSpec({ ...wanting("dzd_beta"), exports: {} });
      const { diagnostics } = JSON.parse((await world.run("preview", "-o", "json")).stdout);
      const record = `s3://acme-backups/catalog/${account}/${region}/released.json`;
      expect(diagnostics.map(({ message }: { message: string }) => message)).toContainEqual(
        expect.stringMatching(new RegExp(`left half done is given up.* ${record} says where its backup lies`)),
      );
    }, 240_000);
  });

  it.each([
    ["expiration", { recordExpirationDays: 300 }, "s3tables", "PutTableRecordExpirationConfiguration"],
    ["switch-off", { enabled: false }, "datazone", "PutDataExportConfiguration"],
  ])(
    "undoes the %s of a run that was killed, where the spec is again as before",
    async (setting, changed, service, operation) => {
      await halfWay();
      const { exports, ...rest } = wanting("dzd_alpha");
      const allow = [{ loss: `${account}/${region}`, of: "dzd_alpha", reason: "old days may go" }];
      await world.writeSpec({ ...rest, exports: { catalog: { ...exports.catalog, ...changed } }, allow });
      await world.fault({ ...put, service, operation, when: "after", error: "stall" });
      const killed = putStalls(world).then(() => undefined);
      expect((await world.runKilled(killed, "up", "--yes")).code).not.toBe(0);
      await forgetFaults(world);
      expect(await settingsIn(world)).toMatchObject(changed);
      await world.writeSpec(wanting("dzd_alpha"));
      const done = await world.run("up", "--yes");
      expect(done.code, done.stderr).toBe(0);
      expect(await settingsIn(world)).toEqual({ enabled: true, recordExpirationDays: 365 });
      if (setting !== "expiration") return;

      await world.writeSpec({ ...rest, exports: { catalog: { ...exports.catalog, ...changed } }, allow });
      await refusesUsedWord();
      expect(await settingsIn(world)).toMatchObject({ recordExpirationDays: 365 });
    },
    240_000,
  );

  it("has used the word for the loss of a table when it is killed after the drop, also where the spec goes back without it", async () => {
    await halfWay();
    const bare = (domain: string, ...allow: object[]) => {
      const { exports, ...rest } = wanting(domain);
      return { ...rest, exports: { catalog: { ...exports.catalog, table: { backup: "none" } } }, allow };
    };
    const word = { loss: `${account}/${region}`, of: "dzd_alpha", reason: "a sandbox" };
    await world.writeSpec(bare("dzd_alpha"));
    expect((await world.run("up", "--yes")).code).toBe(0);
    await world.writeSpec(bare("dzd_beta", word));
    await world.fault({ ...put, service: "s3tables", operation: "DeleteTable", when: "after", error: "stall" });
    const killed = putStalls(world).then(() => undefined);
    expect((await world.runKilled(killed, "up", "--yes")).code).not.toBe(0);
    await forgetFaults(world);
    await world.writeSpec(bare("dzd_alpha"));
    await backTo("dzd_alpha");
    await world.advance(2);
    await world.writeSpec(bare("dzd_beta", word));
    await refusesUsedWord();
    expect(await exportingDomains(world)).toEqual(["dzd_alpha"]);
  }, 240_000);

  it("says that somebody else has deleted what was gone before the run", async () => {
    await halfWay();
    await new DataZoneClient(world.clientOf(account)).send(
      new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }),
    );
    await world.fault({ ...put, error: "403" });
    const ran = await world.run("up", "--yes", "-o", "json");
    expect(ran.code, ran.stderr).toBe(1);
    expect(JSON.parse(ran.stdout).places[0].message).toContain(
      "exports nothing (dzd_alpha's configuration was deleted by somebody else, or by a call that no run heard the end of)",
    );
  }, 240_000);

  it("says so after a signal as well", async () => {
    await halfWay();
    await world.fault({ ...put, error: "stall" });
    const stopped = await world.runSignalled(putStalls(world), "up", "--yes", "-o", "json");
    expect(stopped.code, stopped.stderr).toBe(8);
    expect(await exportingDomains(world)).toEqual([]);
    expect(JSON.parse(stopped.stdout)).toMatchObject({
      places: [{ result: "failed", message: expect.stringContaining("UTC (dzd_alpha's configuration") }],
      exporting: [{ account, region, domain: null }],
    });
    await forgetFaults(world);
    await backTo("dzd_beta");
  }, 240_000);

  it.each(["SIGTERM", "SIGKILL"] as const)(
    "that is cut off by %s while AWS deletes the old configuration is read back by the next run, whose way back works",
    async (signal) => {
      await halfWay();
      const deletion = { ...put, operation: "DeleteDataExportConfiguration", when: "after", error: "stall" };
      await world.fault(deletion);
      const stalled = putStalls(world).then(() => signal);
      const run =
        signal === "SIGKILL"
          ? world.runKilled(
              stalled.then(() => undefined),
              "up",
              "--yes",
            )
          : world.runSignalled(stalled, "up", "--yes");
      const { code, stdout } = await run;
      expect(code).not.toBe(0);
      if (signal === "SIGTERM")
        expect(stdout).toMatch(/exports nothing since .* \(dzd_alpha's configuration was deleted\)/);
      expect(await exportingDomains(world)).toEqual([]);
      await forgetFaults(world);
      await world.writeSpec(wanting("dzd_alpha"));
      await backTo("dzd_alpha");
    },
    240_000,
  );

  describe("whose new configuration AWS has made without an answer before SIGTERM", () => {
    beforeEach(async () => {
      await halfWay();
      await world.fault({ ...put, when: "after", error: "stall" });
      const stalled = putStalls(world).then(() => "SIGTERM" as const);
      expect((await world.runSignalled(stalled, "up", "--yes")).code).toBe(8);
      expect(await exportingDomains(world)).toEqual(["dzd_beta"]);
      await forgetFaults(world);
    }, 240_000);

    it.each(["dzd_alpha", "dzd_beta"])(
      "is finished by the next run with %s",
      async (domain) => {
        await world.writeSpec(wanting(domain));
        await backTo(domain);
      },
      240_000,
    );
  });

  it("says that the new domain exports where a killed run had AWS make its configuration, and goes back from there", async () => {
    await halfWay();
    await world.fault({ ...put, when: "after", error: "stall" });
    const killed = putStalls(world).then(() => undefined);
    expect((await world.runKilled(killed, "up", "--yes")).code).not.toBe(0);
    expect(await exportingDomains(world)).toEqual(["dzd_beta"]);
    await forgetFaults(world);
    const blocked = await world.run("up", "--yes", "--digest", `sha256:${"0".repeat(64)}`, "-o", "json");
    expect(blocked.code, blocked.stderr).toBe(5);
    expect(JSON.parse(blocked.stdout)).toMatchObject({
      places: [
        { message: expect.stringMatching(/exports dzd_beta, which the state does not know.*back to dzd_alpha/) },
      ],
      exporting: [{ account, region, domain: "dzd_beta" }],
    });
    await world.writeSpec(wanting("dzd_alpha"));
    await backTo("dzd_alpha");
  }, 240_000);

  it("says that the old domain exports where nothing was deleted yet", async () => {
    await halfWay();
    await world.fault({ ...put, operation: "DeleteDataExportConfiguration", error: "403" });
    const failed = await world.run("up", "--yes", "-o", "json");
    expect(failed.code, failed.stderr).toBe(1);
    expect(await exportingDomains(world)).toEqual(["dzd_alpha"]);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      places: [{ result: "failed" }],
      exporting: [{ account, region, domain: "dzd_alpha" }],
    });
  }, 240_000);

  async function backTo(domain: string): Promise<void> {
    const done: Ran = await world.run("up", "--yes", "-o", "json");
    expect(done.code, done.stdout + done.stderr).toBe(0);
    expect(await exportingDomains(world)).toEqual([domain]);
    expect(JSON.parse(done.stdout)).toMatchObject({
      result: "succeeded",
      places: [{ account, region, result: "succeeded" }],
      exporting: [{ account, region, domain }],
    });
  }
});

/** How dzd_alpha exports, as AWS tells somebody else. */
async function settingsIn(world: TestWorld): Promise<{ enabled?: boolean; recordExpirationDays?: number }> {
  const { isExportEnabled: enabled } = await new DataZoneClient(world.clientOf(account)).send(
    new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }),
  );
  const s3tables = new S3TablesClient(world.clientOf(account));
  const { tableARN: tableArn } = await s3tables.send(
    new GetTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" }),
  );
  const { configuration } = await s3tables.send(new GetTableRecordExpirationConfigurationCommand({ tableArn }));
  return { enabled, recordExpirationDays: configuration?.settings?.days };
}

/** Which domains export, as AWS tells somebody else. */
async function exportingDomains(world: TestWorld): Promise<string[]> {
  const datazone = new DataZoneClient(world.clientOf(account));
  const domains = ["dzd_alpha", "dzd_beta"];
  const answers = await Promise.all(
    domains.map((domainIdentifier) =>
      datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier })).catch(absent),
    ),
  );
  return domains.filter((_, index) => answers[index]?.isExportEnabled);
}

function absent(error: Error): undefined {
  if (error.name !== "ResourceNotFoundException") throw error;
}

async function forgetFaults(world: TestWorld): Promise<void> {
  await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
}

async function putStalls(world: TestWorld): Promise<"SIGTERM"> {
  for (;;) {
    const rules = (await (await fetch(`${world.endpoint}/_emulator/faults`)).json()) as { times: number }[];
    if (rules.some(({ times }) => times < put.times)) return "SIGTERM";
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
