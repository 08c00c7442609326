import { readFileSync } from "node:fs";
import http, { STATUS_CODES } from "node:http";
import https from "node:https";
import { BlockList, isIP, isIPv6 } from "node:net";
import { homedir } from "node:os";
import path from "node:path";
import tls from "node:tls";
import { Agent } from "agent-base";
import type { AgentConnectOpts } from "agent-base";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";

/** How a client's requests leave the machine, as the SDK takes it. */
export interface Agents {
  httpAgent: http.Agent | http.AgentOptions;
  httpsAgent: https.Agent | https.AgentOptions;
}

/**
 * Returns the agents of a client's requests: one pool of sockets, through the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, with
 * the certificates of AWS_CA_BUNDLE, or of `ca_bundle` in the AWS profile, beside the system's and those of NODE_EXTRA_CA_CERTS.
 */
export function agentsOf(pool: http.AgentOptions): Agents {
  const { env } = process;
  const isProxied = proxyVariables.some((name) => env[name]);
  const hasBundle = env["AWS_CA_BUNDLE"] || hasBundleInProfiles(env);
  return {
    httpAgent: isProxied ? new RoutingAgent(pool, false) : pool,
    httpsAgent: isProxied || hasBundle ? (new RoutingAgent(pool, true) as unknown as https.Agent) : pool,
  };
}

/**
 * Returns the proxy for a URL, as the environment names it; `undefined` where it is reached without one, as this machine itself always is.
 * @throws {NetworkSettingError} when the variable holds no URL
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv = process.env): URL | undefined {
  const names = url.protocol === "https:" ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy", "HTTP_PROXY"];
  const name = [...names, "all_proxy", "ALL_PROXY"].find((name) => env[name]);
  if (name === undefined || isDirect(url, env["no_proxy"] || env["NO_PROXY"] || "")) return undefined;
  const written = env[name]!;
  const proxy = URL.parse(written.includes("://") ? written : `http://${written}`);
  if (proxy && /^https?:$/.test(proxy.protocol)) return proxy;
  // It may hold a password.
  throw new NetworkSettingError(
    `The variable ${name} does not hold the URL of a proxy, such as http://proxy.example.com:3128. Correct it.`,
  );
}

/** Returns the dispatcher that fetch takes for a request that a proxy has to carry; `undefined` where none has to. */
export async function dispatcherFor(url: URL): Promise<RequestInit["dispatcher"]> {
  const proxy = proxyFor(url);
  if (!proxy) return undefined;
  const { ProxyAgent } = await import("undici");
  return new ProxyAgent({ uri: proxy.href }) as unknown as RequestInit["dispatcher"];
}

/** Says that what the environment says of the network cannot be used, so that nobody was asked. */
class NetworkSettingError extends Error {
  override name = "NetworkSettingError";
  /** As the errors of the operating system have one. */
  readonly code = "ESETTING";
}

/** Says that the proxy gave no way to the other side, to which nothing was sent then. */
export class ProxyError extends Error {
  override name = "ProxyError";
  /** As the errors of the operating system have one. */
  readonly code = "EPROXY";

  constructor({ host }: URL, { status, cause }: { status?: number; cause?: unknown }) {
    const cures: Record<number, string> = {
      407: "it asks for a user and a password, as in HTTPS_PROXY=http://user:password@proxy.example.com:3128, or does not take those that it was given",
      403: "it does not let this machine there; ask those who run it",
    };
    const why = status === undefined ? (cause as Error).message : `${status} ${STATUS_CODES[status] ?? ""}`.trim();
    const cure = cures[status ?? 0];
    super(`the proxy ${host} opens no connection: ${why}${cure ? ` (${cure})` : ""}`, { cause });
  }
}

const proxyVariables = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];

const thisMachine = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Whether the list of exceptions names the host: itself or a domain that it is in, with or without a port; an address, also by a block of them
 * such as 10.0.0.0/8; `*` is every host.
 */
function isDirect({ hostname, port, protocol }: URL, exceptions: string): boolean {
  if (thisMachine.test(hostname)) return true;
  const portOfUrl = port || (protocol === "https:" ? "443" : "80");
  const address = hostname.replace(/^\[(.*)\]$/, "$1");
  const host = hostname.replace(/\.$/, "");
  return exceptions.split(/[\s,]+/).some((entry) => {
    const [, domain, onlyPort] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (entry === "*" || isInBlock(address, entry)) return true;
    if (!domain || (onlyPort !== undefined && onlyPort !== portOfUrl)) return false;
    return host === domain || host.endsWith(`.${domain}`);
  });
}

/** Whether the entry is the IP address, or a block of addresses that it is in. */
function isInBlock(address: string, entry: string): boolean {
  const [, block = "", bits] = /^\[?([\d.:a-f]+)\]?(?:\/(\d{1,3}))?$/i.exec(entry) ?? [];
  const [version, longest] = isIPv6(block) ? (["ipv6", 128] as const) : (["ipv4", 32] as const);
  if (isIP(block) === 0 || isIP(address) !== isIP(block) || Number(bits ?? longest) > longest) return false;
  const list = new BlockList();
  list.addSubnet(block, Number(bits ?? longest), version);
  return list.check(address, version);
}

