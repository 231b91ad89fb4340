/**
 * Where the pages of a list meet: each begins with the record that the page before it ends with. While a list is paged a
 * record may go and another may come: the total stays, and what moved over a seam in between would be on neither page. Then
 * the record at the seam is another.
 */
export class Seams {
  readonly #ids = new Map<number, string>();

  /** A page of so many records has come, in any order. @returns the place in the list where it does not fit to another page */
  add(offset: number, count: number, first: string, last: string): number | undefined {
    const ends = [
      [offset, first],
      [offset + count - 1, last],
    ] as const;
    for (const [place, id] of ends) {
      if ((this.#ids.get(place) ?? id) !== id) return place;
      this.#ids.set(place, id);
    }
    return undefined;
  }
}
