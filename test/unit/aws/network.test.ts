import { execFile } from "node:child_process";
import http from "node:http";
import net from "node:net";
import tls from "node:tls";
import type { AddressInfo } from "node:net";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { agentsOf, dispatcherFor, proxyFor } from "../../../src/network.ts";
import { isConnectionError } from "../../../src/unreachable.ts";
import { awsLookups } from "../../../src/targets/index.ts";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const account = "111122223333";
let world: EmulatorWorld;
let proxy: http.Server;
/** Ends TLS in front of the emulator, with a certificate that no system trusts: valid for aws.test, and for this test alone. */
let secure: tls.Server;
const fixture = (name: string) => new URL(`../../fixtures/private-ca/${name}`, import.meta.url).pathname;
/** What was asked of the proxy: the only way to aws.test. */
let asked: string[] = [];

beforeAll(async () => {
  world = await emulatorWorld({ accounts: { [account]: {} } });
  const to = new URL(world.endpoint);
  proxy = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { headers, method } = request;
    const onward = http.request({
      host: to.hostname,
      port: to.port,
      path: new URL(request.url!, "http://aws.test").pathname,
      method,
      headers,
    });
    onward.on("response", (answer) => answer.pipe(response.writeHead(answer.statusCode!, answer.headers)));
    request.pipe(onward);
  });
  proxy.on("connect", ({ url }, socket: net.Socket) => {
    asked.push(`CONNECT ${url}`);
    const onward = net.connect((secure.address() as AddressInfo).port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    socket.on("error", () => onward.destroy());
    onward.on("error", () => socket.destroy());
  });
  const certificate = { cert: readFileSync(fixture("ca.pem")), key: readFileSync(fixture("key.pem")) };
  secure = tls.createServer(certificate, (socket) => {
    const onward = net.connect(Number(to.port), to.hostname);
    onward.pipe(socket).pipe(onward);
    socket.on("error", () => onward.destroy());
    onward.on("error", () => socket.destroy());
  });
  await new Promise<void>((done) => secure.listen(0, "127.0.0.1", done));
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  secure.close();
  await world.close();
});
afterEach(() => {
  vi.unstubAllEnvs();
  asked = [];
});

const proxyUrl = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
const credentials = { accessKeyId: account, secretAccessKey: "secret" };
const caller = async (endpoint: string) => {
  const requestHandler = agentsOf({ keepAlive: false });
  const client = new STSClient({ region: "us-east-1", endpoint, credentials, requestHandler, maxAttempts: 1 });
  return (await client.send(new GetCallerIdentityCommand({}))).Account;
};

/** Makes the AWS profile one with that line. The SDK reads a file once in a process. */
function inProfile(line: string): void {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "sluice-profile-")), "config");
  writeFileSync(file, `[profile corp]\n${line}\n[profile other]\nregion = us-east-1\n`);
  vi.stubEnv("AWS_CONFIG_FILE", file);
  vi.stubEnv("AWS_PROFILE", "corp");
}

it("a call to AWS goes through the proxy, and one to this machine does not", async () => {
  vi.stubEnv("HTTP_PROXY", proxyUrl());
  expect(await caller("http://aws.test")).toBe(account);
  expect(asked).toEqual(["POST http://aws.test/"]);
  expect(await caller(world.endpoint)).toBe(account);
  expect(asked).toHaveLength(1);
});

it("every call by plain HTTP asks the proxy for the whole URL, also after others and beside more than the pool has sockets", async () => {
  vi.stubEnv("HTTP_PROXY", proxyUrl());
  const requestHandler = agentsOf({ keepAlive: true, maxSockets: 2 });
  const client = new STSClient({ region: "us-east-1", endpoint: "http://aws.test", credentials, requestHandler });
  const calls = (count: number) =>
    Promise.all(Array.from({ length: count }, () => client.send(new GetCallerIdentityCommand({}))));
  await calls(1);
  await calls(1);
  await calls(5);
  expect(asked).toEqual(Array.from({ length: 7 }, () => "POST http://aws.test/"));
});

it("a call by TLS is tunnelled through the proxy, and trusts the certificates of AWS_CA_BUNDLE and no others", async () => {
  vi.stubEnv("HTTPS_PROXY", proxyUrl());
  await expect(caller("https://aws.test")).rejects.toThrow(/self-signed certificate/);
  vi.stubEnv("AWS_CA_BUNDLE", fixture("ca.pem"));
  expect(await caller("https://aws.test")).toBe(account);
  expect(asked).toEqual(["CONNECT aws.test:443", "CONNECT aws.test:443"]);
});

