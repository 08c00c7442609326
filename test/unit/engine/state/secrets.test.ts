import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { diskFiles } from "../../../../src/engine/state/files.ts";
import { passphraseKeys, readPassphrase } from "../../../../src/engine/state/secrets.ts";
import { temporaryFolder } from "./support.ts";

// Made with Go's crypto/pbkdf2 and crypto/cipher: passphrase "correct horse", salt 01 … 08, nonces of one byte repeated.
const salt = "v1:AQIDBAUGBwg=:v1:CQkJCQkJCQkJCQkJ:oWy/v2GpCjLOE0a6X4bj0r0Rch6d4g==";
const ciphertext = "v1:BQUFBQUFBQUFBQUF:LcVt/kFeAO85oRGhX+3KjnTk5JwP2W7+S8Tv+edTsAtRVtewyrPZLSjQW4L54XL7Sd4=";

describe("the passphrase manager", () => {
  test("reads what Go's libraries wrote, and keeps its ciphertext for the same plaintext", async () => {
    const manager = await passphraseKeys("correct horse").open(salt);
    const plaintext = manager.decrypt(ciphertext);
    expect(plaintext).toBe(`{"list":[1,null,true],"text":"é"}`);
    expect(manager.encrypt(plaintext)).toBe(ciphertext);
    expect(manager.encrypt("other")).toBe(manager.encrypt("other"));
    expect(manager.decrypt(manager.encrypt("other"))).toBe("other");
  });

  test("refuses another passphrase, a changed ciphertext and a salt that is none", async () => {
    await expect(passphraseKeys("wrong").open(salt)).rejects.toThrow("incorrect passphrase");
    const manager = await passphraseKeys("correct horse").open(salt);
    expect(() => manager.decrypt(ciphertext.replace("LcVt", "LcVu"))).toThrow("incorrect passphrase");
    expect(() => manager.decrypt("v1:AAAA:AAAA")).toThrow("malformed");
    await expect(passphraseKeys("x").open("v1:AAAA")).rejects.toThrow(/salt "v1:AAAA"/);
  });

  test("derives a salt's key once", async () => {
    const keys = passphraseKeys("correct horse");
    expect(keys.open(salt)).toBe(keys.open(salt));
  });

  test("makes a salt that opens with the passphrase that it was made with", async () => {
    const made = await passphraseKeys("").create();
    const opened = await passphraseKeys("").open(made.salt);
    expect(opened.decrypt(made.encrypt("x"))).toBe("x");
  });
});

describe("the passphrase", () => {
  test("is that of the environment, even an empty one", async () => {
    expect(await readPassphrase({ PULUMI_CONFIG_PASSPHRASE: "" }, ".", diskFiles)).toBe("");
  });

  test("is in the file that the environment names, without the white space around it", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "phrase"), " correct horse\n");
    expect(await readPassphrase({ PULUMI_CONFIG_PASSPHRASE_FILE: "phrase" }, folder, diskFiles)).toBe("correct horse");
  });

  test("is asked for when there is none", async () => {
    await expect(readPassphrase({}, ".", diskFiles)).rejects.toThrow(
      /passphrase must be set with PULUMI_CONFIG_PASSPHRASE/,
    );
    const env = { PULUMI_CONFIG_PASSPHRASE_FILE: "/nowhere" };
    await expect(readPassphrase(env, ".", diskFiles)).rejects.toThrow(/which does not exist/);
  });
});
