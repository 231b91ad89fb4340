import { RunError } from "@pulumi/pulumi";
import { printableMessage } from "../provider/inventory/printable.js";

/** A user's mistake in the configuration of the pack: Pulumi shows its message, and no stack trace. */
export class PackMistake extends RunError {
  override readonly name = "PackMistake";

  constructor(message: string) {
    super(printableMessage(message));
    // What a policy throws is shown with its stack.
    this.stack = this.message;
  }
}
