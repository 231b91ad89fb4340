import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Position } from "../pulumi/pulumi-state.js";
import { repositoryOf } from "../../common/repository.js";
import { blockOf } from "./terraform-configuration.js";

const resourceBlock = /^[ \t]*resource[ \t]+"([^"\n]+)"[ \t]+"([^"\n]+)"/gm;

/** Finds the positions of resource blocks in the files of a configuration, by their headings. */
export class TerraformFiles {
  readonly #root: string;
  readonly #folders: ReadonlyMap<string, string>;
  readonly #known = new Map<string, ReadonlyMap<string, Position>>();

  /**
   * @param root the folder of the configuration
   * @param folders the folders of its modules, relative to root; a module is `module.a.module.b`, the configuration itself ""
   */
  constructor(root: string, folders: ReadonlyMap<string, string>) {
    this.#root = resolve(root);
    this.#folders = folders;
  }

  /** Returns the position of the block. @param address of a resource */
  positionOf(address: string): Position | undefined {
    const block = blockOf(address);
    const [, module = "", name = ""] = /^((?:module\.[^.]+\.)*)(.*)$/.exec(block) ?? [];
    const folder = this.#folders.get(module.replace(/\.$/, ""));
    return folder === undefined ? undefined : this.#blocksIn(resolve(this.#root, folder)).get(name);
  }

  #blocksIn(folder: string): ReadonlyMap<string, Position> {
    let found = this.#known.get(folder);
    if (!found) this.#known.set(folder, (found = this.#read(folder)));
    return found;
  }

  /** Reads the positions in a folder. Unreadable files are ignored, because positions are optional. */
  #read(folder: string): Map<string, Position> {
    const blocks = new Map<string, Position>();
    const from = repositoryOf(this.#root) ?? this.#root;
    try {
      for (const name of readdirSync(folder).filter((file) => /\.(tf|tofu)$/.test(file))) {
        const text = readFileSync(join(folder, name), "utf8");
        const file = relative(from, join(folder, name)).replaceAll("\\", "/");
        for (const { 1: type, 2: label, index } of text.matchAll(resourceBlock)) {
          const line = text.slice(0, index).split("\n").length;
          if (!file.startsWith("../")) blocks.set(`${type}.${label}`, { file, line });
        }
      }
    } catch {
      return blocks;
    }
    return blocks;
  }
}
