import { MovedClock } from "./clock.ts";
import { SeededIds } from "./ids.ts";
import type { QuirkChoices, QuirkName } from "./quirks.ts";
import { deliveryPolicy, encryptedWriting, publicReading } from "./bucket-policies.ts";
import type { BucketSeed, Seed } from "./seed.ts";
import type { Bucket, Clock, Ids, Slice, Storage, World } from "./world.ts";

/** The one world of an emulator; `reset` puts it back to its seed. */
export class SeededWorld implements World {
  readonly seed: Seed;
  readonly open: boolean;
  readonly storage: Storage;
  readonly #quirks: QuirkChoices;
  readonly #slices = new Map<string, { account: string; region: string; state: unknown }>();
  #clock = new MovedClock();
  #ids = new SeededIds();
  #buckets: Map<string, Bucket>;
  #seededAt: Date;

  constructor(seed: Seed | undefined, quirks: QuirkChoices, storage: Storage) {
    this.storage = storage;
    this.seed = seed ?? { accounts: {}, buckets: {}, keys: {} };
    this.open = seed === undefined;
    this.#quirks = quirks;
    this.#buckets = this.#seededBuckets();
    this.#seededAt = this.#clock.now();
  }

  get clock(): Clock {
    return this.#clock;
  }

  get seededAt(): Date {
    return this.#seededAt;
  }

  get ids(): Ids {
    return this.#ids;
  }

  get buckets(): Map<string, Bucket> {
    return this.#buckets;
  }

  quirk(name: QuirkName): string {
    return this.#quirks.get(name);
  }

  regional<T>(slice: Slice<T>, account: string, region: string): T {
    const key = `${slice.name}\n${account}\n${region}`;
    const known = this.#slices.get(key);
    if (known) return known.state as T;
    const state = slice.initial(this, account, region);
    this.#slices.set(key, { account, region, state });
    return state;
  }

  global<T>(slice: Slice<T>): T {
    return this.regional(slice, "", "");
  }

  holders<T>(slice: Slice<T>): Array<{ account: string; region: string; state: T }> {
    return [...this.#slices]
      .filter(([key]) => key.startsWith(`${slice.name}\n`))
      .map(([, { account, region, state }]) => ({ account, region, state: state as T }));
  }

  reset(): void {
    this.#slices.clear();
    this.#clock = new MovedClock();
    this.#ids = new SeededIds();
    this.#buckets = this.#seededBuckets();
    this.#seededAt = this.#clock.now();
  }

  /** Everything held, as JSON can show it. */
  describe(): Record<string, unknown> {
    const slices: Record<string, Record<string, unknown>> = {};
    for (const [key, { account, region, state }] of this.#slices) {
      const name = key.slice(0, key.indexOf("\n"));
      const where = account === "" ? "all" : `${account}/${region}`;
      slices[name] = { ...slices[name], [where]: plain(state) };
    }
    return { now: this.clock.now().toISOString(), buckets: plain(this.buckets), ...slices };
  }

  #seededBuckets(): Map<string, Bucket> {
    const createdAt = this.clock.now();
    return new Map(
      Object.entries(this.seed.buckets).map(([name, bucket]) => [
        name,
        seededBucket(name, bucket, this.seed, createdAt),
      ]),
    );
  }
}

function seededBucket(
  name: string,
  { account, region, policy, versioning, locked, lifecycle, public: open, encryptionRequired }: BucketSeed,
  seed: Seed,
  createdAt: Date,
): Bucket {
  const at = { name, region };
  const basePolicy = policy === "ssm-delivery" ? deliveryPolicy(at, seed) : policy;
  const added = [
    ...(open ? publicReading(at) : []),
    ...(encryptionRequired === undefined ? [] : encryptedWriting(at, encryptionRequired)),
  ];
  return {
    name,
    account,
    region,
    createdAt,
    policy:
      added.length === 0
        ? basePolicy
        : { Version: "2012-10-17", ...basePolicy, Statement: [basePolicy?.Statement ?? [], added].flat(2) },
    // S3 keeps what is locked as versions.
    versioning: locked ? "Enabled" : versioning,
    lock: locked,
    lifecycle,
    open,
  };
}

/** Maps as objects, bytes as their number, everything else as JSON shows it. */
function plain(value: unknown): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, element]) => [String(key), plain(element)]));
  if (value instanceof Set) return [...value].map(plain);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return { bytes: value.length };
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, plain(element)]));
  }
  return value;
}
