import { DriftError } from "../../drift/common/errors";
import type { StateSource } from "../../drift/sources/source";
import { SplitPool } from "../../drift/sources/split-pool";
import { StateReader } from "../../drift/sources/state-reader";

const megabyte = 1024 * 1024;

/** A state with a number of resources, padded to a size. */
function state(count: number, size: number): Buffer {
  const resources = Array.from({ length: count }, (_, index) => ({
    urn: `urn:pulumi:prod::net::a:b:C::r${index}`,
    type: "a:b:C",
    inputs: { text: "é".repeat(10) },
  }));
  return Buffer.from(JSON.stringify({ version: 3, deployment: { resources } }).padEnd(size));
}

/** A source such as an object of a bucket, whose bytes come in parts. */
function remote(name: string, content: Buffer, size = content.length): StateSource {
  return {
    name,
    stack: name,
    size,
    async *bytes() {
      for (let at = 0; at < content.length; at += 100_000) {
        await Promise.resolve();
        yield content.subarray(at, at + 100_000);
      }
    },
  };
}

let pool: SplitPool | undefined;
afterEach(() => pool?.close());

/** Reads all sources at once; returns the number of resources of each, or its error. */
function read(sources: readonly StateSource[]): Promise<(number | string)[]> {
  const current = (pool = new SplitPool(sources));
  return Promise.all(
    sources.map(async (source) => {
      try {
        const reader = new StateReader(source.name, source.stack);
        let count = 0;
        for await (const piece of current.split(source)) for (const _ of reader.read(piece)) count += 1;
        return count;
      } catch (error) {
        if (!(error instanceof DriftError)) throw error;
        return error.message;
      }
    }),
  );
}

test("states of buckets are split in workers if they exceed 16 MB, and each has all its resources", async () => {
  const sources = Array.from({ length: 40 }, (_, index) => remote(`s${index}`, state(index, megabyte)));
  expect(await read(sources)).toEqual(sources.map((_, index) => index));
});

test("a state that is cut short or fails is an error with its name, and the others are read", async () => {
  const failing: StateSource = {
    ...remote("failing", state(1, megabyte)),
    // eslint-disable-next-line require-yield -- it fails at once
    async *bytes() {
      throw new DriftError("failing was removed");
    },
  };
  const sources = [
    ...Array.from({ length: 20 }, (_, index) => remote(`s${index}`, state(3, megabyte))),
    remote("cut", state(500, 0).subarray(0, 10_000), megabyte),
    failing,
  ];
  expect(await read(sources)).toEqual([
    ...Array.from({ length: 20 }, () => 3),
    expect.stringMatching(/^cut is not complete JSON/),
    "failing was removed",
  ]);
});

test("a state that decompresses to more than 4 MB is split while it is read", async () => {
  const sources = [
    remote("unpacked", state(9, 6 * megabyte), megabyte),
    ...Array.from({ length: 20 }, (_, index) => remote(`s${index}`, state(1, megabyte))),
  ];
  expect(await read(sources)).toEqual([9, ...Array.from({ length: 20 }, () => 1)]);
});

test("a reader that stops early does not stop the others", async () => {
  const sources = Array.from({ length: 20 }, (_, index) => remote(`s${index}`, state(2_000, megabyte)));
  pool = new SplitPool(sources);
  for await (const _ of pool.split(sources[0] as StateSource)) break;
  let pieces = 0;
  for await (const _ of pool.split(sources[1] as StateSource)) pieces += 1;
  expect(pieces).toBeGreaterThanOrEqual(2);
});
