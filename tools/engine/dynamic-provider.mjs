// Starts the dynamic provider of the program's own @pulumi/pulumi; the engine runs this in the program's folder.
import { createRequire } from "node:module";
import { join } from "node:path";

const program = createRequire(join(process.cwd(), "index.js"));
program("@pulumi/pulumi/cmd/dynamic-provider");
