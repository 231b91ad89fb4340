// Jest compiles each module again for each test file that loads it. This compiles a module once in a worker, and executes it in the
// context of each test file.
const vm = require("node:vm");

const { compileFunction } = vm;
const compiled = new Map();
/** The `import()` of each module, for the current test file. */
const imports = new Map();

function compile(filename, head, code) {
  const script = new vm.Script(`${head}${code}\n})`, {
    filename,
    columnOffset: -head.length,
    importModuleDynamically: (...args) => imports.get(filename)(...args),
  });
  return { head, code, script };
}

vm.compileFunction = (code, parameters, options = {}) => {
  const { filename, parsingContext, importModuleDynamically } = options;
  if (parsingContext === undefined) return compileFunction(code, parameters, options);
  const head = `(function (${parameters.join(", ")}) {`;
  let found = compiled.get(filename);
  if (found?.code !== code || found.head !== head) {
    found = compile(filename, head, code);
    compiled.set(filename, found);
  }
  imports.set(filename, importModuleDynamically);
  return found.script.runInContext(parsingContext);
};

/** Forgets what keeps the last test file in memory. */
module.exports = () => imports.clear();
