import { distance } from "fastest-levenshtein";
import { canonical } from "./unicode.js";

const folded = (text: string): string => canonical(text).toLowerCase();

/** Maximum number of texts that are compared: those that share the most trigrams with the wanted text. */
const MAX_CANDIDATES = 400;

/** Maximum number of index entries that are read, those of the rarest trigrams first. */
const MAX_POSTINGS = 8_000;

/** Number of buckets for trigrams: a power of two. */
const TRIGRAM_BUCKETS = 1 << 15;

/**
 * Finds the texts that are most similar to another, without comparing it with all of them. The index of trigrams is built once
 * and takes linear time and space. The result depends on the texts alone, so it is the same in every process.
 */
export class SimilarityIndex {
  readonly #texts: readonly string[];
  /** The offset of each bucket in `#places`. */
  readonly #starts: Uint32Array;
  readonly #places: Uint32Array;
  /** Number of trigrams that each text shares with the wanted text. All zeros between searches. */
  readonly #shared: Uint8Array;

  constructor(texts: readonly string[]) {
    this.#texts = texts;
    this.#shared = new Uint8Array(texts.length);
    const found = new Trigrams();
    const ends = Uint32Array.from(texts, (text) => found.add(text));
    const counts = new Uint32Array(TRIGRAM_BUCKETS + 1);
    for (let at = 0; at < found.size; at += 1) counts[found.at(at) + 1]! += 1;
    for (let bucket = 1; bucket <= TRIGRAM_BUCKETS; bucket += 1) counts[bucket]! += counts[bucket - 1]!;
    this.#starts = counts;
    this.#places = new Uint32Array(found.size);
    const next = counts.slice();
    for (let place = 0, at = 0; place < texts.length; place += 1)
      for (; at < ends[place]!; at += 1) {
        const free = next[found.at(at)]!;
        this.#places[free] = place;
        next[found.at(at)] = free + 1;
      }
  }

  /** Returns at most `count` texts, the most similar first. Texts that have little in common with `wanted` are left out. */
  nearest(wanted: string, count: number): string[] {
    const low = folded(wanted);
    return this.#candidates(low)
      .map((candidate) => ({ candidate, far: distance(low, folded(candidate)) }))
      .filter(({ candidate, far }) => far <= Math.max(3, Math.ceil(candidate.length / 2)))
      .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1))
      .slice(0, count)
      .map(({ candidate }) => candidate);
  }

  /** Returns the texts that share the most rare trigrams. Ties go to the first text. */
  #candidates(wanted: string): string[] {
    if (this.#texts.length <= MAX_CANDIDATES) return [...this.#texts];
    const touched: number[] = [];
    for (const bucket of this.#rarest(wanted)) {
      const [start = 0, end = 0] = this.#starts.subarray(bucket, bucket + 2);
      if (touched.length > 0 && touched.length + end - start > MAX_POSTINGS) break;
      for (let at = start; at < end; at += 1) {
        const place = this.#places[at] ?? 0;
        if (this.#shared[place] === 0) touched.push(place);
        this.#shared[place] = (this.#shared[place] ?? 0) + 1;
      }
    }
    const best = touched.map((place) => ({ place, shared: this.#shared[place] ?? 0 }));
    for (const place of touched) this.#shared[place] = 0;
    const enough = threshold(best.map(({ shared }) => shared));
    return best
      .filter(({ shared }) => shared >= enough)
      .sort((a, b) => b.shared - a.shared || a.place - b.place)
      .slice(0, MAX_CANDIDATES)
      .map(({ place }) => this.#texts[place] ?? "");
  }

  #rarest(text: string): number[] {
    const size = (bucket: number): number => (this.#starts[bucket + 1] ?? 0) - (this.#starts[bucket] ?? 0);
    return trigrams(text)
      .filter((bucket) => size(bucket) > 0)
      .sort((a, b) => size(a) - size(b) || a - b);
  }
}

/** Returns the name that is most similar to a misspelt one. At most a third of its characters differ. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const [near] = new SimilarityIndex(names).nearest(wrong, 1);
  if (near === undefined) return undefined;
  return distance(folded(wrong), folded(near)) <= Math.max(2, Math.floor(near.length / 3)) ? near : undefined;
}

/** @param near the suggestion */
export function didYouMean(near: string | undefined): string {
  return near === undefined ? "" : `; did you mean ${near}?`;
}

/**
 * Returns a hint for a name that does not exist: the most similar name, or all names.
 * @param what the names, for a message
 */
export function suggestName(wrong: string, names: readonly string[], what = "valid names"): string {
  return didYouMean(nearestName(wrong, names)) || `; ${what} are ${names.join(", ")}`;
}

/** Returns the highest count that at least `compared` of these reach, or 1 if fewer do. */
function threshold(counts: readonly number[]): number {
  const reach = new Uint32Array(257);
  for (const count of counts) reach[Math.min(count, 256)] = (reach[Math.min(count, 256)] ?? 0) + 1;
  let total = 0;
  for (let count = 256; count > 1; count -= 1) {
    total += reach[count] ?? 0;
    if (total >= MAX_CANDIDATES) return count;
  }
  return 1;
}

/** Reads the buckets of the trigrams of texts: each bucket once per text. The beginning and the end of a text count as letters. */
class Trigrams {
  size = 0;
  #buckets = new Uint16Array(1024);
  /** By bucket: the number of the last text in it. */
  readonly #last = new Uint32Array(TRIGRAM_BUCKETS);
  #texts = 0;

  at(place: number): number {
    return this.#buckets[place]!;
  }

  /** @returns the end of the text's buckets */
  add(text: string): number {
    const low = folded(text);
    this.#texts += 1;
    this.#reserve(low.length + 1);
    let hash = 0;
    for (let at = -1; at <= low.length; at += 1) {
      const code = at < 0 || at === low.length ? 1 : low.charCodeAt(at);
      // Five bits per letter, for this letter and the two before it.
      hash = ((hash << 5) ^ ((code * 0x9e5) & 0x7fff)) & (TRIGRAM_BUCKETS - 1);
      if (at <= 0 || this.#last[hash] === this.#texts) continue;
      this.#last[hash] = this.#texts;
      this.#buckets[this.size++] = hash;
    }
    return this.size;
  }

  #reserve(more: number): void {
    if (this.size + more <= this.#buckets.length) return;
    const larger = new Uint16Array(2 * (this.size + more));
    larger.set(this.#buckets);
    this.#buckets = larger;
  }
}

function trigrams(text: string): number[] {
  const found = new Trigrams();
  return Array.from({ length: found.add(text) }, (_, place) => found.at(place));
}
