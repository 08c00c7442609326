import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ForgeName } from "../../../src/preview/index.ts";
import { routes } from "./fake-routes.ts";

export interface FakeComment {
  id: number;
  body: string;
  author: string;
}

/** A forge with one repository and one pull request, number 7, on loopback. */
export interface FakeForge {
  name: ForgeName;
  apiUrl: string;
  comments: FakeComment[];
  requests: string[];
  /** Answers to give instead of the real ones, each once, to the next request whose line it fits. */
  instead: {
    request: RegExp;
    status: number;
    headers?: Record<string, string>;
    body?: object;
    afterEffect?: boolean;
    /** What happens elsewhere in the same moment. */
    meanwhile?: () => void;
  }[];
  /** Who the token belongs to; `undefined` is an app, which may not ask. */
  login: string | undefined;
  /** Whom its comments are by. */
  author: string;
  isLocked: boolean;
  close(): Promise<void>;
}

/** What a route says. */
export interface FakeAnswer {
  status: number;
  body?: object;
  headers?: Record<string, string>;
}

/** What a request asks. */
export interface FakeRequest {
  method: string;
  url: URL;
  headers: IncomingMessage["headers"];
  body: unknown;
}

export async function fakeForge(name: ForgeName = "github"): Promise<FakeForge> {
  const forge = { name, comments: [], requests: [], instead: [], isLocked: false } as unknown as FakeForge;
  forge.login = name === "github" ? undefined : "sluice-robot";
  forge.author = name === "github" ? "github-actions[bot]" : "sluice-robot";
  const server: Server = createServer((request, response) => {
    void (async () => {
      const line = `${request.method} ${request.url}`;
      forge.requests.push(line);
      const sent = await text(request);
      const at = forge.instead.findIndex((one) => one.request.test(line));
      const [instead] = at < 0 ? [] : forge.instead.splice(at, 1);
      const asked = {
        method: request.method!,
        url: new URL(request.url!, forge.apiUrl),
        headers: request.headers,
        body: sent ? (JSON.parse(sent) as unknown) : undefined,
      };
      const real = instead && !instead.afterEffect ? undefined : routes[name](forge, asked);
      instead?.meanwhile?.();
      const { status, headers, body } = (instead?.status === 0 ? real : (instead ?? real))!;
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(status === 204 ? undefined : JSON.stringify(body ?? { message: "from the test" }));
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  forge.apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  forge.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return forge;
}