it("a call trusts the certificates of `ca_bundle` in the AWS profile, those of AWS_CA_BUNDLE instead where it is set", async () => {
  vi.stubEnv("HTTPS_PROXY", proxyUrl());
  inProfile(`ca_bundle = ${fixture("ca.pem")}`);
  expect(await caller("https://aws.test")).toBe(account);
  vi.stubEnv("AWS_CA_BUNDLE", fixture("other-ca.pem"));
  await expect(caller("https://aws.test")).rejects.toThrow(/self-signed certificate/);
  vi.stubEnv("AWS_CA_BUNDLE", undefined);
  vi.stubEnv("AWS_PROFILE", "other");
  await expect(caller("https://aws.test")).rejects.toThrow(/self-signed certificate/);
});

it("a bundle of the AWS profile counts where no proxy is, and one that cannot be read is told by the profile's name", async () => {
  inProfile("ca_bundle = /nowhere/ca.pem");
  await expect(caller("https://127.0.0.1:1")).rejects.toThrow(
    "ca_bundle of the AWS profile corp names /nowhere/ca.pem, which cannot be read: ENOENT",
  );
});

it.each([
  [407, /^the proxy 127\.0\.0\.1:\d+ opens no connection: 407 .*\(it asks for a user and a password/],
  [403, /^the proxy 127\.0\.0\.1:\d+ opens no connection: 403 Forbidden \(it does not let this machine there/],
  [0, /^the proxy 127\.0\.0\.1:\d+ opens no connection: Proxy connection ended/],
])("a proxy that opens no tunnel, HTTP %i, is told as such, without its password", async (status, words) => {
  const closed = http.createServer();
  closed.on("connect", (_, socket: net.Socket) =>
    status ? socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`) : socket.destroy(),
  );
  await new Promise<void>((done) => closed.listen(0, "127.0.0.1", done));
  vi.stubEnv("HTTPS_PROXY", `http://user:password@127.0.0.1:${(closed.address() as AddressInfo).port}`);
  const error = await caller("https://aws.test").catch((error: unknown) => error);
  expect((error as Error).message).toMatch(words);
  expect((error as Error).message).not.toContain(":password@127");
  expect(isConnectionError(error)).toBe(true);
  closed.close();
});

it.each([{}, { HTTPS_PROXY: "proxy" }, { HTTPS_PROXY: "proxy", AWS_CA_BUNDLE: "other-ca.pem" }])(
  "a call by TLS trusts the certificates of NODE_EXTRA_CA_CERTS, with %j",
  async (given) => {
    const variables: NodeJS.ProcessEnv = {
      ...(given.HTTPS_PROXY && { HTTPS_PROXY: proxyUrl() }),
      ...(given.AWS_CA_BUNDLE && { AWS_CA_BUNDLE: fixture(given.AWS_CA_BUNDLE) }),
    };
    const port = (secure.address() as AddressInfo).port;
    // Node reads that variable at its start alone. Without the proxy the name leads nowhere, so the socket is told where it ends.
    const program = `
      import net from "node:net";
      const { connect } = net.Socket.prototype;
      net.Socket.prototype.connect = function (...args) {
        const [options] = Array.isArray(args[0]) ? args[0] : args;
        if (options.host === "aws.test") Object.assign(options, { host: "127.0.0.1", port: ${port} });
        return connect.apply(this, args);
      };
      const { agentsOf } = await import(${JSON.stringify(new URL("../../../src/network.ts", import.meta.url).href)});
      const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
      const client = new STSClient({
        region: "us-east-1", endpoint: "https://aws.test", maxAttempts: 1, requestHandler: agentsOf({ keepAlive: false }),
        credentials: ${JSON.stringify(credentials)},
      });
      process.stdout.write(await client.send(new GetCallerIdentityCommand({})).then(({ Account }) => Account, String));`;
    const run = async (extra: NodeJS.ProcessEnv) => {
      const env = { PATH: process.env["PATH"], ...variables, ...extra };
      const args = ["--input-type=module", "--eval", program];
      return (await promisify(execFile)(process.execPath, args, { env })).stdout;
    };
    expect(await run({ NODE_EXTRA_CA_CERTS: fixture("ca.pem") })).toBe(account);
    expect(await run({})).toMatch(/self-signed certificate/);
  },
);

it("what the spec asks of AWS goes through the proxy, as the profile and in the profile's Region", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-profile-"));
  const profile = `region = eu-central-1\naws_access_key_id = ${account}\naws_secret_access_key = secret`;
  writeFileSync(path.join(folder, "config"), `[profile corp]\n${profile}\n`);
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_CONFIG_FILE", path.join(folder, "config"));
  vi.stubEnv("AWS_PROFILE", "corp");
  vi.stubEnv("HTTP_PROXY", proxyUrl());
  vi.stubEnv("AWS_ENDPOINT_URL", "http://aws.test");
  expect(await awsLookups().caller()).toEqual({ account, region: "eu-central-1" });
  expect(asked).toEqual(["POST http://aws.test/"]);
  rmSync(folder, { recursive: true });
});

it("a fetch has a dispatcher where a proxy carries it, and none where not", async () => {
  const env = { HTTPS_PROXY: proxyUrl() };
  vi.stubEnv("HTTPS_PROXY", env.HTTPS_PROXY);
  expect(await dispatcherFor(new URL("https://api.github.test/"))).toBeDefined();
  expect(await dispatcherFor(new URL("http://127.0.0.1:1/"))).toBeUndefined();
});

it.each([
  ["https://sts.amazonaws.com/", { HTTPS_PROXY: "http://p:3128" }, "http://p:3128/"],
  ["https://sts.amazonaws.com/", { https_proxy: "p:3128", HTTPS_PROXY: "http://q:1" }, "http://p:3128/"],
  ["https://sts.amazonaws.com/", { HTTP_PROXY: "http://p:3128" }, undefined],
  ["https://sts.amazonaws.com/", { ALL_PROXY: "http://p:3128" }, "http://p:3128/"],
  ["https://sts.amazonaws.com/", { HTTPS_PROXY: "http://p:3128", NO_PROXY: "example.com, .amazonaws.com" }, undefined],
  ["https://sts.amazonaws.com/", { HTTPS_PROXY: "http://p:3128", NO_PROXY: "amazonaws.com:8443" }, "http://p:3128/"],
  ["https://notamazonaws.com/", { HTTPS_PROXY: "http://p:3128", NO_PROXY: "amazonaws.com" }, "http://p:3128/"],
  ["https://sts.amazonaws.com/", { HTTPS_PROXY: "http://p:3128", NO_PROXY: "*" }, undefined],
  ["https://sts.amazonaws.com./", { HTTPS_PROXY: "http://p:3128", NO_PROXY: "amazonaws.com" }, undefined],
  ["https://10.1.2.3/", { HTTPS_PROXY: "http://p:3128", NO_PROXY: "10.0.0.0/8" }, undefined],
  [
    "https://11.1.2.3/",
    { HTTPS_PROXY: "http://p:3128", NO_PROXY: "10.0.0.0/8,10.0.0.0/99,example.com/8" },
    "http://p:3128/",
  ],
  ["https://[fd00::1]/", { HTTPS_PROXY: "http://p:3128", NO_PROXY: "fd00::/8" }, undefined],
  ["https://[fd00::1]/", { HTTPS_PROXY: "http://p:3128", NO_PROXY: "fd00:0::1" }, undefined],
  ["https://[fd00::1]/", { HTTPS_PROXY: "http://p:3128", NO_PROXY: "10.0.0.0/8" }, "http://p:3128/"],
  ["http://localhost:4566/", { HTTP_PROXY: "http://p:3128" }, undefined],
])("%s with %j goes by %s", (url, env, by) => {
  expect(proxyFor(new URL(url), env)?.href).toBe(by);
});

it("a variable that holds no proxy is an error that names it and not its value", () => {
  const env = { HTTPS_PROXY: "socks5://me:hunter2@proxy:1080" };
  expect(() => proxyFor(new URL("https://sts.amazonaws.com/"), env)).toThrow(/^The variable HTTPS_PROXY (?!.*hunter2)/);
});

it.each([
  ["AWS_CA_BUNDLE", "/nowhere/ca.pem", "AWS_CA_BUNDLE names /nowhere/ca.pem, which cannot be read: ENOENT"],
  ["AWS_CA_BUNDLE", fixture("key.pem"), "which holds no certificate in PEM form"],
  ["HTTPS_PROXY", "socks5://proxy:1080", "The variable HTTPS_PROXY does not hold the URL of a proxy"],
])(
  "a setting that cannot be used, %s of %s, is the network's and no fault of credentials",
  async (name, value, words) => {
    vi.stubEnv(name, value);
    const error = await caller("https://aws.test").catch((error: unknown) => error);
    expect((error as Error).message).toContain(words);
    expect(isConnectionError(error)).toBe(true);
  },
);
