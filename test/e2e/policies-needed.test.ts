import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { ListMultipartUploadsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crc32Of } from "../../src/backup/store/checksum.ts";
import { s3ObjectStore } from "../../src/backup/index.ts";
import type { PolicySet } from "../../src/operate/policy-set.ts";
import { audit, catalog, seed, spec } from "../support/acme.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

const key = `arn:aws:kms:us-east-1:${catalog}:key/99999999-2222-3333-4444-555555555555`;
const deliveryKey = `arn:aws:kms:us-east-1:${audit}:key/99999999-2222-3333-4444-666666666666`;
const unit = "ou-ab12-cdefgh34";
const management = "999900001111";

type Policy = PolicySet["deploy"];

/** A spec that takes every permission: an organization's source by a delegated administrator, keys, an opt-in Region, an expiration. */
function specFor(role: string, changes: { domain?: string; sources?: string[]; days?: number } = {}) {
  const { domain = "dzd_alpha", sources = ["us-east-1", "eu-west-1"], days = 400 } = changes;
  const { syncs } = spec({ sourceRegions: sources });
  const source = { ...syncs.explorer.source, organization: undefined, organizationalUnits: [unit] };
  const destination = { ...syncs.inventory.destination, kmsKey: deliveryKey };
  return {
    version: 1,
    role: `arn:aws:iam::\${account.id}:role/${role}`,
    accounts: { audit, catalog },
    syncs: {
      inventory: { targets: { accounts: ["audit"], regions: ["us-east-1", "ap-east-1"] }, destination },
      explorer: { ...syncs.explorer, source },
    },
    exports: {
      catalog: {
        ...spec().exports.catalog,
        domain,
        recordExpirationDays: days,
        encryption: { kmsKey: key },
      },
    },
  };
}

/** A spec with which everything is wrong that a look ahead can find: retention, a Region that is off, an old domain, an open bucket. */
function troubledFor(role: string) {
  const whole = specFor(role);
  const { inventory } = whole.syncs;
  return {
    ...whole,
    syncs: {
      inventory: {
        targets: { accounts: ["audit"], regions: ["us-east-1", "me-south-1"] },
        destination: { ...inventory.destination, bucket: "acme-locked" },
      },
    },
    exports: { catalog: { ...whole.exports.catalog, domain: "dzd_old", table: { backup: "s3://acme-open/catalog" } } },
  };
}

/** One action of one statement, taken away. */
interface Lack {
  role: string;
  sid: string;
  action: string;
  policy: Policy;
}

/** A policy for a role of another name: what that may ask IAM about is itself. */
function ofRole(policy: Policy, role: string): Policy {
  const Statement = policy.Statement.map((one) => ({
    ...one,
    Resource: one.Resource.map((resource) => resource.replace(/role\/Sluice$/, `role/${role}`)),
  }));
  return { ...policy, Statement };
}

function lacksOf(policy: Policy, prefix: string): Lack[] {
  return policy.Statement.flatMap(({ Sid: sid, Action }) =>
    Action.map((action) => {
      const role = `${prefix}${sid}${action.replace(/\W/g, "")}`;
      const Statement = policy.Statement.map((one) => ({
        ...one,
        Action: one.Sid === sid ? one.Action.filter((each) => each !== action) : one.Action,
      }));
      return { role, sid, action, policy: ofRole({ ...policy, Statement }, role) };
    }),
  );
}

let policies: PolicySet;
let troubled: PolicySet;
let world: TestWorld;
beforeAll(async () => {
  const plain = await testWorld({ seed, account: audit });
  const printed = async (wanted: object) => {
    await plain.writeSpec(wanted);
    const { code, out, err } = await typed(plain, ["policies", "--caller", audit]);
    expect(code, err).toBe(0);
    const set = JSON.parse(out) as PolicySet;
    // Here each role asks about itself; what the one that reads asks of another, policies.test.ts shows.
    const Statement = set.preview.Statement.filter(({ Sid }) => Sid !== "AskAboutDeployer");
    return { ...set, preview: { ...set.preview, Statement } };
  };
  policies = await printed(specFor("Sluice"));
  troubled = await printed(troubledFor("Sluice"));
  await plain.close();
  const whole = (policy: Policy, role: string) => ({ role, policy: ofRole(policy, role) });
  const all = [
    whole(policies.deploy, "Sluice"),
    whole(policies.deploy, "SluiceToo"),
    whole(policies.preview, "SluicePreview"),
    whole(troubled.deploy, "T"),
    whole(troubled.deploy, "TToo"),
    ...lacksOf(policies.deploy, "D"),
    ...lacksOf(policies.preview, "P"),
    ...lacksOf(troubled.deploy, "TD"),
    ...lacksOf(troubled.preview, "TP"),
  ];
  const roles = Object.fromEntries(all.map(({ role, policy }) => [role, { policy }]));
  const { units } = seed.organization;
  const domains = [
    ...seed.accounts[catalog].regions["us-east-1"].domains,
    { id: "dzd_old", name: "Old", version: "V1" },
  ];
  world = await testWorld({
    account: audit,
    seed: {
      organization: { id: seed.organization.id, management, delegatedAdministrator: audit, units },
      accounts: {
        [management]: {},
        [audit]: { roles, disabledRegions: ["me-south-1"] },
        [catalog]: { roles, regions: { "us-east-1": { domains } } },
      },
      buckets: {
        ...seed.buckets,
        "acme-inventory": { ...seed.buckets["acme-inventory"], policy: policies.buckets["acme-inventory"] },
        "acme-locked": { region: "us-east-1", account: audit, locked: { days: 30 }, policy: "ssm-delivery" },
      },
      keys: { [key]: {}, [deliveryKey]: {} },
    },
  });
}, 60_000);
afterAll(() => world.close());

