import { summarizeList } from "../../policy/rules/core/show.js";
import { pulumiUrn } from "../../policy/rules/resource/organization-urn.js";
import { shorten } from "../../provider/platform/printable.js";
import { SimilarityIndex } from "../../provider/platform/similar-strings.js";
import { DriftError } from "./errors.js";

/** Maximum number of candidates in a message. */
const MAX_NAMED = 20;

const nameIn = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

/**
 * Collects the resources that a text names: by the whole URN, else by its name, else by another end that begins at a separator
 * (`:`, `$`, `.` or `/`). Keeps only these, and the names of the others for a suggestion.
 */
export class ResourceFinder<Candidate extends { readonly urn: string }> {
  readonly #text: string;
  readonly #exact: Candidate[] = [];
  readonly #named: Candidate[] = [];
  readonly #ending: Candidate[] = [];
  readonly #names = new Set<string>();

  /** @param text the URN, or its end */
  constructor(text: string) {
    this.#text = text;
  }

  add(candidate: Candidate): void {
    const { urn } = candidate;
    const text = this.#text;
    if (urn === text || pulumiUrn(urn) === text) this.#exact.push(candidate);
    else if (nameIn(urn) === text) this.#named.push(candidate);
    else if (urn.endsWith(text) && isPart(urn, text)) this.#ending.push(candidate);
    else this.#names.add(nameIn(urn));
  }

  /**
   * Returns the resource. A state can list one twice, for example while it is replaced: then there are several of one URN.
   * @throws DriftError if the text names no resource, or several
   */
  found(): readonly [Candidate, ...Candidate[]] {
    const found = [this.#exact, this.#named, this.#ending].find((several) => several.length > 0) ?? [];
    const [first, ...rest] = found;
    if (first === undefined) throw new DriftError(this.#notFound());
    const urns = [...new Set(found.map(({ urn }) => urn))].sort();
    if (urns.length > 1) {
      const more = urns.length > MAX_NAMED ? `\n  - and ${urns.length - MAX_NAMED} more` : "";
      const list = urns.slice(0, MAX_NAMED).map((urn) => `\n  - ${urn}`);
      throw new DriftError(
        `${urns.length} resources end with ${quoted(this.#text)}: pass one of these URNs${list.join("")}${more}`,
      );
    }
    return [first, ...rest];
  }

  #notFound(): string {
    const near = new SimilarityIndex([...this.#names]).nearest(nameIn(this.#text), 3);
    const hint =
      near.length > 0
        ? `did you mean ${summarizeList(near.map(quoted))}?`
        : this.#names.size === 0
          ? "the states have no resources; pass other states"
          : "pass a URN, or the name at its end, and the states that have the resource";
    return `no resource ends with ${quoted(this.#text)}; ${hint}`;
  }
}

function isPart(urn: string, text: string): boolean {
  const separators = /[:$./]/;
  return text !== "" && (separators.test(urn.at(-text.length - 1) ?? "") || separators.test(text.charAt(0)));
}

const quoted = (text: string): string => JSON.stringify(shorten(text));
