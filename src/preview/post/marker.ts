import type { Dialect } from "../render/dialect.ts";

/** What tells one comment from another on the same pull request. */
export interface CommentIdentity {
  project: string;
  stack: string;
  /** Tells several specs of one repository apart. */
  key?: string;
}

/** Returns the first line of the comment, which nobody sees. It is exact: no identity's marker starts another's. */
export function markerOf({ project, stack, key = "" }: CommentIdentity, dialect: Dialect): string {
  return dialect.hidden(`sluice:v2 project=${encoded(project)} stack=${encoded(stack)} key=${encoded(key)}`);
}

/** Returns the text of a comment that can be found again, and that says which run has written it. */
export function withMarker(
  identity: CommentIdentity,
  dialect: Dialect,
  text: string,
  order: readonly number[] = [],
): string {
  return `${markerOf(identity, dialect)}\n${dialect.hidden(`sluice:run ${order.join(".")}`)}\n\n${text}`;
}

/** Tells whether a comment begins with the marker. Forges may end lines in their own way. */
export const hasMarker = (body: string, identity: CommentIdentity, dialect: Dialect): boolean =>
  body.split(/\r?\n/, 1)[0]!.trim() === markerOf(identity, dialect);

/** Tells whether a comment was written by a run that came after the given one. */
export function isNewer(body: string, order: readonly number[] | undefined): boolean {
  const orderOfComment = orderIn(body);
  if (orderOfComment === undefined || order === undefined) return false;
  const at = orderOfComment.findIndex((number, index) => number !== (order[index] ?? 0));
  return at >= 0 && orderOfComment[at]! > (order[at] ?? 0);
}

/** Returns which run has written a comment; `undefined` where it does not say so. */
export const orderIn = (body: string): number[] | undefined =>
  /sluice:run ([\d.]+)/
    .exec(body.split(/\r?\n/, 2)[1] ?? "")?.[1]
    ?.split(".")
    .map(Number);

/** The longest marker; the text has to leave room for it. */
export const markerLimit = 1_000;

/** Nothing in it can end the hidden line. */
const encoded = (text: string): string =>
  encodeURIComponent(text.toWellFormed())
    .replaceAll(/[-()!'*]/g, (character) => `%${character.codePointAt(0)!.toString(16).toUpperCase()}`)
    .slice(0, 290);