/** What the steps of a story came to: their exit codes, by what a status knows what it tells, and everything that they said. */
interface Told {
  codes: Record<string, unknown>;
  said: string;
}

/** Puts an object where Systems Manager would. */
async function deliver(): Promise<void> {
  const folder = `ssm/${audit}/AWS:InstanceInformation/accountid=${audit}/region=us-east-1`;
  const Key = `${folder}/resourcetype=ManagedInstanceInventory/i-0123456789abcdef0.json`;
  await world.s3(audit).send(new PutObjectCommand({ Bucket: "acme-inventory", Key, Body: "{}" }));
}

/** Begins anew: AWS as it was seeded, and no state. */
async function begin(): Promise<void> {
  await world.reset();
  for (const name of await readdir(world.folder)) await rm(path.join(world.folder, name), { recursive: true });
}

async function play(steps: [string, object, string[]][]): Promise<Told> {
  const told: Told = { codes: {}, said: "" };
  for (const [what, wanted, argv] of steps) {
    if (argv.length === 0) {
      await (what === "a day" ? world.advance(1) : deliver());
      continue;
    }
    await world.writeSpec(wanted);
    const state = argv[0] === "status" ? [] : ["--engine", "embedded", "--state", `file://${world.folder}`];
    const { code, out, all } = await typed(world, [...argv, ...state]);
    told.codes[what] = code;
    if (what === "status") told.codes["known by"] = out.match(/"by": "\w+"/g);
    told.said += all;
  }
  return told;
}

/** A first deployment, a switch with its backup, a look, and the end. */
const deployment = (role: string): [string, object, string[]][] => [
  ["up", specFor(role), ["up", "--yes"]],
  ["a day", {}, []],
  ["switch", specFor(role, { domain: "dzd_beta", sources: ["us-east-1"] }), ["up", "--yes"]],
  ["discover", specFor(role, { domain: "dzd_beta", sources: ["us-east-1"] }), ["discover"]],
  ["a delivery", {}, []],
  ["status", specFor(role, { domain: "dzd_beta", sources: ["us-east-1"] }), ["status", "-o", "json"]],
  ["destroy", specFor(role, { domain: "dzd_beta", sources: ["us-east-1"] }), ["destroy", "--yes"]],
];

/** A first deployment foreseen. */
const foreseen = (role: string): [string, object, string[]][] => [["preview", specFor(role), ["preview"]]];

/** A switch foreseen, a shorter expiration, and looks at what is there. */
const look = (role: string): [string, object, string[]][] => [
  ["switch", specFor(role, { domain: "dzd_beta", sources: ["us-east-1"] }), ["preview", "--refresh"]],
  ["expiration", specFor(role, { days: 30 }), ["preview"]],
  ["status", specFor(role), ["status", "-o", "json"]],
  ["discover", specFor(role), ["discover"]],
];

/** Whether something failed that does not fail otherwise, or the permission is named that is not named otherwise. */
const isMissed = ({ action }: Lack, whole: Told, without: Told): boolean =>
  JSON.stringify(whole.codes) !== JSON.stringify(without.codes) ||
  (without.said.includes(action) && !whole.said.includes(action));

/** What a look ahead at the troubles finds. */
async function troublesFound(role: string): Promise<string> {
  await world.writeSpec(troubledFor(role));
  const state = ["--engine", "embedded", "--state", `file://${world.folder}`];
  const { out, all } = await typed(world, ["preview", "-o", "json", ...state]);
  const { preflight } = JSON.parse(out) as { preflight?: { findings: { code: string; message: string }[] } };
  return preflight?.findings.map(({ code, message }) => `${code} ${message}`).join("\n") ?? all;
}

