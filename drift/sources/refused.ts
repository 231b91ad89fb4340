import { z } from "zod";

const showPlan = "terraform show -json plan.bin > plan.json";
const exportStack = "pulumi stack export --file state.json";
const unwrapped = "set terraform_wrapper: false in the step hashicorp/setup-terraform";
const outputOfShow = "give the output of terraform show -json plan.bin";

/** Bytes of the beginning that are enough to recognize what a document is not. */
export const headLength = 64;

/** What a document begins with that is not JSON, and its likely cause with the fix. */
const beginnings: readonly (readonly [begins: RegExp, why: string])[] = [
  [
    /^(?:\xff\xfe|\xfe\xff|\0[^\0]|[^\0]\0)/,
    `is UTF-16, as > writes it in Windows PowerShell; let cmd write it: cmd /c "${showPlan}", or pulumi: ${exportStack}`,
  ],
  [/^PK/, `is the plan file itself; ${outputOfShow}`],
  [/^\s*\[command\]/, `begins with the command line that the wrapper of setup-terraform prints; ${unwrapped}`],
  [
    /^\d\d:\d\d:\d\d\S* STDOUT /,
    "begins with a log prefix of terragrunt; run it with --tf-forward-stdout, and write one file for each module",
  ],
  [
    /^\s*(?:\p{Cc}\[[\d;]*m)*(?:# |Terraform |OpenTofu |No changes)/u,
    "is the text that terraform show prints for people; add -json: terraform show -json",
  ],
  [
    /^\s*</,
    "is HTML or XML, such as the page of a login or an error, and not JSON; check where it was downloaded from",
  ],
];

/** Returns why a document that begins so is refused; undefined where it may be JSON. */
export function whyNotJson(head: Buffer): string | undefined {
  const text = head.toString("latin1");
  return beginnings.find(([begins]) => begins.test(text))?.[1];
}

/** Keys of a document that is JSON, and not what is wanted. */
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
    why: "is encrypted by OpenTofu; give the output of tofu show -json, run where the encryption is configured",
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
    why: `is the output of pulumi preview (or up), and not a state; export the stack with ${exportStack}, and judge a preview with the policy pack: pulumi preview --policy-pack`,
  },
  {
    is: (keys) => keys.has("terraform_version") && keys.has("lineage"),
    why: "is Terraform's own state file; give the output of terraform show -json (or tofu show -json) instead",
  },
  {
    is: hasAll("version", "checkpoint"),
    why: `is a checkpoint of Pulumi's backend; export the stack with ${exportStack}`,
  },
];

/** Returns why a document with these keys is refused; undefined where it is not one that is known. */
export function whyNotWanted(document: unknown): string | undefined {
  const keys = new Set(Object.keys(z.looseObject({}).safeParse(document).data ?? {}));
  return knownDocuments.find(({ is }) => is(keys))?.why;
}

/**
 * Returns why a document after which more comes is refused.
 * @param first the first document
 * @param after what stands behind it, as far as it is known
 */
export function whyMore(first: unknown, after: string): string {
  if (/^\s*(?:::|\[command\])/.test(after))
    return `holds lines of the wrapper of setup-terraform behind its JSON; ${unwrapped}`;
  return (
    whyNotWanted(first) ??
    "holds several JSON documents, as terragrunt run-all prints them; write one file for each module, and give them one by one"
  );
}
