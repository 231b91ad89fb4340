import { z } from "zod";
import { DriftError } from "../errors.js";
import type { Piece, Wanted } from "./json-elements.js";
import { cutterFor, PulumiState, pulumiWanted, type Deployed } from "./pulumi-state.js";
import { isTerraform, TerraformState, terraformWanted, type LeftOut, type Secrets } from "./terraform.js";

/** What of a document is looked at. @param properties what of a resource; default: all */
export function wanted(properties: readonly string[] | undefined): Wanted {
  const cutter = properties && cutterFor(properties);
  return {
    elements: (path) => pulumiWanted.elements(path) || terraformWanted.elements(path),
    skips: (path) => terraformWanted.skips(path),
    cutter: (path) => (pulumiWanted.elements(path.slice(0, -1)) ? cutter : undefined),
  };
}

const terraformFile = z.looseObject({ terraform_version: z.string(), lineage: z.string() });

/**
 * Deployed resources out of the pieces of a document: a `pulumi stack export`, or a `terraform show -json` of a state or a
 * plan. Only after the last piece is it certain that these were all.
 */
export class StateReader {
  readonly #source: string;
  readonly #pulumi: PulumiState;
  readonly #terraform: TerraformState;

  /**
   * @param stack what a stack is called that does not name itself
   * @param secrets how Terraform's sensitive values are handed out
   */
  constructor(source: string, stack: string, secrets: Secrets = "hide") {
    this.#source = source;
    this.#pulumi = new PulumiState(source);
    this.#terraform = new TerraformState(stack, source, secrets);
  }

  /** @throws DriftError where the document is not whole, or none of these */
  *read(piece: Piece): Generator<Deployed> {
    if ("rest" in piece) return yield* this.#end(piece.rest);
    const { path, texts } = piece;
    const isPulumi = path[0] === "deployment";
    for (const text of texts) {
      const found = isPulumi ? this.#pulumi.resource(text) : this.#terraform.resource(path, text);
      if (found) yield found;
    }
  }

  /** What could be told only now. */
  *#end(rest: unknown): Generator<Deployed> {
    if (terraformFile.safeParse(rest).success)
      throw new DriftError(
        `${this.#source} is Terraform's own state file: give what terraform show -json (or tofu show -json) says instead`,
      );
    if (isTerraform(rest)) yield* this.#terraform.end(rest);
    else this.#pulumi.end(rest);
  }

  /** Told after the last piece: is it a plan of Terraform, and what does it leave out? */
  get plan(): { readonly leftOut: LeftOut | undefined } | undefined {
    return this.#terraform.isPlan ? { leftOut: this.#terraform.leftOut } : undefined;
  }
}
