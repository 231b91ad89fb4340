import { z } from "zod";
import { signature } from "../../provider/functions/pulumi-marks.js";
import { parseExactly } from "../../provider/inventory/exact-json.js";
import { DriftError } from "../errors.js";
import type { Piece } from "./json-elements.js";
import { PulumiState, type Deployed } from "./pulumi-state.js";
import { whyNotWanted } from "./refused.js";
import { isTerraform, TerraformState, unknownVersion, type Secrets } from "./terraform.js";

const terraformFile = z.looseObject({ terraform_version: z.string(), lineage: z.string() });

const isStack = z.looseObject({ deployment: z.looseObject({}) });

/** What is said of a document that should be a plan. */
export function notPlan(source: string, isState: boolean): DriftError {
  const how = "make one with terraform show -json PLANFILE > plan.json";
  return new DriftError(
    isState
      ? `${source} is no plan but a state: ${how}; what is deployed is compared by orange-cmdb drift --state`
      : `${source} is no plan: ${how}`,
  );
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Deployed resources out of the pieces of a document: a `pulumi stack export`, or a `terraform show -json` of a state or a
 * plan. Only after the last piece is it certain that these were all.
 */
export class StateReader {
  readonly #source: string;
  readonly #wants: "plan" | "any";
  readonly #pulumi: PulumiState;
  readonly #terraform: TerraformState;

  /**
   * @param stack what a stack is called that does not name itself
   * @param secrets how Terraform's sensitive values are handed out
   * @param wants what it has to be. Default: any of these
   */
  constructor(source: string, stack: string, secrets: Secrets = "hide", wants: "plan" | "any" = "any") {
    this.#source = source;
    this.#wants = wants;
    this.#pulumi = new PulumiState(source);
    this.#terraform = new TerraformState(stack, source, secrets);
  }

  /** @throws DriftError where the document is not whole, or none of these */
  *read(piece: Piece): Generator<Deployed> {
    if ("rest" in piece) return yield* this.#end(piece.rest);
    const { path, json } = piece;
    let text: string;
    let entries: unknown[];
    try {
      text = decoder.decode(json);
      entries = parseExactly(text) as unknown[];
    } catch {
      throw new DriftError(`${this.#source} is not whole JSON: a resource in it is not; export it again`);
    }
    const hasSecrets = text.includes(signature);
    for (const entry of entries) {
      const found =
        path[0] === "deployment" ? this.#pulumi.resource(entry, hasSecrets) : this.#terraform.resource(path, entry);
      if (found) yield found;
    }
  }

  /** What could be told only now. */
  *#end(rest: unknown): Generator<Deployed> {
    const version = unknownVersion(rest);
    if (version !== undefined)
      throw new DriftError(
        `${this.#source} has format_version ${JSON.stringify(version.slice(0, 40))}, and only 0 and 1 are known: make it with a terraform or tofu that writes these, or update orange-cmdb`,
      );
    const isPlan = this.#wants === "plan";
    const isOwn = terraformFile.safeParse(rest).success;
    const why = whyNotWanted(rest);
    const isState = isOwn || isStack.safeParse(rest).success;
    if (why !== undefined && !(isPlan && isState)) throw new DriftError(`${this.#source} ${why}`);
    if (isPlan && (isState || !isTerraform(rest))) throw notPlan(this.#source, isState);
    if (isTerraform(rest)) yield* this.#terraform.end(rest);
    else this.#pulumi.end(rest);
  }

  /** Told after the last piece: is it a plan of Terraform, what does it leave out, and where do its modules lie? */
  get plan(): Pick<TerraformState, "leftOut" | "folders"> | undefined {
    return this.#terraform.isPlan ? this.#terraform : undefined;
  }
}
