import { z } from "zod";
import { DriftError } from "../errors.js";
import { JsonElements, type Wanted } from "./json-elements.js";
import { PulumiState, pulumiWanted, type Deployed } from "./pulumi-state.js";
import { isTerraform, TerraformState, terraformWanted, type Secrets } from "./terraform.js";

const wanted: Wanted = {
  elements: (path) => pulumiWanted.elements(path) || terraformWanted.elements(path),
  skips: (path) => terraformWanted.skips(path),
};

const terraformFile = z.looseObject({ terraform_version: z.string(), lineage: z.string() });

/**
 * Deployed resources out of the bytes of a document: a `pulumi stack export`, or a `terraform show -json` of a state or a
 * plan. They are handed out as the bytes come; only after `end` is it certain that these were all.
 */
export class StateDocument {
  readonly #source: string;
  readonly #elements: JsonElements;
  readonly #pulumi: PulumiState;
  readonly #terraform: TerraformState;

  /**
   * @param stack what a stack is called that does not name itself
   * @param secrets how Terraform's sensitive values are handed out
   */
  constructor(source: string, stack: string, secrets: Secrets = "hide") {
    this.#source = source;
    this.#elements = new JsonElements(wanted, source);
    this.#pulumi = new PulumiState(source);
    this.#terraform = new TerraformState(stack, source, secrets);
  }

  /** @throws DriftError */
  *push(chunk: Buffer): Generator<Deployed> {
    for (const { path, bytes } of this.#elements.push(chunk)) {
      const text = bytes.toString();
      const found = path[0] === "deployment" ? this.#pulumi.resource(text) : this.#terraform.resource(path, text);
      if (found) yield found;
    }
  }

  /** What could be told only now. @throws DriftError where the document is not whole, or none of these */
  *end(): Generator<Deployed> {
    const rest = this.#elements.end();
    if (terraformFile.safeParse(rest).success)
      throw new DriftError(
        `${this.#source} is Terraform's own state file: give what terraform show -json (or tofu show -json) says instead`,
      );
    if (isTerraform(rest)) yield* this.#terraform.end(rest);
    else this.#pulumi.end(rest);
  }
  /** Told after `end`: is it a plan of Terraform, what does it leave out, and where do its modules lie? */
  get plan(): Pick<TerraformState, "leftOut" | "folders"> | undefined {
    return this.#terraform.isPlan ? this.#terraform : undefined;
  }
}
