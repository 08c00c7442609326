import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Plan } from "../../../src/preview/index.ts";
import { dataExport, domainSwitch, place, step, summary, surroundings, sync, table } from "../preview/fixtures.ts";
import { desk } from "./desk.ts";
import type { Desk } from "./desk.ts";

let cwd: string;
let pulumi: Desk["pulumi"];
let typed: Desk["typed"];
let clear: Desk["clear"];

beforeEach(() => ({ cwd, pulumi, typed, clear } = desk()));
afterEach(() => clear());

const [account, region] = place.split("/");

describe("up", () => {
  const receipt = {
    version: 1,
    rows: 60,
    files: 3,
    bytes: 4096,
    destination: { location: "s3://acme-backups/catalog/111122223333/us-east-1/t/v/" },
  };
  const applied = () => {
    const events = [
      ...surroundings,
      ...step("create-replacement", "DataExportConfiguration", place, dataExport("dzd_alpha"), dataExport("dzd_beta")),
      ...step("create-replacement", "AssetTable", place, table("dzd_alpha"), table("dzd_beta")),
      summary(),
    ];
    events.at(-2)!.resOutputsEvent!.metadata.new!.outputs = { receipt };
    return events;
  };

  beforeEach(() => {
    pulumi.play("preview", domainSwitch);
    pulumi.play("up", applied());
  });

  it("with --yes plans, applies and hands over the receipts of its backups", async () => {
    const { code, out } = await typed(["up", "--yes", "-o", "json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      verb: "up",
      project: expect.any(String) as string,
      stack: "dev",
      digest: expect.stringMatching(/^sha256:/) as string,
      result: "succeeded",
      counts: { create: 0, update: 0, replace: 2, delete: 0, same: 0 },
      places: [{ account, region, result: "succeeded" }],
      exporting: [{ account, region, domain: "dzd_beta" }],
      diagnostics: [],
      receipts: [receipt],
    });
    expect(pulumi.calls().map(({ argv }) => argv[0])).toEqual(["preview", "up"]);
    expect(pulumi.calls()[1]!.argv).toEqual(expect.arrayContaining(["--yes", "--skip-preview", "--non-interactive"]));
  });

  it("without an answer changes nothing: exit code 2 where nobody can be asked, 8 after a no", async () => {
    expect((await typed(["up"])).code).toBe(2);
    for (const answer of ["n", "no", "", "perhaps"]) expect((await typed(["up"], { answer })).code).toBe(8);
    expect((await typed(["up"], { answer: "perhaps" })).err).toContain('"perhaps" is no answer; write yes or no.');
    expect(new Set(pulumi.calls().map(({ argv }) => argv[0]))).toEqual(new Set(["preview"]));
    for (const answer of ["yes", "y", " Y "]) expect((await typed(["up"], { answer })).code).toBe(0);
  });

  it("--digest applies the approved plan only, and shows what differs from it", async () => {
    const approved = await typed(["preview", "-o", "json"]);
    const { digest } = JSON.parse(approved.out) as Plan;
    writeFileSync(path.join(cwd, "plan.json"), approved.out);
    expect((await typed(["up", "--digest", digest])).code).toBe(0);
    const before = pulumi.calls().length;
    const none = await typed(["up", "--digest", digest.slice(0, -1)]);
    expect(none.code).toBe(2);
    expect(none.err).toContain(`${digest.slice(0, -1)} is no digest: \`preview\` prints`);
    expect(pulumi.calls()).toHaveLength(before);

    pulumi.play("preview", [
      ...domainSwitch.slice(0, -1),
      ...step("delete", "ResourceDataSync", `${place}/old`, sync("111122223333", "us-east-1")),
      summary(),
    ]);
    const refused = await typed(["up", "--yes", "--digest", digest, "--plan", "plan.json"]);
    expect(refused.code).toBe(5);
    expect(refused.err).toContain(`+ delete data sync ${place}/old`);
    expect(pulumi.calls().at(-1)!.argv[0]).toBe("preview");
  });

  it("stops at a guard, and at a failed preview, before anything is changed", async () => {
    pulumi.play("preview", [...domainSwitch.slice(0, -1), summary("failed")], 1);
    const { code, out } = await typed(["up", "--yes", "-o", "json"]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ result: "failed", receipts: [] });
    expect(pulumi.calls().map(({ argv }) => argv[0])).toEqual(["preview"]);
  });

  it("does nothing that the plan it showed does not have: exit code 5, and what it was about to do", async () => {
    const old = sync("111122223333", "us-east-1");
    pulumi.play("up", [...step("delete", "ResourceDataSync", `${place}/inventory`, old), summary("failed")], 1);
    const { code, err } = await typed(["up", "--yes"]);
    expect(code).toBe(5);
    expect(err).toContain(`"delete data sync ${place}/inventory" is not in the plan that was shown`);
    expect(err).toContain("Run it again and look at the fresh plan.");
  });

  it("that is interrupted is cancelled, which is no error: exit code 8", async () => {
    pulumi.play(
      "up",
      [{ diagnosticEvent: { severity: "error", message: "update canceled", urn: "" } }, summary("canceled")],
      8,
    );
    const { code, err, out } = await typed(["up", "--yes"]);
    expect(code).toBe(8);
    expect(err).not.toContain("error");
    expect(out).toContain("cancelled: nothing was done");
  });

  it("that fails names the line of the spec, counts what failed, and says what is gone until the next up", async () => {
    const [failed] = step("create-replacement", "DataExportConfiguration", place, undefined, dataExport("dzd_beta"));
    pulumi.play(
      "up",
      [
        ...domainSwitch.slice(0, 4),
        {
          diagnosticEvent: {
            severity: "error",
            message: "AccessDeniedException: no",
            urn: failed!.resourcePreEvent!.metadata.urn,
          },
        },
        { resOpFailedEvent: { metadata: failed!.resourcePreEvent!.metadata } },
        summary("failed"),
      ],
      1,
    );
    const { code, err, out } = await typed(["up", "--yes"]);
    expect(code).toBe(1);
    expect(err).toContain(`error  sluice.yaml:8  ${place}: AccessDeniedException: no`);
    expect(out).toContain("failed: 1 failed");
    expect(out).toContain(`Not there until its replacement succeeds: data export ${place}.`);
  });

  it("whose new export does not come says what exports nothing since when, and the ways on and back", async () => {
    const [deletion] = step("delete-replaced", "DataExportConfiguration", place, dataExport("dzd_alpha"));
    const [creation] = step("create-replacement", "DataExportConfiguration", place, undefined, dataExport("dzd_beta"));
    const deleted = deletion!.resourcePreEvent!.metadata;
    const failed = creation!.resourcePreEvent!.metadata;
    pulumi.play(
      "up",
      [
        { resourcePreEvent: { metadata: deleted } },
        { resOutputsEvent: { metadata: deleted }, timestamp: Date.UTC(2026, 10, 25, 14, 3) / 1000 },
        { diagnosticEvent: { severity: "error", message: "AccessDeniedException: no\nAsk.", urn: failed.urn } },
        { resOpFailedEvent: { metadata: failed } },
        summary("failed"),
      ],
      1,
    );
    const claim = { ...table("dzd_beta"), receipt };
    const halfDone = [
      { urn: failed.urn, type: failed.type, pendingReplacement: true, ...bothOf(dataExport("dzd_alpha")) },
      { urn: "c", type: failed.type.replace("DataExportConfiguration", "AssetTable"), ...bothOf(claim) },
    ];
    pulumi.record([]);
    pulumi.record(halfDone, "up");
    const said =
      // No AWS answers here.
      `${place} exports nothing since 2026-11-25 14:03 UTC, as far as is known (dzd_alpha's configuration was deleted). ` +
      `Its table was dropped with a verified backup: ${receipt.destination.location}. ` +
      `To look: \`aws datazone get-data-export-configuration --domain-identifier dzd_beta --region ${region}\` in account ${account}. ` +
      "Run `sluice up --stack prod --digest DIGEST` again to finish with dzd_beta, or set the domain back to dzd_alpha and plan anew.";
    const anyDigest = (text: string) => text.replaceAll(/sha256:[0-9a-f]{64}/g, "DIGEST");
    const { code, out } = await typed(["up", "--yes", "--stack", "prod", "-o", "json"]);
    expect(code).toBe(1);
    expect(JSON.parse(anyDigest(out))).toMatchObject({
      result: "failed",
      places: [{ account, region, result: "failed", message: `${said} AccessDeniedException: no` }],
      exporting: [{ account, region, domain: null, since: "2026-11-25T14:03:00.000Z" }],
    });
    pulumi.record([]);
    expect(anyDigest((await typed(["up", "--yes", "--stack", "prod"])).out)).toContain(said);
    // What it deletes once more was deleted by the run before.
    const again = await typed(["up", "--yes", "--stack", "prod"]);
    expect(again.out).toContain(
      `${place} exports nothing, as far as is known (dzd_alpha's configuration was deleted by an earlier run).`,
    );

    // The next run comes no further than its plan.
    pulumi.play("preview", [...domainSwitch.slice(0, -1), summary("failed")], 1);
    const next = await typed(["up", "--yes", "--stack", "prod", "-o", "json"]);
    expect(next.err).toContain(
      `${place} exports nothing, as far as is known (dzd_alpha's configuration was deleted by an earlier run).`,
    );
    expect(JSON.parse(next.out)).toMatchObject({ exporting: [{ account, region, domain: null }] });
  });

  it("has the CLI go on after a failure, unless it is to fail fast or is too old for that", async () => {
    pulumi.play("up", [summary()]);
    await typed(["up", "--yes"]);
    await typed(["up", "--yes", "--fail-fast"]);
    pulumi.play("up", [], 255, "error: unknown flag: --continue-on-error");
    await typed(["up", "--yes"]);
    const asked = pulumi.calls().map(({ argv }) => `${argv[0]} ${argv.includes("--continue-on-error")}`);
    expect(asked.filter((call) => call.startsWith("up"))).toEqual(["up true", "up false", "up true", "up false"]);
    expect(asked.filter((call) => call.startsWith("preview"))).toEqual(Array(3).fill("preview false"));
  });

  it("that goes on tells a cause once, and not what the program says of it; whoever runs it again is told to mend it", async () => {
    const urn = step("create", "ResourceDataSync", `${place}/inventory`)[0]!.resourcePreEvent!.metadata.urn;
    const errors = [
      { message: "AccessDeniedException: no", urn },
      {
        message: `Error: error serializing property "x": resource ${place} [t:m:T] failed to register\n  at x`,
        urn: "",
      },
    ];
    const events = errors.map((event) => ({ diagnosticEvent: { severity: "error", ...event } }));
    pulumi.play("up", [...events, summary("failed")], 1);
    const { code, err, out } = await typed(["up", "--yes"]);
    expect(code).toBe(1);
    expect(err.match(/^error /gm)).toHaveLength(1);
    expect(out).toContain("failed: 1 failed");
    expect(out).toContain("Mend what is told above");
    expect(out).not.toContain("goes on from here");
  });

  it("that fails says so with the errors, exit code 1, or 3 for refused credentials", async () => {
    const failed = (message: string) => [
      { diagnosticEvent: { severity: "error", message, urn: "" } },
      summary("failed"),
    ];
    pulumi.play("up", failed("S3 write failed for bucket"), 1);
    const { code, err, out } = await typed(["up", "--yes"]);
    expect(code).toBe(1);
    expect(err).toContain("S3 write failed for bucket");
    expect(out).toContain("Running it again goes on from here");
    pulumi.play("up", failed("Could not create it: ExpiredTokenException: The security token is expired"), 1);
    expect((await typed(["up", "--yes"])).code).toBe(3);
  });
});

