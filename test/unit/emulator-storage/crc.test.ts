import { assert, property, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { combine, crc32Form, crc32cForm, crc64NvmeForm } from "../../../src/emulator/protocol/crc.ts";

const kinds = { CRC32: crc32Form, CRC32C: crc32cForm, CRC64NVME: crc64NvmeForm };

test.each([
  ["CRC32", 0xcbf43926n],
  ["CRC32C", 0xe3069283n],
  ["CRC64NVME", 0xae8b14860a799888n],
] as const)("%s of 123456789 is its published check value", (name, check) => {
  expect(kinds[name].extend(0n, Buffer.from("123456789"))).toBe(check);
});

test.each(Object.entries(kinds))("%s of two joined texts follows from the two", (_name, crc) => {
  assert(
    property(uint8Array({ maxLength: 500 }), uint8Array({ maxLength: 500 }), (first, second) => {
      const joined = crc.extend(0n, Buffer.concat([first, second]));
      expect(combine(crc, crc.extend(0n, first), crc.extend(0n, second), second.length)).toBe(joined);
      expect(crc.extend(crc.extend(0n, first), second)).toBe(joined);
    }),
  );
});
