import { distance } from "fastest-levenshtein";
import { canonical } from "./unicode.js";

const folded = (text: string): string => canonical(text).toLowerCase();

/** So many texts are compared at most: those that share most trigrams with what is looked for. */
const compared = 400;

/** So many entries of the index are read at most, those of the rarest trigrams first. */
const readAtMost = 8_000;

/** Buckets that trigrams are sorted into; a power of two. */
const buckets = 1 << 15;

/**
 * Finds the texts that are nearest to another, without comparing it with all of them: an index of trigrams, made once,
 * in time and space that grow linearly. The answer depends on the texts alone, so it is the same in every process.
 */
export class NearestTexts {
  readonly #texts: readonly string[];
  /** Where each bucket's places begin in `#places`. */
  readonly #starts: Uint32Array;
  readonly #places: Uint32Array;
  /** How many trigrams each text shares with the one that is looked for; zeros between two searches. */
  readonly #shared: Uint8Array;

  constructor(texts: readonly string[]) {
    this.#texts = texts;
    this.#shared = new Uint8Array(texts.length);
    const found = new Trigrams();
    const ends = Uint32Array.from(texts, (text) => found.add(text));
    const counts = new Uint32Array(buckets + 1);
    for (let at = 0; at < found.size; at += 1) counts[found.at(at) + 1]! += 1;
    for (let bucket = 1; bucket <= buckets; bucket += 1) counts[bucket]! += counts[bucket - 1]!;
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

  /** At most `count` texts, the nearest first; none that has little in common with `wanted`. */
  nearest(wanted: string, count: number): string[] {
    const low = folded(wanted);
    return this.#candidates(low)
      .map((candidate) => ({ candidate, far: distance(low, folded(candidate)) }))
      .filter(({ candidate, far }) => far <= Math.max(3, Math.ceil(candidate.length / 2)))
      .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1))
      .slice(0, count)
      .map(({ candidate }) => candidate);
  }

  /** Those that share most of the rare trigrams; of equals the first. */
  #candidates(wanted: string): string[] {
    if (this.#texts.length <= compared) return [...this.#texts];
    const touched: number[] = [];
    for (const bucket of this.#rarest(wanted)) {
      const [start = 0, end = 0] = this.#starts.subarray(bucket, bucket + 2);
      if (touched.length > 0 && touched.length + end - start > readAtMost) break;
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
      .slice(0, compared)
      .map(({ place }) => this.#texts[place] ?? "");
  }

  #rarest(text: string): number[] {
    const size = (bucket: number): number => (this.#starts[bucket + 1] ?? 0) - (this.#starts[bucket] ?? 0);
    return trigrams(text)
      .filter((bucket) => size(bucket) > 0)
      .sort((a, b) => size(a) - size(b) || a - b);
  }
}

/** Returns the name that a misspelt one may be meant as: at most a third of its characters differ. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const [near] = new NearestTexts(names).nearest(wrong, 1);
  if (near === undefined) return undefined;
  return distance(folded(wrong), folded(near)) <= Math.max(2, Math.floor(near.length / 3)) ? near : undefined;
}

/** The highest count that at least `compared` of these reach; 1 where fewer do. */
function threshold(counts: readonly number[]): number {
  const reach = new Uint32Array(257);
  for (const count of counts) reach[Math.min(count, 256)] = (reach[Math.min(count, 256)] ?? 0) + 1;
  let total = 0;
  for (let count = 256; count > 1; count -= 1) {
    total += reach[count] ?? 0;
    if (total >= compared) return count;
  }
  return 1;
}

/** The buckets of texts' trigrams, one text after the other: each once a text, whose beginning and end count as letters. */
class Trigrams {
  size = 0;
  #buckets = new Uint16Array(1024);
  /** By bucket: the number of the last text that has it. */
  readonly #last = new Uint32Array(buckets);
  #texts = 0;

  at(place: number): number {
    return this.#buckets[place]!;
  }

  /** @returns where the text's buckets end */
  add(text: string): number {
    const low = folded(text);
    this.#texts += 1;
    this.#reserve(low.length + 1);
    let hash = 0;
    for (let at = -1; at <= low.length; at += 1) {
      const code = at < 0 || at === low.length ? 1 : low.charCodeAt(at);
      // Five bits a letter: the two before this one, and this one.
      hash = ((hash << 5) ^ ((code * 0x9e5) & 0x7fff)) & (buckets - 1);
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
