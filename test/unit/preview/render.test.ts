import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commentLimit, formats, planFrom, render } from "../../../src/preview/index.ts";
import type { Plan } from "../../../src/preview/index.ts";
import { groupChanges } from "../../../src/preview/change/group.ts";
import { codeBlock, codeSpan, escapeMarkdown } from "../../../src/preview/render/escape.ts";
import { declarations, domainSwitch, fleet, place, step, summary, sync } from "./fixtures.ts";

const switched = planFrom({ stack: "dev", events: domainSwitch, declarations });
const regions = ["us-east-1", "eu-west-1", "ap-south-1"];
const big = planFrom({ stack: "dev", ...fleet(100, regions) });
const quiet = planFrom({ stack: "dev", events: [summary()], declarations });

it("a list that changes is told by what leaves it and what joins it, at its path", () => {
  const inputs = (...sourceRegions: string[]) => ({
    ...sync("111122223333", "us-east-1"),
    syncSource: { sourceType: "SingleAccountMultiRegions", sourceRegions },
  });
  const told = (before: string[], after: string[], format: "text" | "markdown") => {
    const events = step("update", "ResourceDataSync", `${place}/inventory`, inputs(...before), inputs(...after));
    return render(planFrom({ stack: "dev", events: [...events, summary()], declarations }), format);
  };
  expect(told(["us-east-1"], ["eu-west-1", "us-east-1"], "text")).toContain(
    `syncSource.sourceRegions  + "eu-west-1"\n`,
  );
  expect(told(["us-east-1", "us-east-2"], ["eu-west-1", "us-east-1"], "text")).toContain(
    `- "us-east-2"  + "eu-west-1"`,
  );
  const markdown = told(["us-east-1"], ["eu-west-1", "us-east-1"], "markdown");
  expect(markdown).toContain(`\n+ syncSource.sourceRegions: "eu-west-1"\n`);
  expect(markdown).not.toContain("- syncSource");
});

describe("errors with the same cure", () => {
  const failure = (account: string, region: string) => ({
    severity: "error" as const,
    name: `${account}/${region}/inventory`,
    message: `Could not create resource data sync "inventory" in ${account}/${region}: Access Denied\nAllow it to ${account}.`,
  });
  const accounts = ["111122223333", "222233334444", "333344445555"];

  it.each(["text", "markdown"] as const)("tell it once in %s, and for which accounts", (format) => {
    const diagnostics = accounts.flatMap((account) => regions.map((region) => failure(account, region)));
    const text = render({ ...quiet, diagnostics, result: "failed" }, format);
    expect(count(text, "Could not create")).toBe(9);
    expect(count(text, "Allow it to")).toBe(1);
    expect(text).toContain("Allow it to 111122223333.");
    expect(text).toContain("The same for 222233334444, 333344445555, each with its own id.");
  });

  it("are one where they say nothing of the resource itself, with the places", () => {
    const refused = (account: string, region: string, index: number) => ({
      severity: "error" as const,
      name: `${account}/${region}/sync-${index}`,
      message: `Credentials: nobody could assume arn:aws:iam::${account}:role/Sluice (AccessDenied).\nLook in ${account}.`,
    });
    const diagnostics = accounts.flatMap((account) => regions.map((region, index) => refused(account, region, index)));
    const text = render({ ...quiet, diagnostics, result: "failed" }, "text");
    expect(count(text, "could assume")).toBe(1);
    expect(text).toContain("in 111122223333/us-east-1, 111122223333/eu-west-1, 111122223333/ap-south-1, 222233334444/");
    expect(text).toContain("The same for 222233334444, 333344445555, each with its own id.");
  });

  it("leave room for the cure when they are many", () => {
    const many = Array.from({ length: 300 }, (_, index) => failure(String(100_000_000_000 + index), "us-east-1"));
    const text = render({ ...quiet, diagnostics: many, result: "failed" }, "markdown");
    expect(text).toContain("and 288 more like these");
    expect(text).toContain("Allow it to 100000000000.");
  });

  it("stay apart where the cures differ", () => {
    const other = { ...failure("222233334444", "us-east-1"), message: "Could not\nDo something else." };
    const text = render(
      { ...quiet, diagnostics: [failure(accounts[0]!, "us-east-1"), other], result: "failed" },
      "text",
    );
    expect(text).toContain("Allow it to 111122223333.");
    expect(text).toContain("Do something else.");
    expect(text).toContain("222233334444/us-east-1/inventory: Could not");
    expect(text).not.toContain("The same for");
  });
});

