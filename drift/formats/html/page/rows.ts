import type { FindingRow, Note, PageData, RecordRow } from "../page-data.js";
import { h, number } from "./dom.js";

/** Creates the row of a finding. */
export function findingRow(data: PageData, row: FindingRow): HTMLElement {
  const severity = data.severities[row[0]] ?? "";
  const place = [data.stacks[row[2]], data.sites[row[3]]?.name].filter((text) => text !== undefined).join(" · ");
  return h(
    "div",
    { class: "finding" },
    h("span", { class: `badge ${severity}` }, severity),
    h(
      "span",
      { class: "finding-text" },
      h("span", { class: "finding-message" }, row[8]),
      h("span", { class: "quiet" }, row[6]),
    ),
    h("span", { class: "finding-place quiet" }, h("code", {}, data.rules[row[1]]?.name ?? ""), h("span", {}, place)),
  );
}

/** Creates the row of a record. */
export function recordRow(data: PageData, row: RecordRow): HTMLElement {
  const [kind, id, name, site, resources] = row;
  return h(
    "div",
    { class: "record" },
    h("span", { class: `badge ${resources > 0 ? "covered" : "rest"}` }, resources > 0 ? "covered" : "uncovered"),
    h(
      "span",
      { class: "finding-text" },
      h("span", { class: "finding-message" }, id),
      h("span", { class: "quiet" }, name),
    ),
    h(
      "span",
      { class: "finding-place quiet" },
      h("code", {}, data.kinds[kind] ?? ""),
      h("span", {}, data.sites[site]?.name ?? (resources > 0 ? `${number(resources)} resources` : "")),
    ),
  );
}

/** Creates the row of a note. */
export function noteRow({ title, detail }: Note): HTMLElement {
  return h(
    "div",
    { class: "note" },
    h("span", { class: "finding-message" }, title),
    h("span", { class: "quiet" }, detail),
  );
}

/** Creates the details of a finding. */
export function detail(data: PageData, row: FindingRow, close: () => void): HTMLElement {
  const [severity, rule, stack, site, kind, recordId, urn, type, message, fingerprint, expected, actual, position] =
    row;
  const { name = "", title = "", remediation = "" } = data.rules[rule] ?? {};
  const facts: [string, string | undefined][] = [
    ["Resource", urn],
    ["Type", type],
    ["Stack", data.stacks[stack]],
    ["Record", recordId === "" ? data.kinds[kind] : `${data.kinds[kind] ?? ""} ${recordId}`],
    ["Site", data.sites[site] && `${data.sites[site].name} (${data.sites[site].id})`],
    ["Expected", expected],
    ["Found", actual],
    ["Program", position],
    ["Fingerprint", fingerprint],
  ];
  const button = h("button", { type: "button", class: "plain", "aria-label": "Close the details" }, "✕");
  button.addEventListener("click", close);
  return h(
    "aside",
    { class: "detail card", "aria-label": "Details of the finding" },
    h(
      "header",
      {},
      h("span", { class: `badge ${data.severities[severity] ?? ""}` }, data.severities[severity]),
      h("code", {}, name),
      button,
    ),
    h("h2", {}, title),
    h("p", { class: "detail-message" }, message),
    h("p", { class: "cure" }, h("strong", {}, "To do: "), remediation),
    h(
      "dl",
      {},
      ...facts.flatMap(([term, text]) =>
        text === undefined || text === "" ? [] : [h("dt", {}, term), h("dd", {}, text)],
      ),
    ),
  );
}
