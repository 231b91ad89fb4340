import { z } from "zod";

const showPlan = "terraform show -json plan.bin > plan.json";
const exportStack = "pulumi stack export --file state.json";
const unwrapped = "set terraform_wrapper: false in the step hashicorp/setup-terraform";
const outputOfShow = "pass the output of terraform show -json plan.bin";

/** Number of first bytes that are needed to recognize a wrong document. */
export const headLength = 64;

/** Beginnings of documents that are not JSON, with cause and fix. */
const beginnings: readonly (readonly [begins: RegExp, why: string])[] = [
  [
    /^(?:\xff\xfe|\xfe\xff|\0[^\0]|[^\0]\0)/,
    `is UTF-16, as > writes it in Windows PowerShell; let cmd write it: cmd /c "${showPlan}", or pulumi: ${exportStack}`,
  ],
  [/^PK/, `is the plan file itself; ${outputOfShow}`],
  [/^\s*\[command\]/, `begins with the command line that the wrapper of setup-terraform prints; ${unwrapped}`],
  [
    /^\d\d:\d\d:\d\d\S* STDOUT /,
    "begins with a log prefix of terragrunt; run it with --tf-forward-stdout, and write one file per module",
  ],
  [
    /^\s*(?:\p{Cc}\[[\d;]*m)*(?:# |Terraform |OpenTofu |No changes)/u,
    "is the text output of terraform show; add -json: terraform show -json",
  ],
  [/^\s*</, "is HTML or XML instead of JSON, for example a login or error page; check the download address"],
];

/** Returns why a document with this beginning is rejected; undefined if it can be JSON. */
export function whyNotJson(head: Buffer): string | undefined {
  const text = head.toString("latin1");
  return beginnings.find(([begins]) => begins.test(text))?.[1];
}

/** Recognizes JSON documents of other commands by their keys. */
interface Known {
  readonly is: (keys: ReadonlySet<string>) => boolean;
  readonly why: string;
}

const hasAll =
  (...names: readonly string[]) =>
  (keys: ReadonlySet<string>): boolean =>
    names.every((name) => keys.has(name));

const knownDocuments: readonly Known[] = [
  {
    is: hasAll("encrypted_data"),
    why: "is encrypted by OpenTofu; pass the output of tofu show -json, run where the encryption is configured",
  },
  {
    is: hasAll("@level", "@message"),
    why: `is the log of terraform plan -json or apply -json; save the plan with terraform plan -out=plan.bin, and ${outputOfShow}`,
  },
  {
    is: (keys) =>
      (keys.has("steps") && (keys.has("changeSummary") || keys.has("duration") || keys.has("config"))) ||
      hasAll("manifest", "resourcePlans")(keys) ||
      (keys.has("timestamp") && [...keys].some((key) => key.endsWith("Event"))),
    why: `is the output of pulumi preview or up, not a state; export the stack with ${exportStack}, or check a preview with pulumi preview --policy-pack`,
  },
];

/** Returns why a document with these keys is rejected; undefined if it is not recognized. */
export function whyNotWanted(document: unknown): string | undefined {
  const keys = new Set(Object.keys(z.looseObject({}).safeParse(document).data ?? {}));
  return knownDocuments.find(({ is }) => is(keys))?.why;
}

/**
 * Returns why a document followed by more text is rejected.
 * @param first the first document
 * @param after the known beginning of the text after it
 */
export function whyMore(first: unknown, after: string): string {
  if (/^\s*(?:::|\[command\])/.test(after))
    return `has output of the setup-terraform wrapper after its JSON; ${unwrapped}`;
  return (
    whyNotWanted(first) ??
    "has several JSON documents, such as the output of terragrunt run-all; write one file per module, and pass each file"
  );
}
