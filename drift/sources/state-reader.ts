import { z } from "zod";
import { signature } from "../../provider/functions/pulumi-sentinels.js";
import { parseExactly } from "../../provider/platform/exact-json.js";
import { DriftError } from "../common/errors.js";
import type { Piece } from "./json/splitter.js";
import { isCheckpoint, PulumiState, type Deployed } from "./pulumi/pulumi-state.js";
import { whyNotWanted } from "./json/refused.js";
import { checkStateFile, isStateFile } from "./terraform/terraform-state-file.js";
import { isTerraform, TerraformState, unknownVersion, type Secrets } from "./terraform/terraform.js";

const isStack = z.looseObject({ deployment: z.looseObject({}) });

/** Returns the error for a document that is not a plan. */
export function notPlan(source: string, isState: boolean): DriftError {
  const how = "create one with terraform show -json PLANFILE > plan.json";
  return new DriftError(
    isState
      ? `${source} is a state, not a plan: ${how}, or compare deployed resources with orange-cmdb drift --state`
      : `${source} is not a plan: ${how}`,
  );
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads deployed resources from the pieces of a `pulumi stack export`, or of a `terraform show -json` of a state or plan. The
 * resources are complete only after the last piece.
 */
export class StateReader {
  readonly #source: string;
  readonly #wants: "plan" | "any";
  readonly #pulumi: PulumiState;
  readonly #terraform: TerraformState;

  /**
   * @param stack name of a stack whose state has none
   * @param secrets treatment of Terraform's sensitive values
   * @param wants the required document. Default: any of these
   */
  constructor(source: string, stack: string, secrets: Secrets = "hide", wants: "plan" | "any" = "any") {
    this.#source = source;
    this.#wants = wants;
    this.#pulumi = new PulumiState(source);
    this.#terraform = new TerraformState(stack, source, secrets);
  }

  /** Reads a piece. @throws DriftError if the document is incomplete or of another format */
  *read(piece: Piece): Generator<Deployed> {
    if ("rest" in piece) return yield* this.#end(piece.rest);
    const { path, json } = piece;
    let text: string;
    let entries: unknown[];
    try {
      text = decoder.decode(json);
      entries = parseExactly(text) as unknown[];
    } catch {
      throw new DriftError(`${this.#source} is not complete JSON: invalid resource; export it again`);
    }
    const hasSecrets = text.includes(signature);
    for (const entry of entries) {
      if (path[0] === "resources") yield* this.#terraform.stateFileResource(entry);
      else {
        const isPulumi = path[0] === "deployment" || path[0] === "checkpoint";
        const found = isPulumi ? this.#pulumi.resource(entry, hasSecrets) : this.#terraform.resource(path, entry);
        if (found) yield found;
      }
    }
  }

  /** Returns resources that depend on the whole document. */
  *#end(rest: unknown): Generator<Deployed> {
    const version = unknownVersion(rest);
    if (version !== undefined)
      throw new DriftError(
        `${this.#source} has format_version ${JSON.stringify(version.slice(0, 40))}, but only 0 and 1 are supported: use a terraform or tofu that writes these, or update orange-cmdb`,
      );
    const isPlan = this.#wants === "plan";
    const isOwn = isStateFile(rest);
    const why = whyNotWanted(rest);
    const isState = isOwn || isCheckpoint(rest) || isStack.safeParse(rest).success;
    if (why !== undefined && !(isPlan && isState)) throw new DriftError(`${this.#source} ${why}`);
    if (isPlan && (isState || !isTerraform(rest))) throw notPlan(this.#source, isState);
    if (isOwn) checkStateFile(rest, this.#source);
    else if (isTerraform(rest)) yield* this.#terraform.end(rest);
    else this.#pulumi.end(rest);
  }

  /** Details of a Terraform plan, available after the last piece; undefined for other documents. */
  get plan(): Pick<TerraformState, "leftOut" | "folders"> | undefined {
    return this.#terraform.isPlan ? this.#terraform : undefined;
  }
}
