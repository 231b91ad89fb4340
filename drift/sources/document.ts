import { z } from "zod";
import { DriftError } from "../errors.js";
import { JsonElements, type Wanted } from "./json-elements.js";
import { cutterFor, PulumiState, pulumiWanted, type Deployed } from "./pulumi-state.js";
import { isTerraform, TerraformState, terraformWanted } from "./terraform.js";

/** @param properties what is wanted of a resource's; default: all */
function wanted(properties: readonly string[] | undefined): Wanted {
  const cutter = properties && cutterFor(properties);
  return {
    elements: (path) => pulumiWanted.elements(path) || terraformWanted.elements(path),
    skips: (path) => terraformWanted.skips(path),
    cutter: (path) => (pulumiWanted.elements(path.slice(0, -1)) ? cutter : undefined),
  };
}

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
   * @param properties no other properties of a resource will be looked at: a source may leave them out. Default: all
   */
  constructor(source: string, stack: string, properties?: readonly string[]) {
    this.#source = source;
    this.#elements = new JsonElements(wanted(properties), source);
    this.#pulumi = new PulumiState(source);
    this.#terraform = new TerraformState(stack, source);
  }

  /** @throws DriftError */
  *push(chunk: Buffer): Generator<Deployed> {
    for (const { path, text } of this.#elements.push(chunk)) {
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
}
