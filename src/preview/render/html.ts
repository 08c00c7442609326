import { groupChanges } from "../change/group.ts";
import type { ChangeGroup } from "../change/group.ts";
import type { Change, FormerSource } from "../change/change.ts";
import type { Plan } from "../plan/plan.ts";
import { alertOf } from "./alerts.ts";
import { groupDiagnostics, withPlace } from "./diagnostic-groups.ts";
import { escapeHtml, proseHtml } from "./escape.ts";
import { findingGroups } from "./finding-lines.ts";
import type { MarkdownOptions } from "./markdown.ts";
import { matrixOf } from "./matrix.ts";
import { htmlPage } from "./page.ts";
import { estimateText, tableContentText, waveText } from "./quantities.ts";
import {
  headline,
  kindName,
  operationWord,
  planState,
  propertiesToShow,
  sidesOf,
  signs,
  stepsOf,
  targetText,
} from "./words.ts";

/** Returns the plan as one page of HTML, in which every target can be searched for. */
export function renderHtml(plan: Plan, { lineUrl }: Pick<MarkdownOptions, "lineUrl"> = {}): string {
  const name = `${plan.project}/${plan.stack}`;
  const source = placeIn(lineUrl);
  const [drift = [], asked = []] = [true, false].map((is) =>
    groupChanges(plan.changes.filter((change) => change.drift === is)),
  );
  const parts = [
    `<h1>${escapeHtml(name)}: <span class="${plan.result}">${planState(plan)}</span> <small>${escapeHtml(headline(plan))}</small></h1>`,
    alert(plan, [...asked, ...drift]),
    "<!-- search -->",
    ...findingGroups(plan.preflight.findings).map(({ severity, code, rest, ...head }) =>
      box(severity, [`${code}  ${withPlace(head)}`, ...rest]),
    ),
    ...groupDiagnostics(plan.diagnostics).map(({ severity, heads, rest }) =>
      box(severity, [...heads.map(withPlace), ...rest]),
    ),
    ...asked.map((group) => section(group, plan.names, source)),
    ...(drift.length > 0 ? ["<h2>Drift, undone by this plan</h2>"] : []),
    ...drift.map((group) => section(group, plan.names, source)),
    list(
      "What the tables hold",
      "ul",
      plan.preflight.tables.map((table) => `${table.name}  ${tableContentText(table)}`),
    ),
    list(
      "Replaced in this order",
      "ol",
      stepsOf(plan).map((step) => `${step.verb}: ${step.kind} ${step.name}`),
    ),
    list("Deployed in these waves", "ol", (plan.waves ?? []).map(waveText)),
    matrix(plan),
    `<footer>${plan.changes.length > 0 ? `It takes ${escapeHtml(estimateText(plan.estimate))}. ` : ""}Plan <code>${escapeHtml(plan.digest)}</code></footer>`,
  ];
  const body = parts.filter(Boolean).join("\n");
  return htmlPage({
    title: `${name}: ${headline(plan)}`,
    searched: "account, Region, sync, bucket, domain",
    body,
    css,
  });
}

const box = (severity: string, lines: string[]): string =>
  `<p class="box ${severity}"><b>${severity}</b> ${proseHtml(lines.join("\n"))}</p>`;

const alertClasses = { CAUTION: "error", WARNING: "warning", TIP: "tip" };

function alert(plan: Plan, groups: readonly ChangeGroup[]): string {
  const content = alertOf(plan, groups);
  if (!content) return "";
  const lines = content.lines.map(({ strong = "", text = "" }) => `<b>${escapeHtml(strong)}</b> ${proseHtml(text)}`);
  return `<p class="box ${alertClasses[content.kind]}">${lines.join("<br>")}</p>`;
}

function list(heading: string, kind: "ul" | "ol", items: readonly string[]): string {
  if (items.length === 0) return "";
  return `<h2>${heading}</h2>\n<${kind}>${items.map((item) => `<li>${escapeHtml(item)}`).join("")}</${kind}>`;
}

function matrix(plan: Plan): string {
  const found = matrixOf(plan);
  if (!found) return "";
  const heads = found.regions.map((region) => `<th>${escapeHtml(region)}`).join("");
  const rows = found.accounts.map(({ id, name = "", worst }) => {
    const marks = worst.map((one) => (one ? `<td class="${one}">${signs[one]}` : "<td>"));
    return `<tr><td><code>${escapeHtml(id)}</code> ${escapeHtml(name)}${marks.join("")}`;
  });
  return `<details><summary>${found.title}</summary><table><thead><tr><th>Account${heads}<tbody>${rows.join("\n")}</table></details>`;
}

/** Returns what writes a place in the spec, as a link where there is an address for it. */
function placeIn(lineUrl: MarkdownOptions["lineUrl"]): (change: Change) => string {
  const link = ({ file, line, commit }: FormerSource) => {
    const text = escapeHtml(`${file}:${line}`);
    const url = lineUrl?.(file, line, commit);
    return url ? `<a href="${escapeHtml(url)}">${text}</a>` : text;
  };
  return ({ source, formerSource }) => {
    if (source) return link(source);
    return formerSource ? `no longer in the spec, was ${link(formerSource)}` : "no longer in the spec";
  };
}

function section(group: ChangeGroup, names: Plan["names"] = {}, source: (change: Change) => string): string {
  const { change, members } = group;
  const rows = propertiesToShow(change).map((property) => {
    const [from, to] = sidesOf(property, "");
    return `<tr${property.replaces ? ' class="replaces"' : ""}><td>${escapeHtml(property.path)}<td>${cell(from)}<td>${cell(to)}`;
  });
  const targets = members.map(({ name, account }) => {
    const called = account !== undefined && Object.hasOwn(names, account) ? ` ${escapeHtml(names[account]!)}` : "";
    return `<li><code>${escapeHtml(name)}</code>${called}`;
  });
  const what = `${operationWord(change)} ${kindName(change.type)}`;
  return `<section class="${change.severity}">
<h2><b class="${change.operation}">${signs[change.operation]} ${escapeHtml(what)}</b> <code>${escapeHtml(targetText(group))}</code> <small>${source(change)}</small></h2>
<p>${proseHtml(change.consequence)}</p>
${rows.length > 0 ? `<details><summary>Properties</summary><table><thead><tr><th>Property<th>Before<th>After<tbody>${rows.join("")}</table></details>` : ""}
${members.length > 1 ? `<details><summary>${members.length} targets</summary><ul>${targets.join("\n")}</ul></details>` : ""}
</section>`;
}

const cell = (text: string): string => (text === "" ? "" : `<code>${escapeHtml(text)}</code>`);

const css = `
section { border-left: 4px solid #8888; padding: 0 1rem; margin: 1.2rem 0 } section h2, section p { margin: .2rem 0 }
section.destroys { border-color: #c62828 } section.stops { border-color: #b26a00 } section.starts { border-color: #2e7d32 }
.delete, .failed, .blocked { color: #c62828 } .replace { color: #8e24aa } .update { color: #b26a00 } .create, .ok { color: #2e7d32 } .skip { opacity: .7 }
.box { border: 1px solid #8888; border-left-width: 4px; padding: .5rem .8rem; white-space: pre-line; overflow-wrap: anywhere }
.box.error { border-color: #c62828 } .box.warning { border-color: #b26a00 } .box.tip { border-color: #2e7d32 }
.replaces td:first-child::after { content: " forces the replacement"; color: #8e24aa }
`;
