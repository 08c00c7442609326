import { error, list, operation, structure } from "../../protocol/smithy-schema.ts";

/**
 * The part of AWS Account Management that tells which Regions an account has, in the layout of the SDK's clients. A client
 * package for one operation would be one more to install.
 * https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
 */
const apiNamespace = "com.amazonaws.account";

const region = structure(apiNamespace, "Region", { RegionName: "text", RegionOptStatus: "text" });

/** The operation ListRegions. */
export const ListRegions$ = operation(apiNamespace, "ListRegions", {
  http: ["POST", "/listRegions", 200],
  input: structure(apiNamespace, "ListRegionsRequest", {
    AccountId: "text",
    MaxResults: "number",
    NextToken: "text",
    RegionOptStatusContains: list(apiNamespace, "RegionOptStatusList", "text"),
  }),
  output: structure(apiNamespace, "ListRegionsResponse", {
    NextToken: "text",
    Regions: list(apiNamespace, "RegionOptList", region),
  }),
});

/** The errors that it declares. */
export const AccessDeniedException$ = error(apiNamespace, "AccessDeniedException", 403);

/** Declares an input that is not allowed. */
export const ValidationException$ = error(apiNamespace, "ValidationException", 400);

/** Declares a rate that is exceeded. */
export const TooManyRequestsException$ = error(apiNamespace, "TooManyRequestsException", 429);

/** Declares a failure of the service. */
export const InternalServerException$ = error(apiNamespace, "InternalServerException", 500);

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
