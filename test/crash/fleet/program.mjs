// Registers the objects that the file of FLEET_WANTED names, all at once; some take an output of another one.
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

const STUB = 'exports.handler=()=>require("module").createRequire(process.cwd()+"/_")("./provider.cjs")';

class Item extends pulumi.CustomResource {
  constructor(name, props) {
    super("pulumi-nodejs:dynamic/fleet:Item", name, { made: undefined, ...props, name, __provider: STUB }, {});
  }
}

export default async function main() {
  const items = new Map();
  for (const { name, from, ...props } of JSON.parse(readFileSync(process.env.FLEET_WANTED, "utf8")))
    items.set(name, new Item(name, { ...props, ...(from ? { from: items.get(from).made } : {}) }));
}
