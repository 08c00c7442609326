/** A part of AWS that knows nothing of the others: accounts, roles and ARNs are each partition's own. */
export interface Partition {
  /** The second part of its ARNs. */
  name: string;
  /** Matches its Regions, those too that are not known yet. */
  pattern: RegExp;
  /** The Region that answers for the whole partition. */
  main: string;
  /** Those that are known. */
  regions: readonly string[];
}

/**
 * The partitions as the AWS SDK knows them, which a test holds it to; as data, because a command that asks AWS for nothing loads no SDK.
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
export const partitions: readonly Partition[] = [
  {
    name: "aws",
    pattern: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
    main: "us-east-1",
    regions: [
      "af-south-1",
      "ap-east-1",
      "ap-east-2",
      "ap-northeast-1",
      "ap-northeast-2",
      "ap-northeast-3",
      "ap-south-1",
      "ap-south-2",
      "ap-southeast-1",
      "ap-southeast-2",
      "ap-southeast-3",
      "ap-southeast-4",
      "ap-southeast-5",
      "ap-southeast-6",
      "ap-southeast-7",
      "ca-central-1",
      "ca-west-1",
      "eu-central-1",
      "eu-central-2",
      "eu-north-1",
      "eu-south-1",
      "eu-south-2",
      "eu-west-1",
      "eu-west-2",
      "eu-west-3",
      "il-central-1",
      "me-central-1",
      "me-south-1",
      "me-west-1",
      "mx-central-1",
      "sa-east-1",
      "sa-west-1",
      "us-east-1",
      "us-east-2",
      "us-west-1",
      "us-west-2",
    ],
  },
  {
    name: "aws-cn",
    pattern: /^cn-\w+-\d+$/,
    main: "cn-northwest-1",
    regions: ["cn-north-1", "cn-northwest-1"],
  },
  {
    name: "aws-eusc",
    pattern: /^eusc-de-\w+-\d+$/,
    main: "eusc-de-east-1",
    regions: ["eusc-de-east-1"],
  },
  {
    name: "aws-iso",
    pattern: /^us-iso-\w+-\d+$/,
    main: "us-iso-east-1",
    regions: ["us-iso-east-1", "us-iso-west-1"],
  },
  {
    name: "aws-iso-b",
    pattern: /^us-isob-\w+-\d+$/,
    main: "us-isob-east-1",
    regions: ["us-isob-east-1", "us-isob-west-1"],
  },
  {
    name: "aws-iso-e",
    pattern: /^eu-isoe-\w+-\d+$/,
    main: "eu-isoe-west-1",
    regions: ["eu-isoe-west-1"],
  },
  {
    name: "aws-iso-f",
    pattern: /^us-isof-\w+-\d+$/,
    main: "us-isof-south-1",
    regions: ["us-isof-east-1", "us-isof-south-1"],
  },
  {
    name: "aws-us-gov",
    pattern: /^us-gov-\w+-\d+$/,
    main: "us-gov-west-1",
    regions: ["us-gov-east-1", "us-gov-west-1"],
  },
];

/** Every Region that is known, of all partitions. */
export const knownRegions: readonly string[] = partitions.flatMap(({ regions }) => regions).toSorted();

/** Matches what has the form of a Region's name, such as us-east-1. */
export const regionPattern =
  /^[a-z]{2,4}(-(gov|iso|isob|isoe|isof|de))?-(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d{1,2}$/;

/** Returns the partition of a Region; one that nobody knows is taken for one of AWS's public partition, as the SDK does. */
export function partitionOf(region: string): string {
  return find(region).name;
}

/** Returns the Region of a partition that answers for all of them. */
export function mainRegionOf(region: string): string {
  return find(region).main;
}

function find(region: string): Partition {
  return partitions.find(({ pattern }) => pattern.test(region)) ?? partitions[0]!;
}
