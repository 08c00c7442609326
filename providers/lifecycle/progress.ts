/** Tells people at the terminal how long work goes on. */
export interface Progress {
  /** Replaces the text in the status column of the resource's row. */
  status(text: string): void;
  /** Stays in the diagnostics after the run. */
  info(text: string): void;
  /** Stays there, and asks for attention. */
  warn(text: string): void;
}

interface EngineLog {
  info(text: string, resource: unknown, stream?: number, ephemeral?: boolean): Promise<void>;
  warn(text: string, resource: unknown): Promise<void>;
}

/**
 * Returns what reports progress on the resource with this URN. The host that Pulumi starts offers its providers no log, but is told the
 * engine's address as its first argument; where that or Pulumi's own log is not to be had, warnings go to the standard error stream and
 * status texts nowhere.
 */
export function progressOf(urn: string | undefined, label: string): Progress {
  const resource = urn === undefined ? undefined : { urn: { promise: () => Promise.resolve(urn) } };
  const prefix = urn === undefined ? `${label}: ` : "";
  let last = "";
  return {
    status(text) {
      if (text === last) return;
      last = text;
      void engineLog().then((log) => log?.info(prefix + text, resource, 0, true).catch(() => {}));
    },
    info(text) {
      send(engineLog().then((log) => (log ? log.info(prefix + text, resource) : console.warn(`${label}: ${text}`))));
    },
    warn(text) {
      send(engineLog().then((log) => (log ? log.warn(prefix + text, resource) : console.warn(`${label}: ${text}`))));
    },
  };
}

let sending: Promise<unknown> = Promise.resolve();

function send(message: Promise<unknown>): void {
  sending = Promise.allSettled([sending, message]).then(() => undefined);
}

/** Resolves when the engine has what was said so far. */
export async function messagesSent(): Promise<void> {
  await sending;
}

let connected: Promise<EngineLog | undefined> | undefined;

function engineLog(): Promise<EngineLog | undefined> {
  connected ??= connectLog().catch(() => undefined);
  return connected;
}

async function connectLog(): Promise<EngineLog | undefined> {
  const address = process.argv[2];
  if (!address || !/:\d+$/.test(address)) return undefined;
  const { getStore } = (await import("@pulumi/pulumi/runtime/state.js")) as unknown as {
    getStore(): { settings: { options: { engineAddr?: string } } };
  };
  getStore().settings.options.engineAddr = address;
  // The engine is on this machine, and the gRPC of the SDK would take http_proxy for its way there.
  process.env["no_grpc_proxy"] ??= "127.0.0.1,localhost";
  const { log } = await import("@pulumi/pulumi");
  return log as unknown as EngineLog;
}
