import { expect, it } from "vitest";
import { planFrom, readPlan, render } from "../../../src/preview/index.ts";
import { fleet, summary } from "./fixtures.ts";

const regions = ["ap-south-1", "eu-west-1", "us-east-1", "us-west-2"];
const ids = Array.from({ length: 300 }, (_, index) => String(100000000000 + index));
const odd = "audit | <b>@mallory\u202E";
const names = { [ids[0]!]: odd, [ids[7]!]: "workloads", "999999999999": "elsewhere" };
const whole = planFrom({ stack: "prod", ...fleet(300, regions, "delete"), names });

it("a fleet is one row, named by accounts and Regions in every form", () => {
  for (const format of ["text", "markdown", "html"] as const)
    expect(render(whole, format)).toContain("300 accounts × 4 Regions");
  expect(render(planFrom({ stack: "prod", ...fleet(3, ["us-east-1"]) }), "text")).toContain("3 accounts × us-east-1");
});

it("every account is in the matrix, whole, with its name and a mark for each Region", () => {
  const text = render(whole, "markdown");
  expect(text).toContain("| Accounts | `ap-south-1` | `eu-west-1` | `us-east-1` | `us-west-2` |");
  for (const id of ids) expect(text).toContain(`\`${id}\``);
  expect(text).toContain("`100000000007` workloads, ");
  expect(text).toContain("`100000000000` audit \\| &lt;b&gt;@&#8203;mallory\\\\u202e, ");
  expect(text).toContain(" | `-` | `-` | `-` | `-` |");
});

it("what does not fit is cut between rows, and says so", () => {
  const text = render(whole, "markdown", { limit: 4_000 });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_000);
  expect(text).toMatch(/\n\| and \d+ more rows \| \| \| \| \|\n/);
  const told = text.replaceAll(/sha256:\w+/g, "").match(/\d{6,}/g)!;
  expect(told.filter((id) => !ids.includes(id))).toEqual([]);
});

it("the names are for reading alone: the digest is the same without them", () => {
  expect(whole.names).toEqual({ [ids[0]!]: odd, [ids[7]!]: "workloads" });
  expect(planFrom({ stack: "prod", ...fleet(300, regions, "delete") }).digest).toBe(whole.digest);
  expect(readPlan(render(whole, "json"), "plan.json").names).toEqual(whole.names);
});

it("the first line of the alert says whether anything is lost", () => {
  const alert = (operation: string) =>
    /> \[!(\w+)\]\n> \*\*([^.:]*)[.:]/.exec(
      render(planFrom({ stack: "prod", ...fleet(1, regions, operation) }), "markdown"),
    );
  expect(alert("delete")!.slice(1)).toEqual(["WARNING", "Collection stops"]);
  expect(alert("create")!.slice(1)).toEqual(["TIP", "Nothing is lost"]);
  expect(render(planFrom({ stack: "prod", events: [summary()], declarations: [] }), "markdown")).not.toContain("[!");
});
