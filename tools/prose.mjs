// Finds phrases that plain technical English does without, in documentation, comments and texts of the program.
// `npm run check` runs it over everything; `node tools/prose.mjs FILE…` over some files.
import { globSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { root } from "./paths.mjs";

/** Phrases, as regular expressions that ignore case, and what to write instead. A space also matches a line break. */
export const phrases = [
  ["whoever", "name the subject: the user, the caller, the process"],
  ["some(?:body|one) else(?:'s)?", "another user, another process"],
  ["(?:what|who) of", "name the subject"],
  ["(?:comes?|came) to nothing", "has no effect"],
  ["anew", "again"],
  ["mends?|mended|mending", "fixes, run …"],
  ["slip of the pen|(?:may be|is) a slip", "typo"],
  ["(?:pass|passes|passed) over", "ignore"],
  ["can(?:not)? be had|(?:is|are) had|could not be had", "is (not) available"],
  ["the least that", "minimum"],
  ["(?:of|what|that|which|it) is no(?! (?:longer|more))", "is not a"],
  ["(?:is|are|was|were) none", "does not exist, has no …"],
  ["(?:speak|speaks|spoken|spoke) of", "name, mention"],
  ["(?:is|are|was|were) told", "is reported, receives"],
  ["tells? of|told of", "report"],
  ["says? so", "report"],
  ["is there already|are there already", "exists"],
  ["for ever", "forever; better: until, without a limit"],
  ["nobody", "no user, no process, not …"],
];

/** Folders of TypeScript and JavaScript whose comments and texts are checked. */
const code = ["provider", "policy", "drift", "cli", "ci", "sandbox", "bench", "tools", "test", "examples"];
const documents = ["*.md", "docs/**/*.md", "examples/*/*.md"];
const skipped = /(^|\/)(node_modules|dist)\/|\.d\.ts$|\.generated\.ts$|^tools\/prose\.mjs$|^docs\/reference\/api\//;

const patterns = phrases.map(([phrase, advice]) => ({
  pattern: new RegExp(`\\b(?:${phrase.replaceAll(" ", "\\s+(?:(?:\\*|//|#|>)\\s+)?")})\\b`, "gi"),
  advice,
}));

/** Returns the comments and the texts of a source file, each with its offset. */
function textsOf(file, source) {
  const tree = ts.createSourceFile(
    file,
    source,
    ts.ScriptTarget.Latest,
    true,
    file.endsWith(".mjs") ? ts.ScriptKind.JS : undefined,
  );
  const texts = new Map();
  const add = ({ pos, end }) => texts.set(pos, source.slice(pos, end));
  const visit = (node) => {
    const start = node.getFullStart();
    (ts.getLeadingCommentRanges(source, start) ?? []).forEach(add);
    (ts.getTrailingCommentRanges(source, node.end) ?? []).forEach(add);
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      add({ pos: node.getStart(), end: node.end });
    node.getChildren().forEach(visit);
  };
  visit(tree);
  return [...texts].map(([offset, text]) => ({ offset, text }));
}

/** Returns what is found in a file: offset, phrase and advice. */
export function findPhrases(file, source) {
  const texts = file.endsWith(".md") ? [{ offset: 0, text: source }] : textsOf(file, source);
  return texts.flatMap(({ offset, text }) =>
    patterns.flatMap(({ pattern, advice }) =>
      [...text.matchAll(pattern)].map((match) => ({ offset: offset + match.index, phrase: match[0], advice })),
    ),
  );
}

function main(given) {
  const all = [...documents, ...code.map((folder) => `${folder}/**/*.{ts,mjs,cjs}`)];
  const files = given.length > 0 ? given.map((file) => relative(root, resolve(file))) : globSync(all, { cwd: root });
  let count = 0;
  for (const file of files
    .map((path) => path.split(sep).join("/"))
    .filter((path) => !skipped.test(path))
    .sort()) {
    const source = readFileSync(join(root, file), "utf8");
    for (const { offset, phrase, advice } of findPhrases(file, source)) {
      const line = source.slice(0, offset).split("\n").length;
      console.log(`${file}:${line}: "${phrase.replaceAll(/\s+/g, " ")}"; write instead: ${advice}`);
      count += 1;
    }
  }
  if (count > 0) console.log(`${count} phrases to rewrite`);
  return count === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exitCode = main(process.argv.slice(2));
