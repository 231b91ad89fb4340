import type { PageData } from "../page-data.js";
import { h, number, s, time } from "./dom.js";

/** Draws the covered share as a ring. */
export function ring(share: number | undefined, label: string): SVGElement {
  const radius = 52;
  const length = 2 * Math.PI * radius;
  const said = share === undefined ? "–" : `${share}%`;
  return s(
    "svg",
    { viewBox: "0 0 128 128", class: "ring", role: "img", "aria-label": label },
    s("circle", { cx: 64, cy: 64, r: radius, class: "ring-rest" }),
    s("circle", {
      cx: 64,
      cy: 64,
      r: radius,
      class: "ring-part",
      "stroke-dasharray": `${((share ?? 0) / 100) * length} ${length}`,
      transform: "rotate(-90 64 64)",
    }),
    s("text", { x: 64, y: 73, class: "ring-text", "aria-hidden": "true" }, said),
  );
}

/** A row of a bar chart, with a label and parts. */
export interface Bar {
  readonly label: string;
  readonly hint: string;
  /** Text at the end. */
  readonly value: string;
  readonly parts: readonly { readonly value: number; readonly className: string; readonly name: string }[];
  readonly pressed?: boolean;
  choose?(): void;
}

const width = 1000;

function track(bar: Bar, most: number): SVGElement {
  let x = 0;
  const parts = bar.parts
    .filter(({ value }) => value > 0)
    .map(({ value, className }) => {
      const length = Math.max(6, (value / Math.max(1, most)) * width);
      const part = s("rect", { x, y: 0, width: length, height: 10, class: className });
      x += length;
      return part;
    });
  return s(
    "svg",
    { viewBox: `0 0 ${width} 10`, class: "bar", preserveAspectRatio: "none", "aria-hidden": "true" },
    ...parts,
  );
}

/** Draws bars that filter the list; with `whole` each bar has the full width. */
export function bars(title: string, all: readonly Bar[], whole = false): HTMLElement {
  const total = (bar: Bar): number => bar.parts.reduce((sum, { value }) => sum + value, 0);
  const most = Math.max(...all.map(total), 1);
  const rows = all.map((bar) => {
    const words = bar.parts.map(({ value, name }) => `${number(value)} ${name}`).join(", ");
    const inner = [
      h("span", { class: "bar-label", title: bar.hint }, bar.label),
      h("span", { class: "bar-value" }, bar.value),
      track(bar, whole ? total(bar) : most),
    ];
    const label = `${bar.label}: ${words}`;
    if (!bar.choose) return h("li", {}, h("div", { class: "bar-row", role: "img", "aria-label": label }, ...inner));
    const button = h(
      "button",
      { type: "button", class: "bar-row", "aria-pressed": String(bar.pressed === true), "aria-label": label },
      ...inner,
    );
    button.addEventListener("click", () => bar.choose?.());
    return h("li", {}, button);
  });
  const body = rows.length > 0 ? h("ul", { class: "bars" }, ...rows) : h("p", { class: "quiet" }, "Nothing to show");
  return h("section", { class: "card" }, h("h2", {}, title), body);
}

/** Draws the trend: coverage as a line, findings as columns with ignored and known ones on top. */
export function trend(points: PageData["trend"]): HTMLElement | undefined {
  if (points.length < 2) return undefined;
  const shown = points.slice(-90);
  const [w, top, bottom] = [1000, 10, 170];
  const step = w / shown.length;
  const counts = shown.map(({ findings: { error, warning, info }, ignored = 0, known = 0 }) => ({
    findings: error + warning + info,
    apart: ignored + known,
  }));
  // Even, so that half of it is an integer.
  const most = 2 * Math.ceil(Math.max(...counts.map(({ findings, apart }) => findings + apart), 1) / 2);
  const y = (share: number): number => bottom - share * (bottom - top);
  const columns = shown.flatMap((point, index) => {
    const { findings, apart } = counts[index] ?? { findings: 0, apart: 0 };
    const text = `${time(point.at)}: ${number(findings)} findings, ${number(point.ignored ?? 0)} ignored, ${number(point.known ?? 0)} known, ${point.covered} of ${point.records} records covered`;
    const column = (from: number, count: number, className: string): SVGElement =>
      s(
        "rect",
        {
          x: index * step + step * 0.15,
          y: y((from + count) / most),
          width: step * 0.7,
          height: y(from / most) - y((from + count) / most),
          class: className,
        },
        s("title", {}, text),
      );
    return [
      column(0, findings, point.failed ? "column bad" : "column"),
      ...(apart > 0 ? [column(findings, apart, "column apart")] : []),
    ];
  });
  const line = shown
    .map(({ covered, records }, index) => `${index * step + step / 2},${y(records === 0 ? 0 : covered / records)}`)
    .join(" ");
  const [first, last] = [shown[0], shown.at(-1)];
  const label = `Coverage and findings of ${shown.length} runs, from ${time(first?.at ?? "")} to ${time(last?.at ?? "")}`;
  const axis = (name: string, figures: readonly string[]): HTMLElement =>
    h("div", { class: `axis ${name}`, "aria-hidden": "true" }, ...figures.map((figure) => h("span", {}, figure)));
  return h(
    "section",
    { class: "card wide" },
    h("h2", {}, "Over time"),
    h(
      "div",
      { class: "chart" },
      axis("of-findings", [number(most), number(most / 2), "0"]),
      s(
        "svg",
        { viewBox: `0 0 ${w} 180`, class: "trend", role: "img", "aria-label": label, preserveAspectRatio: "none" },
        ...[0, 0.5, 1].map((share) => s("line", { x1: 0, x2: w, y1: y(share), y2: y(share), class: "grid" })),
        ...columns,
        s("polyline", { points: line, class: "line" }),
      ),
      axis("of-coverage", ["100 %", "50 %", "0 %"]),
    ),
    h(
      "p",
      { class: "legend" },
      h("span", { class: "key key-column" }, "findings (left)"),
      h("span", { class: "key key-bad" }, "findings of a failed run"),
      h("span", { class: "key key-apart" }, "ignored or known"),
      h("span", { class: "key key-line" }, "records covered (right)"),
      h("span", { class: "quiet" }, `${time(first?.at ?? "")} – ${time(last?.at ?? "")}`),
    ),
  );
}
