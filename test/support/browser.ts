import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "chrome-headless-shell"];

/** The browser of this machine; `undefined` where there is none. */
export const browser = [process.env["SLUICE_BROWSER"], ...names].find(
  (name) => name && spawnSync(name, ["--version"]).status === 0,
);

/** A page in a browser without a screen. */
export interface OpenPage {
  /** Returns what an expression comes to there. */
  evaluate(expression: string): Promise<unknown>;
  /** Types a text at the place that has the focus, as a person does. */
  type(text: string): Promise<void>;
  /** What the browser complained of, such as a script that it would not run. */
  complaints: string[];
  close(): Promise<void>;
}

/** Opens a file in the browser, by the DevTools protocol: nothing has to be installed for it but the browser. */
export async function openPage(file: string): Promise<OpenPage> {
  const profile = mkdtempSync(path.join(tmpdir(), "sluice-browser-"));
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0"];
  const child = spawn(browser!, [...flags, `--user-data-dir=${profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += String(chunk);
      const [url] = /ws:\/\/\S+/.exec(said) ?? [];
      if (url) resolve(url);
    });
    child.once("close", () => reject(new Error(said)));
  });
  const { host } = new URL(address);
  const targets = (await (await fetch(`http://${host}/json/list`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(targets.find(({ type }) => type === "page")!.webSocketDebuggerUrl);
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  const waiting = new Map<number, (result: Answer) => void>();
  const complaints: string[] = [];
  let loaded: () => void;
  const isLoaded = new Promise<void>((resolve) => (loaded = resolve));
  socket.addEventListener("message", ({ data }) => {
    const { id, result, method, params } = JSON.parse(String(data)) as Message;
    if (id !== undefined) waiting.get(id)?.(result!);
    if (method === "Page.loadEventFired") loaded();
    if (method === "Log.entryAdded") complaints.push(params!.entry!.text);
    if (method === "Runtime.exceptionThrown") complaints.push(JSON.stringify(params));
  });
  let last = 0;
  const ask = (method: string, params: object = {}) =>
    new Promise<Answer>((resolve) => {
      waiting.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  for (const domain of ["Page", "Runtime", "Log"]) await ask(`${domain}.enable`);
  await ask("Page.navigate", { url: `file://${file}` });
  await isLoaded;
  return {
    evaluate: async (expression) => (await ask("Runtime.evaluate", { expression, returnByValue: true })).result?.value,
    type: async (text) => void (await ask("Input.insertText", { text })),
    complaints,
    close: async () => {
      socket.close();
      child.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface Answer {
  result?: { value?: unknown };
}

interface Message {
  id?: number;
  result?: Answer;
  method?: string;
  params?: { entry?: { text: string } };
}
