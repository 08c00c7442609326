import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import {
  awsLookups,
  callerInEnvironment,
  LookupError,
  readOrganization,
  recordedOrganization,
  walkOrganization,
} from "../../../src/targets/index.ts";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const management = "111122223333";
const member = "222233334444";
const workloads = "ou-ab12-workloads1";
const teams = "ou-ab12-teams00001";
const many = Array.from({ length: 45 }, (_, index) => String(600000000000 + index));

let world: EmulatorWorld;
beforeAll(async () => {
  world = await emulatorWorld({
    organization: {
      id: "o-acme123456",
      management,
      units: {
        [workloads]: { name: "Workloads", accounts: [member], units: { [teams]: { name: "Teams", accounts: many } } },
      },
    },
    accounts: Object.fromEntries([
      [management, { name: "audit" }],
      [member, { name: "dev" }],
      ...many.map((id) => [id, {}]),
    ]),
  });
});
afterAll(() => world.close());

beforeEach(() => as(management));
afterEach(() => vi.unstubAllEnvs());

function as(account: string, region = "eu-west-1"): void {
  vi.stubEnv("AWS_ENDPOINT_URL", world.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", account);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_REGION", region);
}

const idsUnder = async (unit: string) =>
  (await awsLookups().organization.accountsUnder(unit, true))?.map(({ id }) => id).toSorted();

it("a unit has its accounts and those of the units below, over all pages", async () => {
  expect(await idsUnder(teams)).toEqual(many);
  expect(await idsUnder(workloads)).toEqual([member, ...many]);
});

it("accounts carry the names that they have in the organization", async () => {
  expect(await awsLookups().organization.accountsUnder(workloads, true)).toContainEqual({ id: member, name: "dev" });
});

it("a unit that does not exist is absent, and not an error", async () => {
  expect(await awsLookups().organization.accountsUnder("ou-ab12-nowhere000", true)).toBeUndefined();
});

it("an account that may not look is an error that says who may, and never an empty unit", async () => {
  as(member);
  const look = awsLookups().organization.accountsUnder(workloads, true);
  await expect(look).rejects.toThrow(LookupError);
  await expect(look).rejects.toThrow(/organizations:ListAccountsForParent.*management account/s);
});

it("what is written down of the organization answers as AWS does: by id, by path, by name, with nested units and without", async () => {
  const recorded = recordedOrganization(readOrganization(JSON.stringify(await walkOrganization("us-east-1"))));
  const { organization } = awsLookups();
  for (const unit of [workloads, teams, "Workloads", "Workloads/Teams", "Teams", "Nowhere", "ou-ab12-nowhere000"]) {
    for (const nested of [true, false]) {
      const [live, written] = [
        await organization.accountsUnder(unit, nested),
        await recorded.accountsUnder(unit, nested),
      ];
      const ids = (accounts: typeof live) => accounts?.map(({ id }) => id).toSorted();
      expect(ids(written), `${unit} ${nested}`).toEqual(ids(live));
    }
  }
  expect((await organization.accountsUnder("Workloads", false))?.map(({ id }) => id)).toEqual([member]);
});

it("a record that is none says what is wrong with it", () => {
  expect(() => readOrganization('{ "version": 2 }')).toThrow(/version/);
});

it("a throttled look is tried again", async () => {
  await world.fault({
    service: "organizations",
    operation: "ListAccountsForParent",
    when: "before",
    error: "TooManyRequestsException",
  });
  expect(await idsUnder(teams)).toEqual(many);
});

it("the caller is whose credentials are at hand, in the environment's Region", async () => {
  expect(await awsLookups().caller()).toEqual({ account: management, region: "eu-west-1" });
});

it("nothing is called before something is asked", async () => {
  await world.forgetCalls();
  awsLookups();
  expect(await world.calls()).toEqual([]);
});

it("the environment tells the caller by AWS_ACCOUNT_ID alone", async () => {
  expect(callerInEnvironment({ AWS_REGION: "us-east-1" })).toBeUndefined();
  expect(await callerInEnvironment({ AWS_ACCOUNT_ID: member, AWS_DEFAULT_REGION: "us-east-1" })?.()).toEqual({
    account: member,
    region: "us-east-1",
  });
});
