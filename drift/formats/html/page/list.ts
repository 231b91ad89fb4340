import { h } from "./dom.js";

/** Options of {@link VirtualList}. */
export interface ListOptions<T> {
  readonly label: string;
  /** Height of a row in pixels. */
  readonly height: number;
  row(entry: T): HTMLElement;
  key(entry: T): string;
  /** Called if the user selects an entry. */
  choose?(entry: T): void;
}

/** Extra rows outside the visible part, so that scrolling shows no gap. */
const spare = 8;

/** Maximum number of printed rows. */
const printed = 1_000;

/** A list that creates only its visible rows. */
export class VirtualList<T> {
  readonly element: HTMLElement;
  readonly #inner: HTMLElement;
  readonly #options: ListOptions<T>;
  #entries: readonly T[] = [];
  #active = -1;
  #all = false;

  constructor(options: ListOptions<T>) {
    this.#options = options;
    this.#inner = h("div", { class: "list-inner", role: "presentation" });
    this.element = h(
      "div",
      { class: "list", role: "listbox", tabindex: "0", "aria-label": options.label },
      this.#inner,
    );
    this.element.addEventListener("scroll", () => requestAnimationFrame(() => this.#render()));
    this.element.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#render()).observe(this.element);
    addEventListener("beforeprint", () => this.#print(true));
    addEventListener("afterprint", () => this.#print(false));
  }

  /** Shows these entries; `active` is the key of the selected one. */
  show(entries: readonly T[], active: string): void {
    this.#entries = entries;
    this.#active = active === "" ? -1 : entries.findIndex((entry) => this.#options.key(entry) === active);
    if (this.#active >= 0) this.#reveal();
    else this.element.scrollTop = 0;
    this.#render();
  }

  #reveal(): void {
    const { height } = this.#options;
    const top = this.#active * height;
    const room = this.element.clientHeight || 400;
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (top + height > this.element.scrollTop + room) {
      // The list needs its full height before it can scroll.
      this.#inner.style.height = `${this.#entries.length * height}px`;
      this.element.scrollTop = top + height - room;
    }
  }

  #print(all: boolean): void {
    this.#all = all;
    this.#render();
  }

  #render(): void {
    const { height } = this.#options;
    const seen = Math.ceil((this.element.clientHeight || 400) / height);
    const first = this.#all ? 0 : Math.max(0, Math.floor(this.element.scrollTop / height) - spare);
    const last = Math.min(this.#entries.length, this.#all ? printed : first + seen + 2 * spare);
    this.#inner.style.height = this.#all ? "auto" : `${this.#entries.length * height}px`;
    const rows = this.#entries.slice(first, last).map((entry, offset) => this.#row(entry, first + offset));
    this.#inner.replaceChildren(...rows);
    if (this.#active >= first && this.#active < last)
      this.element.setAttribute("aria-activedescendant", `row-${this.#active}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  #row(entry: T, index: number): HTMLElement {
    const row = this.#options.row(entry);
    const isActive = index === this.#active;
    row.id = `row-${index}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(isActive));
    row.setAttribute("aria-posinset", String(index + 1));
    row.setAttribute("aria-setsize", String(this.#entries.length));
    row.classList.add("row");
    if (!this.#all) {
      row.style.transform = `translateY(${index * this.#options.height}px)`;
      row.style.height = `${this.#options.height}px`;
    }
    row.addEventListener("click", () => this.#choose(index));
    return row;
  }

  #choose(index: number): void {
    const entry = this.#entries[index];
    if (entry === undefined) return;
    this.#active = index;
    this.#reveal();
    this.#render();
    this.#options.choose?.(entry);
  }

  #key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.#options.height) - 1);
    const last = this.#entries.length - 1;
    const to: Readonly<Record<string, number>> = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: last,
    };
    const target = to[event.key];
    if (target === undefined || last < 0) return;
    event.preventDefault();
    this.#choose(Math.min(last, Math.max(0, target)));
  }
}
