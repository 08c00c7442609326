import { expect, test } from "vitest";
import { withRecordComparison } from "../../../src/targets/index.ts";

const unit = (...ids: string[]) => ({ accountsUnder: async () => ids.map((id) => ({ id, name: `account ${id}` })) });

test.each([
  ["nobody joined or left", ["1", "2"], ["2", "1"], []],
  ["one has joined", ["1", "2"], ["1"], [{ joined: ["2"], left: [] }]],
  ["one has left", ["1"], ["1", "2"], [{ joined: [], left: ["2"] }]],
  ["one for another", ["1", "3"], ["1", "2"], [{ joined: ["3"], left: ["2"] }]],
])("%s: AWS's answer counts, and the record's difference is told", async (_what, asked, recorded, expected) => {
  const told: unknown[] = [];
  const looking = withRecordComparison(unit(...asked), unit(...recorded), ({ unit: name, joined, left }) =>
    told.push({ name, joined: joined.map(({ id }) => id), left: left.map(({ id }) => id) }),
  );
  expect((await looking.accountsUnder("Workloads", true))?.map(({ id }) => id)).toEqual(asked);
  expect(told).toEqual(expected.map((difference) => ({ name: "Workloads", ...difference })));
});
