/** What a forge's Markdown can do, and how much of it a comment holds. */
export interface Dialect {
  /** Returns a line that nobody sees. */
  hidden(text: string): string;
  /** Whether HTML's `<details>` and `<br>` do what they say. */
  html: boolean;
  /** Whether `> [!CAUTION]` and its like head an alert. */
  alerts: boolean;
  /** The most bytes of a comment; where a forge counts characters, those are never more. */
  limit: number;
}

const inHtml = (text: string) => `<!-- ${text} -->`;

/** Lists the dialects by forge. */
export const dialects = {
  github: { hidden: inHtml, html: true, alerts: true, limit: 65_536 },
  gitlab: { hidden: inHtml, html: true, alerts: true, limit: 1_000_000 },
  gitea: { hidden: inHtml, html: true, alerts: true, limit: 65_536 },
  // Shows HTML as it is written, comments included; a reference to nothing is shown by no Markdown.
  bitbucket: { hidden: (text: string) => `[//]: # (${text})`, html: false, alerts: false, limit: 32_768 },
  azure: { hidden: inHtml, html: true, alerts: false, limit: 150_000 },
} satisfies Record<string, Dialect>;

/** Returns a report in a forge's Markdown. It is longer by no more than `dialectSurplus`. */
export function inDialect(report: string, { html, alerts }: Dialect): string {
  const adapted = alerts
    ? report
    : report.replaceAll(
        /^> \[!(CAUTION|WARNING|TIP)\]$/gm,
        (_, kind: string) => `> **${kind[0]}${kind.slice(1).toLowerCase()}**\n>`,
      );
  if (html) return adapted;
  return adapted
    .replaceAll(/^<details><summary>(.*)<\/summary>$/gm, "**$1**")
    .replaceAll(/^<\/details>\n/gm, "")
    .replaceAll(/^(?:[|>]|- ).*$/gm, (line) => line.replaceAll("<br>", " "));
}

/** How much longer a report may become in a dialect. */
export const dialectOverhead = 20;
