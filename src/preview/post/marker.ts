/** What tells one comment from another on the same pull request. */
export interface Identity {
  stack: string;
  /** Tells several specs of one repository apart. */
  key?: string;
}

/** Returns the first line of the comment, hidden by every Markdown renderer. It is exact: no identity's marker starts another's. */
export function markerOf({ stack, key = "" }: Identity): string {
  return `<!-- sluice:v1 stack=${encoded(stack)} key=${encoded(key)} -->\n`;
}

/** Returns the text of a comment that can be found again. */
export const withMarker = (identity: Identity, text: string): string => `${markerOf(identity)}${text}`;

/** The longest marker; the text has to leave room for it. */
export const markerLimit = 1_000;

/** Nothing in it can end the HTML comment. */
const encoded = (text: string): string => encodeURIComponent(text).replaceAll("-", "%2D").slice(0, 450);
