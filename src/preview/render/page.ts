import { createHash } from "node:crypto";
import { escapeHtml } from "./escape.ts";

/** Returns a page of HTML with a search over its rows. It is one file that needs nothing else, and runs no script but its own. */
export function htmlPage({ title, searched, body, css }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${commonCss}${css}</style>
${body.replace("<!-- search -->", () => `<p class="search"><input type="search" placeholder="Search: ${escapeHtml(searched)}" aria-label="Search"> <output></output></p>`)}
<script>${script}</script>
</html>
`;
}

/** What a page is made of. */
interface PageParts {
  title: string;
  /** What people will look for. */
  searched: string;
  /** HTML, in which `<!-- search -->` is where the search goes. */
  body: string;
  css: string;
}

/** A row fits if each word is in it or in the heading above it, a section also if one of its rows does; a fold opens for a row that fits. */
const script = `
const rows = [...document.querySelectorAll("tbody tr, li")];
const sections = [...document.querySelectorAll("section")];
const headings = new Map(sections.map((section) => [section, section.querySelector("h2").textContent]));
const texts = new Map([
  ...rows.map((row) => [row, row.textContent + " " + (headings.get(row.closest("section")) ?? "")]),
  ...sections.map((section) => [section, headings.get(section) + " " + section.querySelector("p").textContent]),
].map(([row, text]) => [row, text.toLowerCase()]));
const folds = [...document.querySelectorAll("details")];
document.querySelector("input").addEventListener("input", ({ target }) => {
  const words = target.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const fits = (row) => words.every((word) => texts.get(row).includes(word));
  for (const row of rows) row.hidden = !fits(row);
  const holdsOne = (part) => part.querySelector("tbody tr:not([hidden]), li:not([hidden])") !== null;
  for (const section of sections) section.hidden = !fits(section) && !holdsOne(section);
  for (const fold of folds) fold.open = words.length > 0 && holdsOne(fold);
  document.querySelector("output").textContent = words.length > 0
    ? rows.filter((row) => !row.hidden).length + " of " + rows.length + " rows" : "";
});
`;

const scriptHash = createHash("sha256").update(script).digest("base64");

const commonCss = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 75rem; margin: 2rem auto; padding: 0 1rem } h1 { font-size: 1.4rem } h2 { font-size: 1rem }
small, footer, output { opacity: .7; font-weight: normal }
table { border-collapse: collapse } th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; overflow-wrap: break-word }
code { font-size: .9em } summary { cursor: pointer }
input { width: min(100%, 30rem); padding: .4rem; font: inherit; box-sizing: border-box }
[hidden] { display: none !important }
`;
