// Objects are files of FLEET_CLOUD, one a name, as in a service where names are unique: to create what is there is to adopt it.
// The engine is killed at the call with the number FLEET_KILL_AT, an odd number of halves: before the effect, an even one: after it.
const { appendFileSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const killAt = Number(process.env.FLEET_KILL_AT || "-1");
const path = (name) => join(process.env.FLEET_CLOUD, name);
const outputs = (inputs) => ({ ...inputs, made: `${inputs.place}/${inputs.name}` });
let halves = 0;

function half() {
  halves += 1;
  if (halves === killAt) process.kill(process.ppid, "SIGKILL");
}

function call(operation, name, effect) {
  half();
  const done = effect();
  appendFileSync(process.env.FLEET_LOG, `${operation} ${name}\n`);
  half();
  return done;
}

function content({ value, place, from }) {
  return JSON.stringify({ value, place, from });
}

module.exports = {
  async check(olds, news) {
    return { inputs: news };
  },
  async diff(id, olds, news) {
    const changed = ["value", "place", "from"].filter((key) => olds[key] !== news[key]);
    return {
      changes: changed.length > 0,
      replaces: changed.filter((key) => key === "place"),
      deleteBeforeReplace: true,
    };
  },
  async create(inputs) {
    return call("create", inputs.name, () => {
      try {
        writeFileSync(path(inputs.name), content(inputs), { flag: "wx" });
      } catch (error) {
        if (error.code !== "EEXIST" || readFileSync(path(inputs.name), "utf8") !== content(inputs)) throw error;
      }
      return { id: inputs.name, outs: outputs(inputs) };
    });
  },
  async update(id, olds, news) {
    return call("update", id, () => {
      writeFileSync(path(id), content(news), { flag: "r+" });
      writeFileSync(path(id), content(news));
      return { outs: outputs(news) };
    });
  },
  async delete(id) {
    call("delete", id, () => rmSync(path(id), { force: true }));
  },
};
