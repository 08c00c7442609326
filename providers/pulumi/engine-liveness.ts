import { connect } from "node:net";
import { endProcess, endController } from "./process-end.ts";

/** What is known of a process that this one works for. */
type Liveness = "alive" | "gone" | "unknown";

/** The process that started this one: the engine, or the shell script in which the Pulumi CLI starts the host. */
const parent = process.ppid;

/** Milliseconds that an address may take to accept a connection. It is on this machine. */
const timeoutMs = 1_000;

/** How often a busy machine is asked again before a change is given up. */
const attempts = 5;

/** How often the engine is looked for, and for how long one look answers many calls, in milliseconds. */
const intervalMs = 1_000;
const freshMs = 200;

/** The newest look that found the engine, and when it began, in milliseconds since the epoch. */
let newest: { began: number; liveness: Promise<Liveness> } | undefined;

/**
 * Makes sure that the engine lives which would record what is done now. An engine that was killed leaves its provider host behind, whose
 * user believes that nothing happens any more, and may have begun the next run.
 * @throws when it is gone, or does not answer: nothing must be changed in AWS then
 */
export async function assertEngineLives(): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (!newest || Date.now() - newest.began > freshMs) newest = { began: Date.now(), liveness: engineLiveness() };
    const liveness = await newest.liveness;
    if (liveness === "alive") return;
    newest = undefined;
    if (liveness === "gone") break;
  }
  throw new Error("The engine that started this provider is gone, so nothing more is changed. Run it again.");
}

/**
 * Ends this process soon after its engine is gone: work under way is told to end, and the process does not outlive its grace. When the
 * command goes that started the engine, or wants to end, only the work is told: the engine still records it.
 */
export function endWithEngine(): void {
  const look = async () => {
    if ((await engineLiveness()) === "gone") {
      clearInterval(timer);
      endProcess();
    } else if ((await livenessOf(process.env["SLUICE_COMMAND"])) === "gone") endController.abort();
  };
  const timer = setInterval(() => void look(), intervalMs).unref();
}

async function engineLiveness(): Promise<Liveness> {
  if (process.ppid !== parent || !isAlive(parent)) return "gone";
  // The host is told the engine's address as its first argument.
  return livenessOf(process.argv[2]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is one, too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Whether the process lives that listens on an address, `HOST:PORT`; nothing speaks against it where there is none. The system closes the
 * port of a process that has ended, and accepts for one that is busy or stopped.
 */
function livenessOf(address = ""): Promise<Liveness> {
  const [, host, port] = /^(.+):(\d+)$/.exec(address) ?? [];
  if (host === undefined) return Promise.resolve("alive");
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: timeoutMs });
    const settle = (liveness: Liveness) => {
      socket.destroy();
      resolve(liveness);
    };
    socket
      .once("connect", () => settle("alive"))
      .once("timeout", () => settle("unknown"))
      .once("error", ({ code }: NodeJS.ErrnoException) => settle(code === "ECONNREFUSED" ? "gone" : "unknown"));
  });
}
