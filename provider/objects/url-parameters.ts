import { ObjectStoreError } from "./object-store.js";
import type { ObjectUrl } from "./object-url.js";

/** Returns the URL of a bucket or container, without its query. */
export function bucketName({ scheme, bucket }: ObjectUrl): string {
  return `${scheme}://${bucket}`;
}

/** The parameters of a URL, which are those of the Go CDK, as Pulumi reads them. */
export class UrlParameters {
  readonly #url: ObjectUrl;

  /**
   * @param names the parameters that the scheme has
   * @throws ObjectStoreError for any other one, and for one that occurs twice
   */
  constructor(url: ObjectUrl, names: readonly string[]) {
    this.#url = url;
    for (const name of new Set(url.parameters.keys())) {
      if (!names.includes(name)) throw this.error(name, `is not supported: use ${names.join(", ")}`);
      if (url.parameters.getAll(name).length > 1) throw this.error(name, "occurs twice: remove one");
    }
  }

  /** Returns undefined if the parameter is missing or empty. */
  text(name: string): string | undefined {
    return this.#url.parameters.get(name) || undefined;
  }

  /** Returns false if the parameter is missing. @throws ObjectStoreError if it is neither true nor false */
  flag(name: string): boolean {
    const text = this.text(name);
    if (text === undefined || /^(0|f|false)$/i.test(text)) return false;
    if (/^(1|t|true)$/i.test(text)) return true;
    throw this.error(name, "must be true or false");
  }

  /** Returns an error about a parameter. Its value is omitted, because it may be a secret. */
  error(name: string, problem: string): ObjectStoreError {
    return new ObjectStoreError(`${bucketName(this.#url)}: the parameter ${name} ${problem}`);
  }
}
