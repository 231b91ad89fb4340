import { RunError } from "@pulumi/pulumi";
import { printableMessage } from "../../provider/platform/printable.js";

/** A mistake in the configuration of the pack. Pulumi shows its message without a stack trace. */
export class PackConfigError extends RunError {
  override readonly name = "PackConfigError";

  constructor(message: string) {
    super(printableMessage(message));
    // Pulumi shows the stack of an error that a policy throws.
    this.stack = this.message;
  }
}
