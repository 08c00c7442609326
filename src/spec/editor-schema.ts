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
  defaultSnippets?: object[];
  errorMessage?: string;
  dependencies?: Record<string, SchemaNode>;
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
export function helpful(schema: SchemaNode): SchemaNode {
  visit(schema, (node) => {
    const [, word] = /Default: (true|false|UNION|copy|all|keep|ask)\b/.exec(node.description ?? "") ?? [];
    if (word === undefined || (node.type !== "boolean" && !node.enum?.includes(word))) return;
    node.default = node.type === "boolean" ? word === "true" : word;
  });
  visit(schema, (node) => {
    // Of several types that a value may have, yaml-language-server merges the messages into one of its own, unless a type is a list.
    if (node.errorMessage !== undefined && typeof node.type === "string") node.type = [node.type];
  });
  const sync = schema.properties?.["syncs"]?.additionalProperties;
  if (sync) {
    const errorMessage = "A sync has a destination or a source; make it two syncs.";
    // What is written there is no null.
    sync.dependencies = { destination: { properties: { source: { type: ["null"], errorMessage } } } };
  }
  for (const [section, snippet] of Object.entries(snippets)) {
    const node = schema.properties?.[section];
    if (node) node.defaultSnippets = [snippet];
  }
  return schema;
}

/** Calls `look` with a part of a schema and with all below it. */
export function visit(node: SchemaNode, look: (node: SchemaNode) => void): void {
  look(node);
  const below = [...Object.values(node.properties ?? {}), ...(node.anyOf ?? [])];
  if (node.items) below.push(node.items);
  if (node.additionalProperties) below.push(node.additionalProperties);
  for (const child of below) visit(child, look);
}
