import { createServer, request } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** Where a run is cut: at its call with this number, before or after the effect, by the end of the run or by a refusal. */
export interface Cut {
  at: number;
  when: "before" | "after";
  how: "killed" | "refused";
}

/** A call of AWS that takes something away or puts something there. `done` is false before its effect. */
export type OnCall = (call: { method: string; path: string; target: string }, done: boolean) => Promise<void>;

/** What AWS answers otherwise than the emulator does. */
export interface Otherwise {
  /** Whether a call is refused, without an effect. */
  refuses(method: string, path: string): boolean;
  /** Returns what is answered instead of this text. */
  rewrites(path: string, body: string): string;
}

/** The wire between one run and the emulator. It is told of each call, and can be cut at one of them. */
export class Line {
  readonly #server: Server;
  readonly #endpoint: URL;
  readonly #cut: Cut | undefined;
  readonly #onCall: OnCall;
  readonly #otherwise: Otherwise | undefined;
  readonly #death = Promise.withResolvers<void>();
  #calls = 0;
  #isDead = false;

  private constructor(endpoint: string, cut: Cut | undefined, onCall: OnCall, otherwise: Otherwise | undefined) {
    this.#endpoint = new URL(endpoint);
    this.#otherwise = otherwise;
    this.#cut = cut;
    this.#onCall = onCall;
    this.#server = createServer((incoming, response) => void this.#serve(incoming, response));
    this.#server.keepAliveTimeout = 60_000;
  }

  static async open(endpoint: string, cut: Cut | undefined, onCall: OnCall, otherwise?: Otherwise): Promise<Line> {
    const line = new Line(endpoint, cut, onCall, otherwise);
    await new Promise<void>((resolve) => line.#server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves when the run is killed. */
  get death(): Promise<void> {
    return this.#death.promise;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    if (this.#isDead) return void response.destroy();
    const { method = "", url: path = "", headers } = incoming;
    const call = { method, path, target: String(headers["x-amz-target"] ?? "") };
    const cut = this.#calls++ === this.#cut?.at ? this.#cut : undefined;
    if (cut?.when === "before") return this.#end(cut, incoming, response);
    if (this.#otherwise?.refuses(method, path)) return refuse(incoming, response);
    await this.#onCall(call, false);
    const answer = await this.#forward(incoming, body);
    await this.#onCall(call, true);
    if (cut && answer.status < 400) return this.#end(cut, incoming, response);
    if (this.#isDead) return void response.destroy();
    if (this.#otherwise && path.startsWith("/v2/domains")) {
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(this.#otherwise.rewrites(path, answer.body.toString()));
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  #end({ how }: Cut, incoming: IncomingMessage, response: ServerResponse): void {
    if (how === "refused") return refuse(incoming, response);
    this.#isDead = true;
    this.#death.resolve();
    response.destroy();
  }

  #forward({ method, url, headers }: IncomingMessage, body: Buffer) {
    return new Promise<{ status: number; headers: IncomingMessage["headers"]; body: Buffer }>((resolve, reject) => {
      const { hostname, port } = this.#endpoint;
      const sent = request({ hostname, port, method, path: url, headers }, (answer) => {
        buffer(answer).then(
          (bytes) => resolve({ status: answer.statusCode!, headers: answer.headers, body: bytes }),
          reject,
        );
      });
      sent.once("error", reject).end(body);
    });
  }
}

function refuse({ headers, method }: IncomingMessage, response: ServerResponse): void {
  const isS3 = /\/s3\/aws4_request/.test(headers.authorization ?? "");
  response.writeHead(403, { "x-amzn-errortype": "AccessDeniedException" });
  const words = "cut by the test";
  const document = isS3
    ? `<Error><Code>AccessDenied</Code><Message>${words}</Message></Error>`
    : JSON.stringify({ __type: "AccessDeniedException", message: words });
  response.end(method === "HEAD" ? undefined : document);
}
