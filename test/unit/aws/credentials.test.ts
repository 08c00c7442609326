import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const region = "us-east-1";
const caller = "111122223333";
const roles = {
  Open: {},
  Others: { trust: ["999900001111"] },
  Guarded: { externalId: "acme-secret" },
};
let world: EmulatorWorld;
let folder: string;

beforeAll(async () => {
  world = await emulatorWorld({
    accounts: { [caller]: { name: "audit" }, "222233334444": { name: "workloads", roles } },
  });
  // The emulator loads a service with its first call, which must be before the modules below are loaded anew.
  const sts = new STSClient(world.clientOf(caller));
  await sts.send(new AssumeRoleCommand({ RoleArn: role("Open").role, RoleSessionName: "first" }));
  await new SSMClient(world.clientOf(caller)).send(new ListResourceDataSyncCommand({}));
  folder = mkdtempSync(path.join(tmpdir(), "sluice-credentials-"));
  writeFileSync(path.join(folder, "config"), "[default]\nregion = us-east-1\n[profile prod]\nregion = us-east-1\n");
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

beforeEach(() => {
  // What a process has found out about its credentials it keeps.
  vi.resetModules();
  vi.stubEnv("AWS_ENDPOINT_URL", world.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", caller);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_CONFIG_FILE", path.join(folder, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", path.join(folder, "credentials"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.reset();
});

it("where a run only reads, the role that is named for that is assumed in place of the spec's, with its path and account", async () => {
  vi.stubEnv("SLUICE_READ_ROLE", "Open");
  const { connect } = await import("../../../src/aws/index.ts");
  const { ssm } = await connect({ account: "222233334444", role: "arn:aws:iam::222233334444:role/Missing", region });
  await ssm.send(new ListResourceDataSyncCommand({}));
  vi.stubEnv("SLUICE_READ_ROLE", "Gone");
  expect(await refusal(role("Open"))).toContain("arn:aws:iam::222233334444:role/Gone");
});

/** What people are told when something is to be done there. */
async function refusal(connection: { account: string; role?: string; externalId?: string }): Promise<string> {
  const { connect } = await import("../../../src/aws/index.ts");
  try {
    const { ssm } = await connect({ ...connection, region });
    await ssm.send(new ListResourceDataSyncCommand({}));
    return "";
  } catch (error) {
    expect((error as Error).name).toBe("CredentialsError");
    return (error as Error).message;
  }
}

const role = (name: string) => ({ account: "222233334444", role: `arn:aws:iam::222233334444:role/${name}` });

describe("credentials that AWS refuses are told with what is wrong and the cure for that", () => {
  it.each([
    ["ExpiredToken", "the session has expired", "are of a session that is over"],
    ["InvalidClientTokenId", "AWS does not know the access key", "was deleted or deactivated"],
    ["SignatureDoesNotMatch", "the signature is wrong", "does not belong to AWS_ACCESS_KEY_ID"],
  ])("%s", async (error, cause, cure) => {
    // Whether the account is asked for first, or the role assumed: it is the same cause in the same words.
    await world.fault(
      ...["GetCallerIdentity", "AssumeRole"].map((operation) => ({ service: "sts", operation, error, when: "before" })),
    );
    const [ambient, assumed] = [await refusal({ account: caller }), await refusal(role("Open"))];
    expect(ambient).toMatch(new RegExp(`^Credentials: ${cause} \\(${error}: .*\\)\\.\\n`));
    expect(ambient).toContain(cure);
    expect(assumed).toBe(ambient);
  });

  it("a profile that does not exist, and those that do", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    vi.stubEnv("AWS_PROFILE", "prd");
    const said = await refusal({ account: caller });
    expect(said).toMatch(/^Credentials: there is no profile prd /);
    expect(said).toContain("There are default, prod.");
  });

  it.each([
    ["[profile prod]\n", "There are prod."],
    ["", "There is none at all."],
  ])("a profile that does not exist beside %j", async (config, there) => {
    writeFileSync(path.join(folder, "other"), config);
    vi.stubEnv("AWS_CONFIG_FILE", path.join(folder, "other"));
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    vi.stubEnv("AWS_PROFILE", "prd");
    expect(await refusal({ account: caller })).toContain(there);
  });

  it("none at all", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    expect(await refusal({ account: caller })).toMatch(/^Credentials: none were found .*\nSet AWS_PROFILE/);
  });

  it("a token of a pipeline that was not written", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    vi.stubEnv("AWS_WEB_IDENTITY_TOKEN_FILE", path.join(folder, "token"));
    vi.stubEnv("AWS_ROLE_ARN", role("Open").role);
    const said = [await refusal({ account: caller }), await refusal(role("Open"))];
    expect(said[0]).toMatch(
      /^Credentials: a file .* cannot be read \(Error: ENOENT.*\nAWS_WEB_IDENTITY_TOKEN_FILE names /,
    );
    expect(said[1]).toBe(said[0]);
  });

  it("those of another account", async () => {
    expect(await refusal({ account: "222233334444" })).toMatch(/are those of .*111122223333.*222233334444/);
  });
});

describe("a role that cannot be assumed", () => {
  it.each(["Missing", "Others"])("(%s) is told with everything that AWS gives this one answer for", async (name) => {
    const said = await refusal(role(name));
    expect(said).toContain("(AccessDenied: User: ");
    expect(said).toContain(`aws iam get-role --role-name ${name}\``);
    expect(said).toMatch(/trust policy let the caller in\? It needs .*"Action":"sts:AssumeRole"/);
    expect(said).toContain("The spec gives none for this account: write it as `externalId`.");
  });

  it("for its external id is told without that id", async () => {
    expect(await refusal({ ...role("Guarded"), externalId: "acme-secret" })).toBe("");
    vi.resetModules();
    const said = await refusal({ ...role("Guarded"), externalId: "acme-wrong" });
    expect(said).toContain("Is the external id in its trust policy (sts:ExternalId) the one that the spec gives");
    expect(said).not.toContain("acme-wrong");
  });
});
