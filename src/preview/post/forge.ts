import type { Dialect } from "../render/dialect.ts";

/** Where something is asked of a forge, below the URL of its API. */
export interface ForgeCall {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: object;
}

/** A comment as every forge has it. */
export interface ForgeComment {
  id: string;
  body: string;
  url: string;
  /** Whose it is, in the form in which the forge names the token's owner. */
  author?: string;
  /** Whether the author is a program, as far as the forge tells. */
  isBot?: boolean;
}

/** The pull or merge request whose comments are meant. */
export interface PullRequest {
  repository: string;
  number: number;
  /** Where people see the repository. */
  webUrl: string;
}

/** What one forge calls things: a handful of calls, and how to read their answers. */
export interface Forge {
  name: string;
  /** What the forge calls a pull request. */
  request: "pull request" | "merge request";
  /** The variable of the environment that holds the token. */
  token: string;
  /** What the token needs for a comment. */
  permission: string;
  dialect: Dialect;
  /** Nobody can change a comment of somebody else, so that trying tells whose it is. */
  keepsAuthors?: boolean;
  /** Whether a token is a program's, which may not ask whose it is. */
  isAppToken?(token: string): boolean;
  headers(token: string): Record<string, string>;
  self: string;
  selfIn(body: unknown): string | undefined;
  list(pullRequest: PullRequest): string;
  commentsIn(body: unknown, pullRequest: PullRequest): ForgeComment[];
  create(pullRequest: PullRequest, text: string): ForgeCall;
  createdIn(body: unknown, pullRequest: PullRequest): ForgeComment;
  update(pullRequest: PullRequest, id: string, text: string): ForgeCall;
  remove(pullRequest: PullRequest, id: string): ForgeCall;
  /** Asks which requests a commit came from. */
  requestsOf(repository: string, commit: string): ForgeCall;
  /** The number of the one that is open, or else of the first. */
  numberIn(body: unknown): number | undefined;
}

/** A forge, with the right to use it. */
export interface ForgeAccess {
  forge: Forge;
  apiUrl: string;
  token: string;
  /** Whose comments are ours. Default: asked of the forge. */
  author?: string;
  /** First pause before a repeated request, in milliseconds; it doubles. */
  pause?: number;
}

/** What a pipeline tells of the run in its environment. */
export interface ForgeRun {
  forge: Forge;
  token?: string;
  apiUrl: string;
  webUrl: string;
  repository?: string;
  /** Of the pull or merge request. */
  number?: number;
  /** The commit to show: a request's head rather than its merge with the base. */
  commit?: string;
  /** The commit that the request would change, where the pipeline tells. */
  baseCommit?: string;
  /** Folder of the checkout, to which the links' paths are relative. */
  workspace?: string;
  /** Numbers that grow from run to run, and from attempt to attempt of one run. */
  order?: number[];
  runUrl?: string;
  /** Returns where people read a line of a file, in the commit to show or in another one. */
  lineUrl(file: string, line: number, commit?: string): string | undefined;
}

/** Returns a path as a URL has it, its slashes left alone. */
export const pathInUrl = (path: string): string =>
  path
    .split("/")
    .map((part) => encodeURIComponent(part.toWellFormed()).replaceAll("(", "%28").replaceAll(")", "%29"))
    .join("/");

/** Returns the numbers of a run, and `undefined` outside of one. */
export function runOrderOf(...numbers: (string | undefined)[]): number[] | undefined {
  const order = numbers.map((number) => (number ? Number(number) : 0));
  return order[0]! > 0 && order.every(Number.isSafeInteger) ? order : undefined;
}
