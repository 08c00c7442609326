import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planFrom, render } from "../../../src/preview/index.ts";
import { browser, openPage } from "../../support/browser.ts";
import type { OpenPage } from "../../support/browser.ts";
import { declarations, domainSwitch, fleet } from "./fixtures.ts";

const attack = "<img src=x onerror=alert(1)><script>alert(2)</script><!-- search -->";
const many = fleet(300, ["eu-west-1", "us-east-1"]);
const plan = planFrom({
  project: "acme",
  stack: "prod",
  events: [...domainSwitch.slice(0, -1), ...many.events],
  declarations: [...declarations, ...many.declarations],
  names: { "100000000076": "team-77", "100000000077": attack },
});
const html = render(plan, "html", { lineUrl: (file, line) => `https://forge.example/${file}#L${line}` });

it("is one file that fetches nothing and runs no script but its own", () => {
  const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(html)!;
  const [script, ...others] = html.match(/(?<=<script>)[^]*?(?=<\/script>)/g)!;
  const hash = createHash("sha256").update(script!).digest("base64");
  expect(policy).toBe(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`);
  expect(others).toEqual([]);
  expect(html).not.toMatch(/<(img|link|iframe|form)\b|@import|url\(|<[a-z][^>]* on\w+=/i);
  expect(html.match(/type="search"/g)).toHaveLength(1);
  expect(html).toContain('<a href="https://forge.example/sluice.yaml#L31">sluice.yaml:31</a>');
});

it("has every target and every account, with its name", () => {
  for (const { name } of plan.changes) expect(html).toContain(`<code>${name}</code>`);
  expect(html).toContain("<td><code>100000000076</code> team-77<td");
});

describe.skipIf(!browser)("in a browser (SLUICE_BROWSER, or one on the PATH)", () => {
  let page: OpenPage;
  beforeAll(async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), "sluice-page-")), "plan.html");
    writeFileSync(file, html);
    page = await openPage(file);
  });
  afterAll(() => page?.close());

  const shown = (selector: string) =>
    page.evaluate(
      `[...document.querySelectorAll("${selector}")].filter((one) => one.checkVisibility()).map((one) => one.innerText)`,
    );
  const search = async (words: string) => {
    await page.evaluate(`document.querySelector("input").select(), document.querySelector("input").focus()`);
    await page.type(words);
  };

  it("shows what is decided on at once, and folds the rest", async () => {
    expect(await shown("section h2")).toHaveLength(3);
    expect(await shown("section li")).toEqual([]);
    expect(page.complaints).toEqual([]);
  });

  it("finds a target by account, name or Region, and opens what holds it", async () => {
    await search("team-77 us-east");
    expect(await shown("section li")).toEqual(["100000000076/us-east-1/inventory team-77"]);
    expect(await shown("output")).toEqual([expect.stringMatching(/^1 of \d+ rows$/)]);
    await search("dzd_beta");
    expect(await shown("section h2 code")).toEqual(["111122223333/us-east-1", "111122223333/us-east-1"]);
    await search("nowhere");
    expect(await shown("section")).toEqual([]);
  });

  it("runs nothing that a name says", async () => {
    await search(attack.slice(0, 12));
    expect(await shown("section li")).toHaveLength(2);
    expect(page.complaints).toEqual([]);
  });
});