describe("refresh", () => {
  it("tells what drifted and what is gone", async () => {
    const name = `${place}/inventory`;
    const gone = step("refresh", "ResourceDataSync", name, sync("1", "r"));
    gone[1]!.resOutputsEvent!.metadata = { ...gone[1]!.resOutputsEvent!.metadata, op: "delete" };
    pulumi.play("refresh", [...gone, summary()]);
    const { code, out } = await typed(["refresh", "--expect-no-changes"]);
    expect(out).toContain(`data sync ${name} is gone`);
    expect(code).toBe(7);
    expect(pulumi.calls()[0]!.argv).toEqual(expect.arrayContaining(["refresh", "--yes", "--skip-preview"]));
  });
});

/** A recorded resource's inputs and outputs, which are the same here. */
const bothOf = (settings: object) => ({ inputs: settings, outputs: settings });

describe("an approved plan that an interrupted run has left half done", () => {
  const kept = () => path.join(cwd, "state", ".sluice-approved", "sluice", "dev.json");
  const up = (...more: string[]) => typed(["up", "--state", "file://state", ...more]);
  const left = [
    ...surroundings,
    ...step("same", "AssetTable", place, table("dzd_beta"), table("dzd_beta")),
    ...step("create", "DataExportConfiguration", place, undefined, dataExport("dzd_beta")),
    summary(),
  ];
  let digest: string;

  function playBoth(steps: ReturnType<typeof step> = []) {
    for (const verb of ["preview", "up"]) pulumi.play(verb, [...surroundings, ...steps, summary()]);
  }

  /** Previews the whole, writes it to plan.json, and applies it with a failure half way. */
  beforeEach(async () => {
    pulumi.play("preview", domainSwitch);
    const approved = await typed(["preview", "-o", "json"]);
    digest = (JSON.parse(approved.out) as Plan).digest;
    writeFileSync(path.join(cwd, "plan.json"), approved.out);
    pulumi.play("up", [...domainSwitch.slice(0, 4), summary("failed")], 1);
    expect((await up("--digest", digest)).code).toBe(1);
    pulumi.play("preview", left);
    pulumi.play("up", [...left.slice(0, -1), summary()]);
  });

  it.each<[string, () => string[]]>([
    ["the same command line", () => ["--digest", digest]],
    ["--resume", () => ["--resume"]],
    ["--plan", () => ["--plan", "plan.json"]],
    ["--digest and --plan", () => ["--digest", digest, "--plan", "plan.json"]],
  ])("is finished by %s, and forgotten then", async (_, options) => {
    expect(existsSync(kept())).toBe(true);
    const { code, out, err } = await up(...options());
    expect(code, err).toBe(0);
    expect(out).toContain(`the rest of what was approved with ${digest}`);
    expect(existsSync(kept())).toBe(false);
    expect((await up("--resume")).code).toBe(2);
  });

  it("is known once it is done, by the same command line, until another is; what nobody knows is refused: exit code 5", async () => {
    expect((await up("--digest", digest)).code).toBe(0);
    playBoth();
    const repeated = await up("--digest", digest);
    expect(repeated.code, repeated.err).toBe(0);
    expect((await up("--plan", "plan.json")).code).toBe(0);
    const unknown = await up("--digest", `sha256:${"0".repeat(64)}`);
    expect(unknown.code).toBe(5);
    expect(unknown.err).toMatch(/Nothing is left to do, and that plan is not known here: give it with --plan FILE/);
    expect(pulumi.calls().at(-1)!.argv[0]).toBe("preview");
    playBoth(step("create", "ResourceDataSync", `${place}/new`, undefined, sync("111122223333", "us-east-1")));
    expect((await up("--yes")).code).toBe(0);
    playBoth();
    expect((await up("--digest", digest)).code).toBe(5);
  });

  it.each([
    ["", () => undefined],
    [", even where it can no longer be read", () => writeFileSync(kept(), "{}")],
  ])("is forgotten, and not taken for done, by a whole run that had nothing to do%s", async (_, spoil) => {
    spoil();
    playBoth();
    const { code, err } = await up("--yes");
    expect(code, err).toBe(0);
    expect(existsSync(kept())).toBe(false);
    expect((await up("--digest", digest)).code).toBe(5);
  });

  it("stays the measure when it is interrupted again", async () => {
    pulumi.play("up", [...left.slice(0, 4), summary("failed")], 1);
    expect((await up("--resume")).code).toBe(1);
    expect((JSON.parse(readFileSync(kept(), "utf8")) as Plan).digest).toBe(digest);
  });

  it("lets nothing else pass: exit code 5, and only what goes beyond it", async () => {
    const old = sync("111122223333", "us-east-1");
    pulumi.play("preview", [
      ...left.slice(0, -1),
      ...step("delete", "ResourceDataSync", `${place}/old`, old),
      summary(),
    ]);
    for (const options of [["--resume"], ["--digest", digest, "--plan", "plan.json"]]) {
      const { code, err } = await up(...options);
      expect(code).toBe(5);
      expect(err).toContain(`+ delete data sync ${place}/old`);
      expect(err).not.toContain("asset table");
    }
  });

  it("is not taken for done where the fresh plan failed: exit code 1, and nothing is applied", async () => {
    pulumi.play("preview", [...surroundings, summary("failed")], 1);
    const { code, out } = await up("--digest", digest);
    expect(code).toBe(1);
    expect(out).not.toContain("approved");
    expect(pulumi.calls().at(-1)!.argv[0]).toBe("preview");
    expect(existsSync(kept())).toBe(true);
  });

  it("is refused when its file was altered: exit code 2", async () => {
    const altered = readFileSync(kept(), "utf8").replaceAll("dzd_beta", "dzd_gamma");
    writeFileSync(kept(), altered);
    writeFileSync(path.join(cwd, "plan.json"), altered);
    expect((await up("--resume")).code).toBe(2);
    const { code, err } = await up("--plan", "plan.json");
    expect(code).toBe(2);
    expect(err).toContain("plan.json was altered");
  });

  it("is not that of another digest: exit code 2", async () => {
    expect((await up("--digest", "sha256:0", "--plan", "plan.json")).code).toBe(2);
    expect((await up("--resume", "--plan", "plan.json")).code).toBe(2);
  });
});