/** Which of these show in the troubles. */
async function missedInTroubles(prefix: string, lacks: readonly Lack[]): Promise<Lack[]> {
  await begin();
  await play(deployment("Sluice").slice(0, 2));
  const whole = await troublesFound("T");
  expect(await troublesFound("TToo")).toBe(whole);
  const missed: Lack[] = [];
  for (const lack of lacks) {
    const found = await troublesFound(lack.role.replace(/^./, prefix));
    if (found !== whole) missed.push(lack);
  }
  return missed;
}

const uploading = [
  "WriteBackups s3:AbortMultipartUpload",
  "WriteBackups s3:ListMultipartUploadParts",
  "FindUploads s3:ListBucketMultipartUploads",
];

/** How many uploads lie in the bucket once one was interrupted and begun again, and after one whose object somebody else had written. */
async function partsLeft(role: string): Promise<{ interrupted: number; lost: number }> {
  const settings = { RoleArn: `arn:aws:iam::${catalog}:role/${role}`, RoleSessionName: "uploads" };
  const { Credentials } = await new STSClient(world.clientOf(catalog)).send(new AssumeRoleCommand(settings));
  const {
    AccessKeyId: accessKeyId = "",
    SecretAccessKey: secretAccessKey = "",
    SessionToken: sessionToken,
  } = Credentials!;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  const store = s3ObjectStore(new S3Client({ ...world.clientOf(catalog), credentials, forcePathStyle: true }));
  const left = async () => {
    const { Uploads = [] } = await world.s3(catalog).send(new ListMultipartUploadsCommand({ Bucket: "acme-backups" }));
    return Uploads.length;
  };
  const body = Buffer.alloc(5 * 1024 * 1024, "a");
  for (let run = 0; run < 2; run++) await (await store.upload("s3://acme-backups/catalog/large")).part(1, body);
  const interrupted = await left();
  const lost = await store.upload("s3://acme-backups/catalog/lost");
  await lost.part(1, body);
  await store.put("s3://acme-backups/catalog/lost", Buffer.from("somebody else's"));
  await lost.complete(body.length, crc32Of(body)).catch(() => undefined);
  return { interrupted, lost: (await left()) - interrupted };
}

/** All of them where the run is to show each, and some otherwise. */
const isWhole = process.env["SLUICE_LEAST"] !== undefined;
const among = (lacks: readonly Lack[], every: number) =>
  lacks.filter((_, index) => isWhole || index % every === every - 1);

const named = (lacks: readonly Lack[]) => lacks.map(({ sid, action }) => `${sid} ${action}`);

describe("each action is needed: without it a step fails or a finding names it", () => {
  it("of the role that deploys", async () => {
    await begin();
    const whole = await play(deployment("Sluice"));
    expect(whole.codes).toMatchObject({ up: 0, switch: 0, discover: 0, status: 0, destroy: 0 });
    if (isWhole) {
      // Another role that lacks nothing comes to the same: what differs below is the action's doing.
      await begin();
      expect(await play(deployment("SluiceToo"))).toMatchObject({ codes: whole.codes });
    }
    const open: Lack[] = [];
    for (const lack of among(lacksOf(policies.deploy, "D"), 30)) {
      await begin();
      if (!isMissed(lack, whole, await play(deployment(lack.role)))) open.push(lack);
    }
    const missed = open.length > 0 ? await missedInTroubles("TD", open) : [];
    // The next test shows what large files take.
    const rest = named(open.filter((lack) => !missed.includes(lack)));
    expect(rest).toEqual(isWhole ? uploading : rest.filter((one) => uploading.includes(one)));
  }, 900_000);

  it("of large files: an interrupted upload is taken up, and one that lost leaves no parts", async () => {
    await begin();
    expect(await partsLeft("Sluice")).toEqual({ interrupted: 1, lost: 0 });
    const lacking = lacksOf(policies.deploy, "D").filter((lack) => uploading.includes(named([lack])[0]!));
    expect(named(lacking)).toEqual(uploading);
    for (const { role, action } of lacking) {
      await begin();
      const left = action.includes("Abort") ? { interrupted: 1, lost: 1 } : { interrupted: 2, lost: 0 };
      expect(await partsLeft(role), action).toEqual(left);
    }
  });

  it("of the role that only reads", async () => {
    await begin();
    const reading = among(lacksOf(policies.preview, "P"), 9);
    const missed = new Set<Lack>();
    const tell = async (story: typeof look) => {
      const whole = await play(story("SluicePreview"));
      for (const lack of reading) if (isMissed(lack, whole, await play(story(lack.role)))) missed.add(lack);
    };
    await tell(foreseen);
    await play(deployment("Sluice").slice(0, 2));
    await deliver();
    await tell(look);
    const open = reading.filter((lack) => !missed.has(lack));
    const more = open.length > 0 ? await missedInTroubles("TP", open) : [];
    expect(named(open.filter((lack) => !more.includes(lack)))).toEqual([]);
  }, 900_000);
});
