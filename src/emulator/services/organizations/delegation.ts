import type {
  ListAWSServiceAccessForOrganizationRequest,
  ListAWSServiceAccessForOrganizationResponse,
  ListDelegatedAdministratorsRequest,
  ListDelegatedAdministratorsResponse,
} from "@aws-sdk/client-organizations";
import type { Context } from "../../world/handler.ts";
import { DescribeAccount } from "./accounts.ts";
import { administratorOf, pageOfItems } from "./access.ts";

/** The service for which the seed's delegated administrator stands. */
const systemsManager = "ssm.amazonaws.com";

/** Seeded relations were there before the emulator: their times stand still. */
const since = new Date("2025-01-01T00:00:00Z");

/** Lists the delegated administrator for Systems Manager, where the seed has one. */
export function ListDelegatedAdministrators(
  input: ListDelegatedAdministratorsRequest,
  context: Context,
): ListDelegatedAdministratorsResponse {
  const { delegatedAdministrator } = administratorOf(context);
  const asked = input.ServicePrincipal === undefined || input.ServicePrincipal === systemsManager;
  const found = delegatedAdministrator !== undefined && asked ? [delegatedAdministrator] : [];
  const { page, next } = pageOfItems(found, input, (id) => id);
  return {
    DelegatedAdministrators: page.map((id) => ({
      ...DescribeAccount({ AccountId: id }, context).Account,
      DelegationEnabledDate: since,
    })),
    NextToken: next,
  };
}

/** Lists the services with trusted access. */
export function ListAWSServiceAccessForOrganization(
  input: ListAWSServiceAccessForOrganizationRequest,
  context: Context,
): ListAWSServiceAccessForOrganizationResponse {
  const { trustedServices = [systemsManager] } = administratorOf(context);
  const { page, next } = pageOfItems(trustedServices, input, (service) => service);
  return {
    EnabledServicePrincipals: page.map((service) => ({ ServicePrincipal: service, DateEnabled: since })),
    NextToken: next,
  };
}
