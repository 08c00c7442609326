/**
 * The part of AWS Account Management that tells which Regions an account has, in the layout of the SDK's clients. A client
 * package for one operation would be one more to install.
 * https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
 */
const NAMESPACE = "com.amazonaws.account";
const TEXT = 0;
const NUMBER = 1;

const Region$ = [3, NAMESPACE, "Region", 0, ["RegionName", "RegionOptStatus"], [TEXT, TEXT]];
const RegionOptList = [1, NAMESPACE, "RegionOptList", 0, [() => Region$, 0]];
const RegionOptStatusList = [1, NAMESPACE, "RegionOptStatusList", 0, TEXT];
const ListRegionsRequest$ = [
  3,
  NAMESPACE,
  "ListRegionsRequest",
  0,
  ["AccountId", "MaxResults", "NextToken", "RegionOptStatusContains"],
  [TEXT, NUMBER, TEXT, [() => RegionOptStatusList, 0]],
];
const ListRegionsResponse$ = [
  3,
  NAMESPACE,
  "ListRegionsResponse",
  0,
  ["NextToken", "Regions"],
  [TEXT, [() => RegionOptList, 0]],
];

export const ListRegions$ = [
  9,
  NAMESPACE,
  "ListRegions",
  { http: ["POST", "/listRegions", 200] },
  () => ListRegionsRequest$,
  () => ListRegionsResponse$,
];

export const AccessDeniedException$ = error("AccessDeniedException", "client", 403);
export const ValidationException$ = error("ValidationException", "client", 400);
export const TooManyRequestsException$ = error("TooManyRequestsException", "client", 429);
export const InternalServerException$ = error("InternalServerException", "server", 500);

function error(name: string, fault: "client" | "server", status: number): unknown[] {
  return [-3, NAMESPACE, name, { error: fault, httpError: status }, ["message"], [TEXT]];
}

/** Stands for the SDK's client as far as a service's model is read from it. */
export class AccountClient {
  readonly config = {
    protocol: { getShapeId: () => "aws.protocols#restJson1" },
    protocolSettings: {},
  };
}

/** What ListRegions takes. */
export interface ListRegionsRequest {
  AccountId?: string;
  MaxResults?: number;
  NextToken?: string;
  RegionOptStatusContains?: string[];
}

/** What ListRegions answers. */
export interface ListRegionsResponse {
  NextToken: string | undefined;
  Regions: Array<{ RegionName: string; RegionOptStatus: RegionOptStatus }>;
}

/** Whether an account has a Region. */
export type RegionOptStatus = "ENABLED" | "ENABLING" | "DISABLING" | "DISABLED" | "ENABLED_BY_DEFAULT";
