import { z } from "zod";
import { failed, type HttpCall, type HttpReader } from "./http.js";

/** The API of a host, as its service discovery says. */
export interface HcpApi {
  /** Ends in `/`. */
  readonly base: URL;
  readonly host: string;
  readonly credentials: Readonly<Record<string, string>>;
}

const workspace = z.object({
  id: z.string().min(1),
  attributes: z.object({
    name: z.string().min(1),
    locked: z.boolean().nullish(),
    permissions: z.object({ "can-read-state-versions": z.boolean().nullish() }).nullish(),
  }),
  relationships: z
    .object({
      "current-state-version": z.object({ data: z.object({ id: z.string() }).nullish() }).nullish(),
      "locked-by": z.object({ data: z.object({ type: z.string() }).nullish() }).nullish(),
    })
    .nullish(),
});

/** A workspace, as the list has it. */
export type HcpWorkspace = z.output<typeof workspace>;

const page = z.object({
  data: z.array(workspace),
  meta: z.object({
    pagination: z.object({
      "current-page": z.number(),
      "next-page": z.number().nullish(),
      "total-count": z.number(),
    }),
  }),
});

export const tokenHint = "set TFE_TOKEN to a user or team token with access to the workspaces";

/**
 * Lists all workspaces of an organisation that the token can see.
 * @throws DriftError if the list is incomplete
 */
export async function listWorkspaces(
  organization: string,
  { base, host, credentials }: HcpApi,
  reader: HttpReader,
): Promise<HcpWorkspace[]> {
  const url = new URL(`organizations/${encodeURIComponent(organization)}/workspaces`, base);
  const hints = {
    401: tokenHint,
    403: tokenHint,
    404: `check the name of the organisation, and ${tokenHint}`,
  };
  const call: HttpCall = {
    subject: `the list of the workspaces of ${organization} on ${host}`,
    url,
    credentials,
    accept: "application/vnd.api+json",
    hints,
  };
  const workspaces = new Map<string, HcpWorkspace>();
  for (let number = 1; ;) {
    url.search = `page[size]=100&page[number]=${number}`;
    const response: z.output<typeof page> | undefined = await reader.json(call, page);
    if (!response) throw failed(call, "no response", "run again");
    const { "current-page": current, "next-page": next, "total-count": total } = response.meta.pagination;
    if (current !== number) throw failed(call, `page ${current} came instead of page ${number}`, "run again");
    for (const entry of response.data) {
      const { name } = entry.attributes;
      if (workspaces.has(name)) throw failed(call, `the workspace ${name} is listed twice`, "run again");
      workspaces.set(name, entry);
    }
    if (!next) {
      if (workspaces.size === total) return [...workspaces.values()];
      throw failed(call, `it has ${workspaces.size} of ${total} workspaces`, "run again");
    }
    if (next !== number + 1) throw failed(call, `page ${next} follows page ${number}`, "run again");
    number = next;
  }
}
