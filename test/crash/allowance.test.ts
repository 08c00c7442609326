import { afterAll, afterEach, expect, it, vi } from "vitest";
import { Aws } from "./model/aws.ts";
import { Judge } from "./model/judge.ts";
import { Line } from "./model/line.ts";
import { account, seed } from "./model/seed.ts";
import { Stack } from "./model/stack.ts";
import { first, specOf } from "./model/wanted.ts";
import type { Wanted } from "./model/wanted.ts";

const aws = await Aws.start(seed);
afterAll(() => aws.close());
vi.spyOn(console, "warn").mockImplementation(() => {});

let stack: Stack;
afterEach(() => stack.close());

const bare: Wanted = { ...first, backup: "none" };

it("an allowance of a loss counts once: the next loss of the same domain's rows needs another word", async () => {
  await aws.reset();
  const judge = new Judge(aws.endpoint);
  stack = await Stack.open("one");
  expect(await up(bare), stack.said).toBe("succeeded");
  await aws.advance(2, 2);
  expect(await up({ ...bare, domain: "dzd_beta", allow: ["dzd_alpha"] }), stack.said).toBe("succeeded");
  await aws.advance(1, 2);
  const both = { ...bare, allow: ["dzd_alpha", "dzd_beta"] };
  expect(await up(both), stack.said).toBe("succeeded");
  await aws.advance(2, 2);

  const table = await judge.table();
  expect(await up({ ...both, domain: "dzd_gamma" })).toBe("failed");
  expect(stack.said).toMatch(
    /reason: a sandbox.* was used for an earlier loss, or written before this table was made, and counts once: remove it, and write one/,
  );
  expect((await judge.configurations()).map(({ domain }) => domain)).toEqual(["dzd_alpha"]);
  expect(await judge.table()).toEqual(table);
  // An expiration is a loss as well.
  expect(await up({ ...both, expirationDays: 1 })).toBe("failed");
  expect(stack.said).toContain("counts once");

  expect(await up({ ...both, domain: "dzd_gamma", reason: "another sandbox" }), stack.said).toBe("succeeded");
  expect((await judge.configurations()).map(({ domain }) => domain)).toEqual(["dzd_gamma"]);
});

async function up(wanted: Wanted) {
  const line = await Line.open(aws.endpoint, undefined, async () => {});
  try {
    return await stack.up(specOf(wanted), line, account);
  } finally {
    line.close();
  }
}