/** Sends each request by the agent of its way: the proxy's, or its own. Each has a pool. */
class RoutingAgent extends Agent {
  readonly #pool: http.AgentOptions;
  readonly #isSecure: boolean;
  readonly #agents = new Map<string, http.Agent>();
  #trusted?: ReturnType<typeof trusted>;

  /** @param isSecure whether its requests are HTTPS, all or none */
  constructor(pool: http.AgentOptions, isSecure: boolean) {
    // It has no sockets of its own: what it held back for want of one would wait for ever.
    super({ ...pool, maxSockets: Infinity });
    this.#pool = pool;
    this.#isSecure = isSecure;
  }

  /** Where nothing tells it, an agent looks for it in a stack trace, some times a request. */
  override isSecureEndpoint(): boolean {
    return this.#isSecure;
  }

  override async connect(_request: http.ClientRequest, options: AgentConnectOpts): Promise<http.Agent> {
    const { secureEndpoint, host, port } = options;
    const trust = secureEndpoint ? await (this.#trusted ??= trusted()) : {};
    // The agent of a proxy takes what it is made with for the way to the proxy alone, and these options for the way behind it.
    Object.assign(options, trust);
    const protocol = secureEndpoint ? "https:" : "http:";
    const name = host!.includes(":") ? `[${host}]` : host!;
    const proxy = proxyFor(new URL(`${protocol}//${name}:${port}`));
    const key = `${protocol} ${proxy?.href}`;
    const agent = this.#agents.get(key) ?? this.#agentOf(secureEndpoint, trust, proxy);
    this.#agents.set(key, agent);
    return agent;
  }

  override destroy(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    super.destroy();
  }

  #agentOf(isSecure: boolean, trust: Trust, proxy: URL | undefined): http.Agent {
    const options = { ...this.#pool, ...trust };
    if (proxy && isSecure) return new TunnelAgent(proxy, options);
    // A request has its path written before its way is chosen, and this agent corrects that on a new socket alone.
    if (proxy) return new HttpProxyAgent(proxy, { ...options, keepAlive: false, maxSockets: Infinity });
    return isSecure ? new https.Agent(options) : new http.Agent(options);
  }
}

/** Tunnels through a proxy. By itself it passes the refusal of a proxy on as if the other side had said it. */
class TunnelAgent extends HttpsProxyAgent<string> {
  override async connect(...[request, options]: Parameters<HttpsProxyAgent<string>["connect"]>) {
    let status: number | undefined;
    request.once("proxyConnect", ({ statusCode }: { statusCode: number }) => (status = statusCode));
    const socket = await super.connect(request, options).catch((cause: unknown) => {
      throw new ProxyError(this.proxy, { cause });
    });
    if (status === 200) return socket;
    socket.destroy();
    throw new ProxyError(this.proxy, { status });
  }
}

/** Certificates to trust, where they are not the usual ones. */
interface Trust {
  ca?: string[];
}

/** Whether some AWS profile may name a bundle; which one counts is for the SDK to say. */
function hasBundleInProfiles(env: NodeJS.ProcessEnv): boolean {
  const folder = path.join(env["HOME"] ?? homedir(), ".aws");
  const config = env["AWS_CONFIG_FILE"] ?? path.join(folder, "config");
  const credentials = env["AWS_SHARED_CREDENTIALS_FILE"] ?? path.join(folder, "credentials");
  return [config, credentials].some((file) => {
    try {
      return /^\s*ca_bundle\s*=/m.test(readFileSync(file, "utf8"));
    } catch {
      return false;
    }
  });
}

/** The certificates to trust, where the environment or else the AWS profile adds some. */
async function trusted(): Promise<Trust> {
  const { getProfileName, loadConfig } = await import("@smithy/core/config");
  let from = "AWS_CA_BUNDLE";
  const bundle = await loadConfig<string | undefined>({
    environmentVariableSelector: (env) => env["AWS_CA_BUNDLE"] || undefined,
    configFileSelector: ({ ca_bundle: named }) => {
      from = `ca_bundle of the AWS profile ${getProfileName({})}`;
      return named || undefined;
    },
    default: undefined,
  })();
  if (bundle === undefined) return {};
  const text = textOf(from, bundle);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return { ca: [...tls.getCACertificates("default"), text] };
  throw new NetworkSettingError(`${from} names ${bundle}, which holds no certificate in PEM form.`);
}

function textOf(from: string, bundle: string): string {
  try {
    return readFileSync(bundle, "utf8");
  } catch (cause) {
    const message = `${from} names ${bundle}, which cannot be read: ${(cause as Error).message}`;
    throw new NetworkSettingError(message, { cause });
  }
}
