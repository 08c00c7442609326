import { knownRegions } from "../../partitions.ts";
import { variableNames } from "./variables.ts";

/** A part of a JSON Schema, as far as editors are helped here. */
export interface SchemaNode {
  title?: string;
  type?: string | string[];
  const?: unknown;
  pattern?: string;
  patternErrorMessage?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  enum?: unknown[];
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | false;
  patternProperties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  allOf?: SchemaNode[];
  required?: string[];
  definitions?: Record<string, SchemaNode>;
  $ref?: string;
  defaultSnippets?: object[];
  errorMessage?: string;
  dependencies?: Record<string, SchemaNode>;
  not?: SchemaNode;
  if?: SchemaNode;
  else?: SchemaNode;
}

const snippets: Record<string, object> = {
  syncs: {
    label: "Inventory into a bucket",
    body: {
      inventory: {
        targets: { accounts: ["${1:audit}"], regions: ["${2:us-east-1}"] },
        destination: { bucket: "${3:acme-inventory}", region: "${4:us-east-1}", prefix: "ssm/\\${account.id\\}" },
      },
    },
  },
  exports: {
    label: "Export of a domain's catalog",
    body: {
      catalog: {
        targets: { accounts: ["${1:catalog}"], regions: ["${2:us-east-1}"] },
        domain: "${3:dzd_4abc}",
        table: { backup: "${4:s3://acme-backups/catalog}" },
      },
    },
  },
};

/** Adds what editors offer: the defaults that descriptions tell, and snippets. What the schema accepts stays the same. */
export function withEditorHelp(schema: SchemaNode): SchemaNode {
  visit(schema, (node) => {
    const [, word] = /Default: (true|false|UNION|copy|all|keep|ask)\b/.exec(node.description ?? "") ?? [];
    if (word === undefined || (node.type !== "boolean" && !node.enum?.includes(word))) return;
    node.default = node.type === "boolean" ? word === "true" : word;
  });
  visit(schema, (node) => {
    // Of several types that a value may have, yaml-language-server merges the messages into one of its own, unless a type is a list.
    if (node.errorMessage !== undefined && typeof node.type === "string") node.type = [node.type];
  });
  schema.definitions = variableDefinitions();
  visit(schema, (node, name) => {
    if (isText(node) && name !== undefined && !["description", "reason"].includes(name))
      node.allOf = [
        { $ref: `#/definitions/${name === "externalId" ? name : "text"}` },
        ...(longest[name] === undefined ? [] : [atMost(longest[name])]),
      ];
  });
  visit(schema.properties?.["allow"] ?? {}, (node) => {
    if (node.allOf) node.allOf = [{ $ref: "#/definitions/asItStands" }];
  });
  const sync = schema.properties?.["syncs"]?.additionalProperties;
  if (sync) {
    const errorMessage = "A sync has a destination or a source; make it two syncs.";
    sync.dependencies = { destination: without("source", errorMessage) };
    const destination = sync.properties?.["destination"];
    if (destination) destination.allOf = knownRegions.map(keyOf);
    const source = sync.properties?.["source"];
    const either = "A source is the entire organization or some units of it; keep one of them.";
    if (source) source.dependencies = { organization: without("organizationalUnits", either) };
  }
  const included = schema.properties?.["include"]?.items;
  if (included) {
    included.pattern = String.raw`^(?!/)(?!.*://)`;
    included.patternErrorMessage = "Write a path from the folder of this file, such as teams/storage.yaml.";
  }
  for (const [section, snippet] of Object.entries(snippets)) {
    const node = schema.properties?.[section];
    if (node) node.defaultSnippets = [snippet];
  }
  return schema;
}

/** What is written there is no null. */
const without = (key: string, errorMessage: string): SchemaNode => ({
  properties: { [key]: { type: ["null"], errorMessage } },
});

/** A bucket in the Region has a key of that Region. */
const keyOf = (region: string): SchemaNode => ({
  if: { properties: { region: { not: { const: region } } } },
  else: {
    properties: {
      kmsKey: {
        pattern: String.raw`^arn:[a-z-]+:kms:${region}:|^(?!arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:[\w/-]+$)`,
        patternErrorMessage: `The bucket is in ${region}; its key has to be there too.`,
      },
    },
  },
});

/** The most characters of what may hold variables, of which the target's are longer or shorter than their names. */
const longest: Partial<Record<string, number>> = { name: 64, prefix: 256 };

const atMost = (length: number): SchemaNode => ({
  pattern: String.raw`^[^]{0,${length}}$|\$\{`,
  patternErrorMessage: `AWS allows ${length} characters.`,
});

/** A text in which a variable may stand. */
const isText = ({ type, enum: words, const: word }: SchemaNode): boolean =>
  [type].flat().includes("string") && words === undefined && word === undefined;

const secret = String.raw`^\$\{config\.[A-Za-z0-9_.-]{1,100}\}$`;

/** Refuses a text with a variable that is not known or never closed; `definedNames` matches the names of those that the spec defines. */
const withVariables = (definedNames: string, more = "(?!)"): SchemaNode => {
  const names = [...variableNames.map((name) => name.replace(".", String.raw`\.`)), "stack", definedNames];
  return {
    pattern: String.raw`${more}|^(?:[^$]|\$(?!\$?\{)|\$\$\{|\$\{(?:${names.join("|")})\})*$`,
    patternErrorMessage:
      "Variables are ${account.id}, ${account.name}, ${region}, ${partition}, ${stack} and ${vars.…}; $${ stands for the two characters themselves.",
  };
};

/** Who approves an allowance reads it as it stands. */
const asItStands: SchemaNode = {
  pattern: String.raw`^(?:[^$]|\$(?!\$?\{)|\$\$\{)*$`,
  patternErrorMessage: "An allowance has no variables; write the value itself.",
};

/** Returns what a schema holds texts to that have variables; without names, any variable that a spec could define is known. */
export const variableDefinitions = (names?: readonly string[]): Record<string, SchemaNode> => {
  const definedNames =
    names === undefined ? String.raw`vars\.[\w-]+` : String.raw`vars\.(?:${names.join("|") || "(?!)"})`;
  return { text: withVariables(definedNames), externalId: withVariables(definedNames, secret), asItStands };
};

/** Calls `look` with a part of a schema and with all below it, and with the key that it is of; items of lists have none. */
export function visit(node: SchemaNode, look: (node: SchemaNode, name?: string) => void, name?: string): void {
  look(node, name);
  for (const [key, child] of Object.entries(node.properties ?? {})) visit(child, look, key);
  const below = [...(node.anyOf ?? [])];
  if (node.additionalProperties) below.push(node.additionalProperties);
  for (const child of below) visit(child, look, name);
  if (node.items) visit(node.items, look);
}
