import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CallLog } from "../control/calls.ts";
import { Control, isControl } from "../control/control.ts";
import { Faults } from "../control/faults.ts";
import { dispatch } from "./dispatch.ts";
import { identityOf } from "./identity.ts";
import { incomingCall } from "./incoming-call.ts";
import type { BrokenAnswer } from "../control/injection.ts";
import type { Answer, IncomingCall } from "../protocol/protocol.ts";
import type { QuirkChoices } from "../world/quirks.ts";
import type { SeededWorld } from "../world/seeded-world.ts";

/** The emulator's HTTP side: AWS calls, and control under `/_emulator/`. */
export class EmulatorServer {
  readonly #world: SeededWorld;
  readonly #calls = new CallLog();
  readonly #faults = new Faults();
  readonly #control: Control;
  readonly #server: Server;

  constructor(world: SeededWorld, quirks: QuirkChoices) {
    this.#world = world;
    this.#control = new Control(world, quirks, this.#calls, this.#faults);
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // Clients keep connections for reuse; the server must not close one under a request that is on its way.
    this.#server.keepAliveTimeout = 60_000;
  }

  /** Listens and resolves with the endpoint's URL. */
  listen(port: number, host: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        resolve(`http://${host}:${(this.#server.address() as AddressInfo).port}`);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const call = incomingCall(request);
      const answer = isControl(call) ? await this.#control.answer(call) : await this.#answer(call);
      // The SDK compares it with the machine's. Beside an error it would blame that on the clocks, once a test has moved this one, and try again.
      response.sendDate = false;
      if (answer.status < 400) response.setHeader("date", this.#world.clock.now().toUTCString());
      await send(request, response, answer);
    } catch (error) {
      // The client went away while it was sending or reading: there is nobody to tell.
      response.destroy(error as Error);
    }
  }

  async #answer(call: IncomingCall): Promise<Answer | BrokenAnswer> {
    const identity = identityOf(call, this.#world);
    const { service, account, region } = identity;
    const entry = this.#calls.begin({ service, operation: "", account, region });
    const answer = await dispatch({ call, identity, entry, world: this.#world, faults: this.#faults });
    if ("broken" in answer) {
      entry.error = answer.broken;
      if (answer.broken === "stall") entry.stalled = true;
      if (answer.broken === "truncate") entry.status = answer.status;
    }
    return answer;
  }
}

async function send(request: IncomingMessage, response: ServerResponse, answer: Answer | BrokenAnswer): Promise<void> {
  const { status, headers, body } = answer;
  if ("broken" in answer) return breakOff(request, response, answer);
  if (body instanceof Readable && request.method !== "HEAD") {
    response.writeHead(status, headers);
    return pipeline(body, response);
  }
  const whole = body === undefined || body instanceof Readable ? "" : body;
  const bodiless = status === 204 || status === 304 || request.method === "HEAD";
  response.writeHead(status, bodiless ? headers : { "content-length": Buffer.byteLength(whole), ...headers });
  response.end(bodiless ? undefined : whole);
}

/** What the client sees of a broken answer: nothing at all, silence, or half of it. */
async function breakOff(request: IncomingMessage, response: ServerResponse, answer: BrokenAnswer): Promise<void> {
  // A body that nobody reads would keep the client sending and never notice the reset.
  request.resume();
  if (answer.broken === "stall") return;
  if (answer.broken === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  const whole = await bytesOf(answer);
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  response.writeHead(answer.status, { ...answer.headers, "content-length": Math.max(whole.length, 2) });
  response.write(half.length > 0 ? half : "{", () => request.socket.destroy());
}

async function bytesOf({ body }: Answer): Promise<Buffer> {
  if (body instanceof Readable) return Buffer.concat(await body.toArray());
  return Buffer.from((body ?? "") as string);
}