it("a finding is prose in Markdown, with its command as code; an excerpt stays as it is laid out", () => {
  const told = (message: string, cure: string) => {
    const finding = { code: "bucket-missing", severity: "error" as const, message, cure, name: place };
    const preflight = { asked: true, calls: 1, tables: [], findings: [finding] };
    return render(planFrom({ stack: "dev", events: [summary()], declarations, preflight }), "markdown");
  };
  expect(told("No <b>acme</b>.", "Run `aws s3 ls <b>`.\nOr `none.")).toContain(
    "- **error** `bucket-missing` No &lt;b&gt;acme&lt;/b&gt;.<br>Run `aws s3 ls <b>`.<br>Or \\`none.\n",
  );
  // Of two backticks in a row nobody knows which one opens what.
  expect(told("``<b>`", "x")).toContain("\\`\\`&lt;b&gt;\\`");
  expect(told("Wrong:", "  12 | bucket\n     | ^^^^^^")).toContain("  ```\n  Wrong:\n    12 | bucket\n");
});

describe("equal changes over many targets", () => {
  it("are told once, with the account put into words", () => {
    const [group, ...others] = groupChanges(big.changes);
    expect(others).toEqual([]);
    expect(group!.members).toHaveLength(300);
    expect(group!.change.consequence).toContain("s3://acme-inventory/ssm/${account.id}/");
  });

  it("are not told together when a value differs otherwise", () => {
    const odd = structuredClone(big.changes);
    odd[7]!.properties.find(({ path }) => path === "s3Destination.bucketName")!.after = "another-bucket";
    expect(
      groupChanges(odd)
        .map(({ members }) => members.length)
        .toSorted(),
    ).toEqual([1, 299]);
  });

  it("lose no change and invent none", () => {
    const place = fc.record({
      account: fc.constantFrom("111122223333", "222233334444"),
      region: fc.constantFrom(...regions),
      value: fc.constantFrom("a", "111122223333", "us-east-1"),
    });
    fc.assert(
      fc.property(fc.array(place), (places) => {
        const changes = places.map(({ account, region, value }, index) => ({
          ...switched.changes[0]!,
          account,
          region,
          name: `${account}/${region}/${index % 2}`,
          properties: [{ path: "p", after: value, replaces: false }],
        }));
        const grouped = groupChanges(changes).flatMap(({ members }) => members);
        expect(new Set(grouped)).toEqual(new Set(changes));
        expect(grouped).toHaveLength(changes.length);
      }),
    );
  });
});

describe("markdown", () => {
  it("puts what is destroyed on top and links the line of the spec", () => {
    const text = render(switched, "markdown", {
      lineUrl: (file, line) => `https://github.com/acme/data/blob/abc/${file}#L${line}`,
    });
    expect(text.indexOf("[!WARNING]")).toBeGreaterThan(0);
    expect(text.indexOf("[!WARNING]")).toBeLessThan(text.indexOf("| Change |"));
    expect(text).toContain("(https://github.com/acme/data/blob/abc/sluice.yaml#L31)");
    expect(text).toContain(switched.digest);
  });

  it("links what is gone to the line that it had, in the commit before", () => {
    const [first, ...rest] = switched.changes;
    const formerSource = { file: "teams/data.yaml", line: 12, commit: "0ab1" };
    const gone = {
      ...switched,
      changes: [{ ...first!, operation: "delete" as const, source: undefined, formerSource }, ...rest],
    };
    const lineUrl = (file: string, line: number, commit = "head") => `https://forge.example/${commit}/${file}#L${line}`;
    const url = "https://forge.example/0ab1/teams/data.yaml#L12";
    expect(render(gone, "markdown", { lineUrl })).toContain(`| gone from [teams/data.yaml:12](${url}) |`);
    expect(render(gone, "html", { lineUrl })).toContain(
      `no longer in the spec, was <a href="${url}">teams/data.yaml:12</a>`,
    );
    expect(render(gone, "text")).toContain("no longer in the spec, was teams/data.yaml:12");
    expect(render(gone, "markdown")).toContain("| gone from teams/data.yaml:12 |");
  });

  it("says so when nothing changes", () => {
    expect(render(quiet, "markdown")).toContain("no changes");
  });

  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 3000 }),
    fc.constantFrom("```", "</details>", "|", "@acme/team", "<!--", "-->", "\u202Etxt", "a\nb"),
  );
  const anyPlan = fc
    .record({
      count: fc.integer({ min: 0, max: 400 }),
      value: hostile,
      message: hostile,
      errors: fc.integer({ min: 0, max: 60 }),
      operation: fc.constantFrom("delete" as const, "update" as const, "replace" as const),
    })
    .map(({ count, value, message, errors, operation }): Plan => {
      const changes = Array.from({ length: count }, (_, index) => ({
        ...switched.changes[0]!,
        operation,
        name: `${index}/${value}`,
        properties: [{ path: "p", before: `${value}${index}`, after: { deep: value }, replaces: true }],
      }));
      const diagnostics = Array.from({ length: errors }, () => ({ severity: "error" as const, message }));
      const steps = changes.flatMap(({ type, name }) =>
        ["delete-replaced", "replace", "create-replacement"].map((operation) => ({ operation, type, name })),
      );
      return { ...switched, stack: value, changes, steps, diagnostics, result: "failed" };
    });

  it("stays whole and within the limit, whatever the plan", () => {
    fc.assert(
      fc.property(anyPlan, fc.constantFrom(commentLimit, 20_000, 3_000), (plan, limit) => {
        const text = render(plan, "markdown", { limit });
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(text.endsWith("\n")).toBe(true);
        expect(text).toContain(plan.digest);
        const outside = outsideOfFences(text).replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, "");
        expect(count(outside, "<details>")).toBe(count(outside, "</details>"));
        expect(outside).not.toContain("<!--");
      }),
      { numRuns: 60 },
    );
  });

  it("says how much it left out", () => {
    const many = {
      ...switched,
      changes: Array.from({ length: 2000 }, (_, index) => ({
        ...switched.changes[0]!,
        name: `x/${index}`,
        source: { file: "sluice.yaml", line: index },
      })),
    };
    const text = render(many, "markdown");
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(commentLimit);
    expect(text).toMatch(/and \d+ more/);
  });
});

