import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Aws } from "./model/aws.ts";
import { Judge } from "./model/judge.ts";
import { Line } from "./model/line.ts";
import type { Cut, Otherwise } from "./model/line.ts";
import { account, seed } from "./model/seed.ts";
import { Stack } from "./model/stack.ts";
import { first, specOf } from "./model/wanted.ts";
import type { Wanted } from "./model/wanted.ts";

/** `SLUICE_CAMPAIGN=1` goes back from each call of the switch; by default from those that change an export or a table, and some others. */
const whole = process.env["SLUICE_CAMPAIGN"] === "1";

const aws = await Aws.start(seed);
afterAll(() => aws.close());

/** What the providers said of their own accord. */
const said = vi.spyOn(console, "warn").mockImplementation(() => {});

const dayMs = 86_400_000;
const alpha: Wanted = first;
const beta: Wanted = { ...first, domain: "dzd_beta" };

/** The calls of a switch that nothing disturbs, `METHOD path`. */
let calls: string[];
let judge: Judge;
let stack: Stack;

const moments = () =>
  calls.flatMap((_, at) => (["before", "after"] as const).map((when) => ({ at, when, how: "killed" as const })));
const changing = /^(PUT|DELETE) \/(v2\/domains|tables)\//;

describe("the way back of a switch", () => {
  beforeAll(async () => {
    await exported();
    calls = [];
    expect(await up(beta, undefined, (call) => calls.push(call))).toBe("succeeded");
    await stack.close();
  });
  afterEach(() => stack.close());

  it("is taken by `up` with the old domain after a kill at any call", async () => {
    const tried = moments().filter(
      ({ at, when }) =>
        whole || ((when === "after") === changing.test(calls[at]!) && (when === "after" || at % 60 === 25)),
    );
    for (const cut of tried) {
      const tableBefore = await exported();
      // A call that AWS answers with an error has no moment after its effect.
      if ((await up(beta, cut)) !== "killed") continue;
      const where = `${cut.when} ${calls[cut.at]}`;
      expect(await up(alpha), `${where}\n${stack.said}`).toBe("succeeded");
      await assertExporting("dzd_alpha", where);
      expect(await stack.isCreating(), where).toBe(false);
      const table = await judge.table();
      const dropped = expect.stringMatching(/dzd_alpha begins with an empty table.* verified backup.*\/receipt\.json/);
      if (table?.arn !== tableBefore) expect(said.mock.calls.flat(), where).toContainEqual(dropped);
      await stack.close();
    }
  }, 1_800_000);
});

describe("an old state, from before a switch that was finished", () => {
  afterEach(() => stack.close());

  it("is told who has the place when it is read back, and goes back by taking that over first", async () => {
    await exported();
    expect(await up(beta), stack.said).toBe("succeeded");
    await stack.restore(1);
    expect(await up(alpha, undefined, undefined, undefined, true)).toBe("failed");
    expect(stack.said).toMatch(/dzd_beta exports its metadata there[^]*declare it here first, with `adopt: true`/);
    await assertExporting("dzd_beta", "");
    expect(await up({ ...beta, adopt: true }), stack.said).toBe("succeeded");
    expect(await up(alpha), stack.said).toBe("succeeded");
    await assertExporting("dzd_alpha", "");
  });
});

describe("a switch away from a domain that may not be asked", () => {
  afterEach(() => stack.close());
  const configuration = "/v2/domains/dzd_alpha/data-export-configuration";

  it("is made where its configuration may be deleted all the same", async () => {
    await exported();
    const otherwise = {
      refuses: (method: string, path: string) => method === "GET" && path === configuration,
      rewrites: (_: string, body: string) => body,
    };
    expect(await up(beta, undefined, undefined, otherwise), stack.said).toBe("succeeded");
    await assertExporting("dzd_beta", "");
  });

  it("is made where it is being deleted, as soon as its configuration is gone with it", async () => {
    await exported();
    const going = (text: string) => text.replace(/("id":"dzd_alpha"[^}]*"status":)"AVAILABLE"/, '$1"DELETING"');
    const otherwise = {
      refuses: (_: string, path: string) => path === configuration,
      rewrites: (_: string, body: string) => going(body),
    };
    expect(await up(beta, undefined, undefined, otherwise), stack.said).toBe("failed");
    expect(stack.said).toContain("dzd_alpha");
    expect(await judge.lost()).toEqual([]);
    await judge.stop("dzd_alpha");
    expect(await up(beta, undefined, undefined, otherwise), stack.said).toBe("succeeded");
    await assertExporting("dzd_beta", "");
  });
});

/** Opens a stack whose first domain has exported for two days; returns the ARN of its table. */
async function exported(): Promise<string> {
  await aws.reset();
  said.mockClear();
  judge = new Judge(aws.endpoint);
  stack = await Stack.open("one");
  expect(await up(alpha)).toBe("succeeded");
  await judge.noteDays(Math.floor((await aws.advance(2, 2)) / dayMs));
  return (await judge.table())!.arn;
}

async function up(
  wanted: Wanted,
  cut?: Cut,
  onCall: (call: string) => void = () => {},
  otherwise?: Otherwise,
  refresh = false,
) {
  const line = await Line.open(
    aws.endpoint,
    cut,
    async ({ method, path }, done) => {
      if (!done) onCall(`${method} ${path}`);
    },
    otherwise,
  );
  try {
    return await stack.up(specOf(wanted), line, account, { refresh });
  } finally {
    line.close();
  }
}

async function assertExporting(domain: string, where: string): Promise<void> {
  expect(
    (await judge.configurations()).map((each) => each.domain),
    where,
  ).toEqual([domain]);
  expect(await judge.lost(), where).toEqual([]);
}
