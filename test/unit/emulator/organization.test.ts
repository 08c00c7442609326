import {
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListChildrenCommand,
  ListDelegatedAdministratorsCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  OrganizationsClient,
  paginateListAccountsForParent,
} from "@aws-sdk/client-organizations";
import { afterAll, beforeAll, expect, it } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const management = "111122223333";
const delegate = "111122224444";
const fleet = Array.from({ length: 45 }, (_, index) => String(200_000_000_000 + index));
const workloads = "ou-ab12-cdefgh34";
const production = "ou-ab12-prod0000";

let world: EmulatorWorld;
let organizations: OrganizationsClient;

beforeAll(async () => {
  world = await emulatorWorld({
    organization: {
      id: "o-acme123456",
      management,
      delegatedAdministrator: delegate,
      trustedServices: ["ssm.amazonaws.com", "datazone.amazonaws.com"],
      units: {
        [workloads]: {
          name: "Workloads",
          accounts: fleet,
          units: { [production]: { name: "Production", accounts: ["300000000000"] } },
        },
      },
    },
    accounts: { [management]: { name: "audit" }, [delegate]: {}, "999900001111": { standalone: true } },
  });
  organizations = clientOf(management);
});

afterAll(() => world.close());

const clientOf = (account: string) => new OrganizationsClient({ ...world.clientOf(account), maxAttempts: 1 });

it("tells who it is to every member, and strangers that they are in none", async () => {
  const describe = new DescribeOrganizationCommand({});
  const { Organization } = await clientOf(fleet[0]!).send(describe);
  expect(Organization).toMatchObject({ Id: "o-acme123456", MasterAccountId: management, FeatureSet: "ALL" });
  await expect(clientOf("999900001111").send(describe)).rejects.toMatchObject({
    name: "AWSOrganizationsNotInUseException",
  });
});

it("lets only the management account and the delegate look around", async () => {
  await clientOf(delegate).send(new ListRootsCommand({}));
  await expect(clientOf(fleet[0]!).send(new ListRootsCommand({}))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
});

it("hands out a unit's accounts twenty at a time, without those of the units under it", async () => {
  const pages: string[][] = [];
  for await (const { Accounts } of paginateListAccountsForParent({ client: organizations }, { ParentId: workloads })) {
    pages.push(Accounts!.map(({ Id }) => Id!));
  }
  expect(pages.map((page) => page.length)).toEqual([20, 20, 5]);
  expect(pages.flat()).toEqual(fleet);
});

it("is a tree from its root to its accounts", async () => {
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  const root = Roots![0]!.Id!;
  const units = (ParentId: string) => organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId }));
  expect((await units(root)).OrganizationalUnits).toMatchObject([{ Id: workloads, Name: "Workloads" }]);
  expect((await units(workloads)).OrganizationalUnits).toMatchObject([{ Id: production }]);
  const { Accounts } = await organizations.send(new ListAccountsForParentCommand({ ParentId: root }));
  expect(Accounts!.map(({ Id }) => Id)).toEqual([management, delegate]);
  const { Children } = await organizations.send(
    new ListChildrenCommand({ ParentId: production, ChildType: "ACCOUNT" }),
  );
  expect(Children).toEqual([{ Id: "300000000000", Type: "ACCOUNT" }]);
  const { Parents } = await organizations.send(new ListParentsCommand({ ChildId: production }));
  expect(Parents).toEqual([{ Id: workloads, Type: "ORGANIZATIONAL_UNIT" }]);
});

it("describes its parts", async () => {
  const { Account } = await organizations.send(new DescribeAccountCommand({ AccountId: management }));
  expect(Account).toMatchObject({ Id: management, Name: "audit", Status: "ACTIVE" });
  const { OrganizationalUnit } = await organizations.send(
    new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: production }),
  );
  expect(OrganizationalUnit).toMatchObject({ Name: "Production" });
  const { Accounts } = await organizations.send(new ListAccountsCommand({ MaxResults: 5 }));
  expect(Accounts).toHaveLength(5);
  const { DelegatedAdministrators } = await organizations.send(
    new ListDelegatedAdministratorsCommand({ ServicePrincipal: "ssm.amazonaws.com" }),
  );
  expect(DelegatedAdministrators).toMatchObject([{ Id: delegate }]);
  const { EnabledServicePrincipals } = await organizations.send(new ListAWSServiceAccessForOrganizationCommand({}));
  expect(EnabledServicePrincipals).toHaveLength(2);
});

it("names what does not exist", async () => {
  const parent = new ListAccountsForParentCommand({ ParentId: "ou-ab12-nothing0" });
  await expect(organizations.send(parent)).rejects.toMatchObject({ name: "ParentNotFoundException" });
  await expect(organizations.send(new ListAccountsCommand({ NextToken: "mine" }))).rejects.toMatchObject({
    name: "InvalidInputException",
    Reason: "INVALID_NEXT_TOKEN",
  });
});
