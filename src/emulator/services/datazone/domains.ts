import type {
  DomainSummary,
  GetDomainInput,
  GetDomainOutput,
  ListDomainsInput,
  ListDomainsOutput,
} from "@aws-sdk/client-datazone";
import { pageOf } from "../../pages.ts";
import type { DomainSeed } from "../../seed.ts";
import { ServiceError, type Context } from "../../service.ts";
import { exportsOf } from "./exports.ts";

export function ListDomains(input: ListDomainsInput, context: Context): ListDomainsOutput {
  const domains = domainsOf(context).filter(({ state }) => input.status === undefined || state === input.status);
  const { page, next } = pageOf(domains, {
    token: input.nextToken,
    size: input.maxResults ?? 25,
    key: ({ id }) => id,
    invalidToken: () => new ServiceError("ValidationException", "The next token is invalid."),
  });
  return { items: page.map((domain) => summaryOf(domain, context)), nextToken: next };
}

export function GetDomain({ identifier = "" }: GetDomainInput, context: Context): GetDomainOutput {
  const domain = domainOf(identifier, context);
  const { id, name, arn, status, domainVersion, createdAt, lastUpdatedAt, portalUrl } = summaryOf(domain, context);
  return {
    id,
    name,
    arn,
    status,
    domainVersion,
    createdAt,
    lastUpdatedAt,
    portalUrl,
    domainExecutionRole: `arn:aws:iam::${context.account}:role/service-role/AmazonSageMakerDomainExecution`,
    rootDomainUnitId: `unit${identifier.slice(4)}`,
    tags: {},
  };
}

/** The domain of that id in the account and Region. Throws ResourceNotFoundException where there is none. */
export function domainOf(id: string, context: Context): DomainSeed {
  const domain = domainsOf(context).find((candidate) => candidate.id === id);
  if (domain) return domain;
  if (context.world.open) return openDomain(id);
  throw new ServiceError("ResourceNotFoundException", `Domain with identifier ${id} does not exist.`);
}

/** In an open world each domain exists; the one that holds an export is known by name. */
function domainsOf(context: Context): DomainSeed[] {
  const { world, account, region } = context;
  const holder = exportsOf(context).current?.domain;
  if (world.open) return holder === undefined ? [] : [openDomain(holder)];
  return world.seed.accounts[account]?.regions[region]?.domains ?? [];
}

function openDomain(id: string): DomainSeed {
  return { id, name: id, state: "AVAILABLE", version: "V2" };
}

/** Seeded domains were there before the emulator: their times stand still. */
const CREATED = new Date("2025-11-01T00:00:00Z");

function summaryOf({ id, name, state, version, sharedFrom }: DomainSeed, { account, region }: Context): DomainSummary {
  const owner = sharedFrom ?? account;
  return {
    id,
    name,
    arn: `arn:aws:datazone:${region}:${owner}:domain/${id}`,
    managedAccountId: owner,
    status: state,
    portalUrl: `https://${id}.sagemaker.${region}.on.aws`,
    createdAt: CREATED,
    lastUpdatedAt: CREATED,
    domainVersion: version,
  };
}