describe("text from outside", () => {
  it.each([
    "@acme/team",
    "see #12",
    "<img src=x>",
    "[a](http://x.y)",
    "a|b",
    "**b**",
    "\u202Eevil",
    "www.evil.example",
  ])("%s is shown and does nothing", (text) => {
    const escaped = escapeMarkdown(text);
    expect(escaped).not.toMatch(/@(?!&#8203;)|(?<!&)#(?!&#8203;)|<(?!br>)|(^|[^\\])[[|*]|:\/\/|\u202E|www\./);
  });

  it("cannot end a code span or block", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", "a", "\n", "~") }), (text) => {
        const span = codeSpan(text);
        const fence = /^`+/.exec(span)![0];
        expect(span.slice(fence.length, -fence.length).match(/`+/g) ?? []).not.toContain(fence);
        expect(outsideOfFences(codeBlock("", text))).toBe("");
      }),
    );
  });
});

describe("every form", () => {
  it("of every plan is written without a secret or an undefined", () => {
    for (const plan of [switched, big, quiet]) {
      for (const format of formats) expect(render(plan, format)).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  it("JSON is the plan itself", () => {
    expect(JSON.parse(render(switched, "json"))).toEqual(JSON.parse(JSON.stringify(switched)));
  });

  it("text has colours only when asked", () => {
    expect(render(switched, "text")).not.toContain("\u001B[");
    expect(render(switched, "text", { color: true })).toContain("\u001B[");
  });
});

/** The text without its fenced blocks, read as a Markdown renderer does. */
function outsideOfFences(text: string): string {
  const outside: string[] = [];
  let fence = "";
  for (const line of text.split("\n")) {
    const marks = /^`{3,}/.exec(line)?.[0] ?? "";
    if (!fence && marks) fence = marks;
    else if (!fence) outside.push(line);
    else if (/^`{3,}$/.test(line) && line.length >= fence.length) fence = "";
  }
  expect(fence).toBe("");
  return outside.join("\n");
}

const count = (text: string, part: string) => text.split(part).length - 1;

it("a fleet's tables come before its syncs, and only the order of tables and exports is told", () => {
  const syncs = fleet(2, ["us-east-1"], "delete");
  const here = sync("111122223333", "us-east-1");
  const replaced = step("create-replacement", "ResourceDataSync", `${place}/a`, here, { ...here, syncName: "a" });
  const events = [...syncs.events.slice(0, -1), ...replaced, ...domainSwitch];
  const text = render(planFrom({ stack: "dev", events, declarations }), "text");
  const heads = text.split("\n").filter((line) => /^[-±] /.test(line));
  expect(heads.map((line) => line.split("  ")[0])).toEqual([
    "- delete data sync",
    "± replace asset table",
    "± replace data export",
    "± replace data sync",
  ]);
  expect(text.split("replaced in this order")[1]).not.toContain("data sync");
});
