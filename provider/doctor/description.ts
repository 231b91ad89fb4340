import { z } from "zod";
import { collections, kinds, type Kind } from "../inventory/records.js";
import type { ApiSettings } from "../api/settings.js";
import type { Transport } from "../api/transport.js";
import { isOwnAnswer } from "./own-answer.js";
import { plainValueError } from "./plain-fault.js";
import type { Check, Proposal } from "./report.js";

const parameter = z.looseObject({ name: z.string(), in: z.string() });
const operation = z.looseObject({
  parameters: z.array(z.union([parameter, z.looseObject({ $ref: z.string() })])).optional(),
});
const description = z.looseObject({
  paths: z.record(z.string(), z.looseObject({ get: operation.optional(), parameters: operation.shape.parameters })),
  components: z.looseObject({ parameters: z.record(z.string(), parameter).optional() }).optional(),
});

/** What else stands there is not shown. */
const isName = /^[A-Za-z_$][\w.$[\]-]{0,63}$/;

/** What `GET /doc` says, as far as the client is concerned. */
export interface Described {
  readonly checks: readonly Check[];
  readonly proposals: readonly Proposal[];
  /** The query parameters of each list. */
  readonly parameters: Readonly<Partial<Record<Kind, readonly string[]>>>;
  /** Why it could not be read. */
  readonly fault?: Error;
}

/** Asks the API for its own description, and compares it with what the client assumes. */
export async function examineDescription(transport: Transport, settings: ApiSettings): Promise<Described> {
  try {
    return readDescription(await transport.getJson(["doc"]), settings);
  } catch (error) {
    if (isOwnAnswer(error) && error.status === 404) return undescribed("no OpenAPI description");
    const fault = plainValueError(error);
    return { ...undescribed(`could not be read: ${fault.message}`), fault };
  }
}

function undescribed(detail: string): Described {
  const next = "look at it with a browser; nothing depends on it";
  const check: Check = { area: "description", name: "GET /doc", status: "unknown", detail, next };
  return { checks: [check], proposals: [], parameters: {} };
}

function readDescription(doc: unknown, { paging }: ApiSettings): Described {
  const parsed = description.safeParse(doc);
  if (!parsed.success) return undescribed("no OpenAPI description");
  const parameters: Partial<Record<Kind, string[]>> = {};
  const checks = kinds.flatMap((kind): Check[] => {
    const path = Object.keys(parsed.data.paths).find((key) => key.split("/").at(-1) === collections[kind]);
    const item = path === undefined ? undefined : parsed.data.paths[path];
    const list = `/${collections[kind]}`;
    if (!item?.get) {
      return [
        { area: "description", name: list, status: "warning", detail: "is not described", next: "check endpoint" },
      ];
    }
    const names = [...(item.parameters ?? []), ...(item.get.parameters ?? [])].flatMap((entry) => {
      const found =
        "name" in entry ? entry : parsed.data.components?.parameters?.[String(entry.$ref).split("/").at(-1) ?? ""];
      const name = String(found?.name);
      return found?.in === "query" && isName.test(name) ? [name] : [];
    });
    parameters[kind] = names;
    const wanted = paging.style === "none" ? [] : [paging.limitParameter, paging.offsetParameter];
    const missing = wanted.filter((each) => !names.includes(each));
    return [
      missing.length === 0
        ? { area: "description", name: list, status: "ok", detail: `query parameters ${names.join(", ") || "none"}` }
        : {
            area: "description",
            name: list,
            status: "warning",
            detail: `has query parameters ${names.join(", ") || "none"}, and not ${missing.join(", ")}`,
            next: "see the proposed settings",
          },
    ];
  });
  return { checks, proposals: proposePaging(parameters, paging), parameters };
}

/** What paging parameters are called elsewhere. */
const sizes = /^(limit|size|page_?size|per_?page|max_?results|count|top)$/i;
const offsets = /^(offset|start|skip|from)$/i;
const numbers = /^(page|page_?number|page_?index)$/i;

function proposePaging(
  parameters: Readonly<Partial<Record<Kind, readonly string[]>>>,
  paging: ApiSettings["paging"],
): Proposal[] {
  const names = [...new Set(Object.values(parameters).flat())];
  const why = "GET /doc describes it so";
  const find = (pattern: RegExp): string | undefined => names.find((name) => pattern.test(name));
  const [size, offset, number] = [find(sizes), find(offsets), find(numbers)];
  const position = offset ?? number;
  const proposals: Proposal[] = [];
  if (size !== undefined && size !== paging.limitParameter && !names.includes(paging.limitParameter)) {
    proposals.push({ setting: "limitParameter", value: size, why });
  }
  if (position !== undefined && position !== paging.offsetParameter && !names.includes(paging.offsetParameter)) {
    proposals.push({ setting: "offsetParameter", value: position, why });
    const style = offset === undefined ? "page" : "offset";
    if (style !== paging.style) proposals.push({ setting: "pagingStyle", value: style, why });
  }
  return proposals;
}
