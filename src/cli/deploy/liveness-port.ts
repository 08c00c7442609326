import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { patienceMs } from "../engines/engine-contract.ts";

/** A port by which the providers learn that this command wants to end, or is gone. */
export interface LivenessPort {
  /** `HOST:PORT`, which accepts connections as long as providers may work. */
  address: string;
  close(): void;
}

/**
 * Opens a port for the providers to look at. An engine that is told to stop lets the calls under way come to their end, and has no word with
 * which it could tell a provider that it should hurry; one that stalls would hold up the end for longer than a pipeline's runner waits.
 */
export async function openLivenessPort(signal: AbortSignal): Promise<LivenessPort> {
  const server = createServer((socket) => socket.destroy()).unref();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const stop = () => setTimeout(close, patienceMs).unref();
  const close = () => {
    signal.removeEventListener("abort", stop);
    server.close();
  };
  signal.addEventListener("abort", stop, { once: true });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
