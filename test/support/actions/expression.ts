import { createContext, runInContext } from "node:vm";

/** What expressions of a workflow can name. */
export type Contexts = Record<string, unknown>;

/** How it stands with the steps or jobs before. */
export type Standing = "success" | "failure" | "cancelled";

/** Returns what an expression of a workflow comes to, without its braces. */
export function evaluate(expression: string, contexts: Contexts, standing: Standing = "success"): unknown {
  const words = /'((?:[^']|'')*)'|([A-Za-z_][\w-]*(?:\.[\w-]+)*)(\s*\()?/g;
  const script = expression.replaceAll(words, (_, text: string | undefined, name: string, call: string | undefined) => {
    if (text !== undefined) return JSON.stringify(text.replaceAll("''", "'"));
    if (call !== undefined) return `say[${JSON.stringify(name)}](`;
    return ["true", "false", "null"].includes(name) ? name : `at(${JSON.stringify(name)})`;
  });
  const at = (path: string) =>
    path.split(".").reduce<unknown>((found, key) => (found as Contexts | null | undefined)?.[key], contexts) ?? null;
  const say = {
    always: () => true,
    success: () => standing === "success",
    failure: () => standing === "failure",
    cancelled: () => standing === "cancelled",
  };
  return runInContext(script, createContext({ at, say }));
}

/** Fills in the expressions of a text. */
export const filled = (text: unknown, contexts: Contexts): string =>
  String(text).replaceAll(/\$\{\{(.*?)\}\}/g, (_, inside: string) => String(evaluate(inside, contexts) ?? ""));

/** Tells whether a job or step with this condition runs: without a word on how it stands, only after success. */
export function isMet(condition: unknown, contexts: Contexts, standing: Standing): boolean {
  const text = condition === undefined ? "success()" : String(condition).replace(/^\$\{\{(.*)\}\}$/s, "$1");
  const isSaid = /\b(always|success|failure|cancelled)\(/.test(text);
  return Boolean(evaluate(isSaid ? text : `success() && (${text})`, contexts, standing));
}
