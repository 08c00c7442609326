import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A line to a server on loopback that lets so many bytes a second through towards it, over all connections together. */
export interface SlowLine {
  endpoint: string;
  /** Bytes that went to the server. */
  sent(): number;
  close(): Promise<void>;
}

export async function slowLine(target: string, bytesPerSecond: number): Promise<SlowLine> {
  const { hostname, port } = new URL(target);
  let free = performance.now();
  let sent = 0;
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (near) => {
    const far = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    }
    far.pipe(near);
    near.on("close", () => far.destroy());
    void carry(near, far);
  });
  const carry = async (near: net.Socket, far: net.Socket) => {
    try {
      for await (const chunk of near as AsyncIterable<Buffer>) {
        // Each piece takes its turn on the one line.
        for (let at = 0; at < chunk.length; at += 16_384) {
          const piece = chunk.subarray(at, at + 16_384);
          free = Math.max(free, performance.now()) + (piece.length / bytesPerSecond) * 1_000;
          await sleep(Math.max(0, free - performance.now()));
          sent += piece.length;
          far.write(piece);
        }
      }
      far.end();
    } catch {
      far.destroy();
    }
  };
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port: own } = server.address() as net.AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${own}`,
    sent: () => sent,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
