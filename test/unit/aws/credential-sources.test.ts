import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { awsLookups } from "../../../src/targets/index.ts";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const account = "111122223333";
const region = "us-east-1";
const inAnHour = new Date(Date.now() + 3_600_000);
let world: EmulatorWorld;
let home: string;
/** Whatever gives credentials: the portal and the tokens of IAM Identity Center, STS, a container's agent, an instance's metadata. By itself, or as a proxy. */
let sources: http.Server;
/** The requests that they got, each with the URL as it was asked for. */
let asked: string[];

beforeAll(async () => {
  world = await emulatorWorld({ accounts: { [account]: {} } });
  home = mkdtempSync(path.join(tmpdir(), "sluice-home-"));
  sources = http.createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    asked.push(`${request.method} ${request.url}`);
    const answer = answerTo(new URL(request.url!, "http://sources.test").pathname, body);
    response.writeHead(answer === undefined ? 404 : 200, {
      "content-type": String(answer).startsWith("<") ? "text/xml" : "application/json",
      "x-aws-ec2-metadata-token-ttl-seconds": "21600",
    });
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((done) => sources.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  sources.closeAllConnections();
  sources.close();
  rmSync(home, { recursive: true, force: true });
  await world.close();
});

function answerTo(at: string, body: string): unknown {
  const keys = { AccessKeyId: account, SecretAccessKey: "secret", Token: "token", Expiration: inAnHour.toISOString() };
  if (at === "/federation/credentials") {
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = keys;
    return { roleCredentials: { accessKeyId, secretAccessKey, sessionToken: "token", expiration: inAnHour.getTime() } };
  }
  if (at === "/token" && body.includes("refresh"))
    return { accessToken: "renewed", expiresIn: 3600, refreshToken: "next" };
  if (at === "/latest/api/token") return "imds-token";
  if (at === "/latest/meta-data/iam/security-credentials/") return "Sluice";
  if (at === "/latest/meta-data/iam/security-credentials/Sluice") return { Code: "Success", ...keys };
  if (at === "/container") return keys;
  if (body.includes("Action=AssumeRoleWithWebIdentity") && body.includes("WebIdentityToken=pipeline"))
    return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${account}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>${inAnHour.toISOString()}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
  if (body.includes("Action=GetCallerIdentity"))
    return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:root</Arn><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
  return undefined;
}

beforeEach(() => {
  // What a process has found out about its credentials it keeps.
  vi.resetModules();
  asked = [];
  for (const name of Object.keys(process.env).filter((name) => /^AWS_|_PROXY$/i.test(name)))
    vi.stubEnv(name, undefined);
  vi.stubEnv("HOME", home);
  vi.stubEnv("AWS_REGION", region);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_ENDPOINT_URL_STS", world.endpoint);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const address = () => `http://127.0.0.1:${(sources.address() as AddressInfo).port}`;

function profile(lines: string) {
  mkdirSync(path.join(home, ".aws/sso/cache"), { recursive: true });
  // The SDK reads a file once in a process.
  const file = path.join(mkdtempSync(path.join(home, "config-")), "config");
  writeFileSync(file, lines);
  vi.stubEnv("AWS_CONFIG_FILE", file);
  vi.stubEnv("AWS_PROFILE", "corp");
}

const session = [
  "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access",
  `[profile corp]\nsso_session = corp\nsso_account_id = ${account}\nsso_role_name = Platform`,
].join("\n");

function signedIn(expiresAt: Date, more: object = {}) {
  const name = `${createHash("sha1").update("corp").digest("hex")}.json`;
  const token = { accessToken: "opaque", expiresAt: expiresAt.toISOString(), region: "eu-west-1", ...more };
  writeFileSync(path.join(home, ".aws/sso/cache", name), JSON.stringify(token));
}

/** Whose credentials sign, by both ways in which Sluice comes to them: the spec's questions, and the work in an account without a role. */
async function caller(): Promise<unknown[]> {
  const { credentialsOf } = await import("../../../src/aws/credentials.ts");
  return [(await awsLookups().caller()).account, (await credentialsOf({ account, region })).accessKeyId];
}

describe("the credentials of", () => {
  it("a session of IAM Identity Center", async () => {
    profile(session);
    signedIn(inAnHour);
    vi.stubEnv("AWS_ENDPOINT_URL_SSO", address());
    expect(await caller()).toEqual([account, account]);
    expect(asked[0]).toBe(`GET /federation/credentials?account_id=${account}&role_name=Platform`);
  });

  it("one behind a proxy that is the only way out: its portal, and the renewal of its token", async () => {
    profile(session);
    signedIn(new Date(Date.now() + 60_000), {
      clientId: "id",
      clientSecret: "secret",
      refreshToken: "refresh",
      registrationExpiresAt: inAnHour.toISOString(),
    });
    vi.stubEnv("HTTP_PROXY", address());
    vi.stubEnv("AWS_ENDPOINT_URL_SSO", "http://portal.test");
    vi.stubEnv("AWS_ENDPOINT_URL_SSO_OIDC", "http://tokens.test");
    expect(await caller()).toEqual([account, account]);
    expect(asked.slice(0, 2)).toEqual([
      "POST http://tokens.test/token",
      `GET http://portal.test/federation/credentials?account_id=${account}&role_name=Platform`,
    ]);
  });

  it("a session that is over, told with how to sign in again", async () => {
    profile(session);
    signedIn(new Date(Date.now() - 60_000));
    const { connect } = await import("../../../src/aws/index.ts");
    await expect(connect({ account, region })).rejects.toThrow(
      /^Credentials: the session has expired .*\nSign in again with `aws sso login --profile corp`/,
    );
  });

  it("a pipeline's web identity, through the proxy too", async () => {
    writeFileSync(path.join(home, "token"), "pipeline");
    vi.stubEnv("AWS_WEB_IDENTITY_TOKEN_FILE", path.join(home, "token"));
    vi.stubEnv("AWS_ROLE_ARN", `arn:aws:iam::${account}:role/Deploy`);
    vi.stubEnv("HTTP_PROXY", address());
    vi.stubEnv("AWS_ENDPOINT_URL_STS", "http://sts.test");
    expect(await caller()).toEqual([account, account]);
    expect(new Set(asked)).toEqual(new Set(["POST http://sts.test/"]));
  });

  it("a container", async () => {
    vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", `${address()}/container`);
    expect(await caller()).toEqual([account, account]);
  });

  it("an instance, whose metadata no proxy is asked for", async () => {
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", undefined);
    vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", address());
    vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:1");
    expect(await caller()).toEqual([account, account]);
  });

  it("a process", async () => {
    const keys = JSON.stringify({ Version: 1, AccessKeyId: account, SecretAccessKey: "secret" });
    writeFileSync(path.join(home, "keys.json"), keys);
    profile(`[profile corp]\ncredential_process = cat ${path.join(home, "keys.json")}`);
    expect(await caller()).toEqual([account, account]);
  });

  const keeper =
    "secret_access_key: wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY, ASIAABCDEFGHIJKLMNOP, https://me:hunter2@vault.test/x";
  it.each([
    [
      `vault() { printf '\\033[31mtoken=hunter2 is over, run vault login\\n' >&2; exit 3; }; vault --token hunter2`,
      "since vault(), its credential_process, ended with exit code 3 (CredentialsProviderError: it wrote: token=… is over, run vault login)",
    ],
    [
      "kill -9 $$",
      "since kill, its credential_process, was ended by SIGKILL (CredentialsProviderError: it wrote nothing)",
    ],
    [
      `echo '${keeper}' >&2; false`,
      "since echo, its credential_process, ended with exit code 1 (CredentialsProviderError: it wrote: secret_access_key: …, …, https://…@vault.test/x)",
    ],
    [
      "echo hunter2",
      "since echo, its credential_process, printed what are none (CredentialsProviderError: Profile corp credential_process returned invalid JSON.)",
    ],
  ])(
    "a process that gives none, told with how it ended and what it wrote, and without secrets: %s",
    async (command, told) => {
      profile(`[profile corp]\ncredential_process = ${command}`);
      const { connect } = await import("../../../src/aws/index.ts");
      const error = await connect({ account, region }).catch((error: Error) => error);
      expect((error as Error).message).toBe(
        `Credentials: the profile corp gives none, ${told}.\nDo what it says, or correct credential_process in the AWS configuration files. ` +
          "`aws sts get-caller-identity --profile corp` runs the same.",
      );
      await expect(awsLookups().caller()).rejects.toThrow(told.slice(told.indexOf("(Credentials")));
    },
  );

  it("nothing at all, in the SDK's words for that", async () => {
    vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
    const { connect } = await import("../../../src/aws/index.ts");
    await expect(connect({ account, region })).rejects.toThrow(
      /^Credentials: none were found \(CredentialsProviderError: Could not load credentials from any providers\)/,
    );
  });

  it("a profile that takes a role by another one, told by the name of that one", async () => {
    profile(`[profile corp]\nrole_arn = arn:aws:iam::${account}:role/Sluice\nsource_profile = nobody`);
    const { connect } = await import("../../../src/aws/index.ts");
    await expect(connect({ account, region })).rejects.toThrow(/the profile corp gives none .*profile: \[nobody\]/);
  });
});
