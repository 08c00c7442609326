import { expect, it } from "vitest";
import type { Discovery } from "../../src/operate/discovery.ts";
import { audit } from "../support/acme.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";

it("tells each account that lets nobody in, once and by its number, and 3 is the exit code where none does", async () => {
  const region = ["--region", "us-east-1", "--region", "eu-west-1"];
  const accounts = Array.from({ length: 7 }, (_, index) => String(700000000001 + index));
  const shut = accounts.slice(0, 5);
  const roles = (account: string) => (shut.includes(account) ? { roles: { Other: {} } } : {});
  const world = await testWorld({
    account: audit,
    seed: {
      organization: {
        id: "o-acme123456",
        management: audit,
        units: { "ou-ab12-cdefgh34": { name: "All", accounts: [audit, ...accounts] } },
      },
      accounts: {
        [audit]: { roles: { Sluice: {} } },
        ...Object.fromEntries(accounts.map((account) => [account, roles(account)])),
      },
      buckets: {},
    },
  });
  const look = (role: string, ...more: string[]) =>
    typed(world, [
      "discover",
      "--organization",
      ...region,
      "--role",
      `arn:aws:iam::\${account.id}:role/${role}`,
      ...more,
    ]);
  const told = await look("Sluice", "-o", "json");
  expect(told.code).toBe(1);
  const { places } = JSON.parse(told.out) as Discovery;
  const refused = places.flatMap((place) => place.refused);
  expect(refused.map(({ account, what }) => `${account} ${what}`)).toEqual(
    shut.flatMap((account) => [`${account} account`, `${account} account`]),
  );
  const { out } = await look("Sluice");
  const last = out.slice(out.indexOf("Not looked at"));
  expect(last.match(/could not assume/g)).toHaveLength(1);
  for (const account of shut) expect(last).toContain(account);
  await world.writeSpec({
    version: 1,
    role: "arn:aws:iam::${account.id}:role/Sluice",
    accounts: { shut: shut[0] },
    syncs: {
      inventory: {
        targets: { accounts: ["shut"], regions: ["us-east-1"] },
        destination: { bucket: "acme-inventory", region: "us-east-1" },
      },
    },
  });
  expect((await typed(world, ["discover"])).code).toBe(3);
  await world.close();
});
