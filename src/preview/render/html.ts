import { groupChanges } from "../change/group.ts";
import type { ChangeGroup } from "../change/group.ts";
import type { Plan } from "../plan/plan.ts";
import { groupDiagnostics, withPlace } from "./diagnostic-groups.ts";
import { escapeHtml } from "./escape.ts";
import { findingGroups } from "./finding-lines.ts";
import { waveText } from "./quantities.ts";
import { headline, kindName, sidesOf, signs, stepsOf, propertiesToShow, targetText } from "./words.ts";

/** Returns the plan as one page of HTML that needs nothing else: no script, no font, no picture. */
export function renderHtml(plan: Plan): string {
  const title = `Sluice ${plan.stack}: ${headline(plan)}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${css}</style>
<h1>${escapeHtml(plan.stack)} <small class="${plan.result}">${escapeHtml(headline(plan))}</small></h1>
${plan.guards
  .filter(({ status }) => status !== "pass")
  .map(({ name, status, message }) => `<p class="${status}"><b>${escapeHtml(name)}</b> ${escapeHtml(message)}</p>`)
  .join("\n")}
${findingGroups(plan.preflight.findings)
  .map(({ severity, code, rest, ...head }) => box(severity, [`${code}  ${withPlace(head)}`, ...rest]))
  .join("\n")}
${groupDiagnostics(plan.diagnostics)
  .map(({ severity, heads, rest }) => box(severity, [...heads.map(withPlace), ...rest]))
  .join("\n")}
${groupChanges(plan.changes.filter(({ drift }) => !drift))
  .map(section)
  .join("\n")}
${driftOf(plan)}
${order(plan)}
${wavesOf(plan)}
<footer>${escapeHtml(plan.digest)}</footer>
</html>
`;
}

const box = (severity: string, lines: string[]): string =>
  `<pre class="${severity}">${escapeHtml(lines.join("\n"))}</pre>`;

function wavesOf({ waves = [] }: Plan): string {
  if (waves.length === 0) return "";
  const items = waves.map((wave) => `<li>${escapeHtml(waveText(wave))}</li>`);
  return `<h2>Deployed in these waves</h2>\n<ol>${items.join("")}</ol>`;
}

function driftOf({ changes }: Plan): string {
  const groups = groupChanges(changes.filter(({ drift }) => drift));
  return groups.length > 0 ? `<h2>Drift, undone by this plan</h2>\n${groups.map(section).join("\n")}` : "";
}

function section(group: ChangeGroup): string {
  const { change, members } = group;
  const place = change.source ? `${change.source.file}:${change.source.line}` : "no longer in the spec";
  const rows = propertiesToShow(change).map((property) => {
    const [from, to] = sidesOf(property, "");
    return `<tr${property.replaces ? ' class="replaces"' : ""}><td>${escapeHtml(property.path)}<td>${cell(from)}<td>${cell(to)}`;
  });
  const names = members.map(({ name }) => `<li>${escapeHtml(name)}`).join("");
  return `<section class="${change.operation}">
<h2>${signs[change.operation]} ${change.operation} ${escapeHtml(kindName(change.type))} <code>${escapeHtml(targetText(group))}</code> <small>${escapeHtml(place)}</small></h2>
<p>${escapeHtml(change.consequence)}</p>
<details><summary>Properties</summary><table><tr><th>Property<th>Before<th>After${rows.join("")}</table></details>
${members.length > 1 ? `<details><summary>Targets</summary><ul>${names}</ul></details>` : ""}
</section>`;
}

const cell = (text: string): string => (text === "" ? "" : `<code>${escapeHtml(text)}</code>`);

function order(plan: Plan): string {
  const steps = stepsOf(plan).map(({ verb, kind, name }) => `<li>${escapeHtml(`${verb}: ${kind} ${name}`)}`);
  return steps.length > 0 ? `<h2>Replaced in this order</h2><ol>${steps.join("")}</ol>` : "";
}

const css = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
section { border-left: 4px solid; padding: 0 1rem; margin: 1rem 0 }
section p, section summary, section table, section code, section h2 { color: CanvasText }
h2 { font-size: 1rem; margin: 0 } small, footer { opacity: .7; font-weight: normal }
.delete { color: #c62828 } .replace { color: #8e24aa } .update { color: #b26a00 } .create { color: #2e7d32 } .skip { opacity: .7 }
.allowed, .warning { border: 1px solid #b26a00; padding: .5rem; white-space: pre-wrap }
.blocked, .error { border: 1px solid #c62828; padding: .5rem; white-space: pre-wrap }
table { border-collapse: collapse } td, th { text-align: left; padding: .1rem .8rem .1rem 0; vertical-align: top }
.replaces td:first-child::after { content: " forces the replacement"; color: #8e24aa }
`;
