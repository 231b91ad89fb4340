import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from "vscode-jsonrpc/node";

const server = join(__dirname, "../../node_modules/yaml-language-server/bin/yaml-language-server");

interface Position {
  readonly line: number;
  readonly character: number;
}

/** A diagnostic of a language server. */
export interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

/** What an editor shows of a document: underlined texts with their messages, and the completions at a mark. */
export interface EditorView {
  readonly underlined: readonly (readonly [text: string, message: string])[];
  readonly completions: readonly string[];
}

/** The language server of YAML, as editors start it. */
export class LanguageServer {
  readonly #child: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #waiting = new Map<string, (found: readonly Diagnostic[]) => void>();

  constructor() {
    const child = spawn(process.execPath, [server, "--stdio"], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    this.#child = child;
    this.#connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    this.#connection.onNotification(
      "textDocument/publishDiagnostics",
      ({ uri, diagnostics }: { uri: string; diagnostics: readonly Diagnostic[] }) =>
        this.#waiting.get(uri)?.(diagnostics),
    );
    const yaml = { validate: true, completion: true, schemaStore: { enable: false } };
    this.#connection.onRequest("workspace/configuration", ({ items }: { items: readonly { section?: string }[] }) =>
      items.map(({ section }) => (section === "yaml" ? yaml : {})),
    );
    this.#connection.onRequest("client/registerCapability", () => null);
    this.#connection.listen();
  }

  async start(folder: string): Promise<void> {
    const capabilities = {
      workspace: { configuration: true, workspaceFolders: true },
      textDocument: { publishDiagnostics: {}, completion: { completionItem: { snippetSupport: false } } },
    };
    const rootUri = pathToFileURL(folder).href;
    const workspaceFolders = [{ uri: rootUri, name: "project" }];
    await this.#connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri,
      capabilities,
      workspaceFolders,
    });
    await this.#connection.sendNotification("initialized", {});
    await this.#connection.sendNotification("workspace/didChangeConfiguration", { settings: {} });
  }

  /** Opens a document. @param text `|` marks the place of completions */
  async view(path: string, text: string): Promise<EditorView> {
    const at = text.indexOf("|");
    const whole = text.replace("|", "");
    const uri = pathToFileURL(path).href;
    const published = new Promise<readonly Diagnostic[]>((done) => this.#waiting.set(uri, done));
    await this.#connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "yaml", version: 1, text: whole },
    });
    const diagnostics = await published;
    const completions = at < 0 ? [] : await this.#complete(uri, positionOf(text, at));
    await this.#connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    return {
      underlined: diagnostics.map(({ range, message }) => [textIn(whole, range), message] as const),
      completions,
    };
  }

  async #complete(uri: string, position: Position): Promise<string[]> {
    const found = await this.#connection.sendRequest<{ items: readonly { label: string }[] }>(
      "textDocument/completion",
      {
        textDocument: { uri },
        position,
      },
    );
    return found.items.map(({ label }) => label);
  }

  async end(): Promise<void> {
    const ended = once(this.#child, "exit");
    await this.#connection.sendRequest("shutdown");
    await this.#connection.sendNotification("exit");
    await ended;
    this.#connection.dispose();
  }
}

function positionOf(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

/** Returns the text in a range on one line, as `line:column text`. */
function textIn(text: string, { start, end }: Diagnostic["range"]): string {
  const line = text.split("\n")[start.line] ?? "";
  const found = start.line === end.line ? line.slice(start.character, end.character) : line.slice(start.character);
  return `${start.line + 1}:${start.character + 1} ${found}`;
}
