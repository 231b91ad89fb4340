import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "build/", ".cache/", ".pulumi-home/", ".pulumi-state/", "docs/.vitepress/{dist,cache,.temp}/"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
    },
  },
  {
    files: ["tools/**/*.mjs", "provider/terraform/launcher/*.mjs", "bench/**/*.mjs", "test/**/*.mjs", "**/*.cjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        Buffer: "readonly",
        URL: "readonly",
        performance: "readonly",
        setTimeout: "readonly",
        fetch: "readonly",
        AbortSignal: "readonly",
        module: "writable",
        require: "readonly",
        __dirname: "readonly",
      },
    },
  },
  { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  { files: ["policy/main.ts"], rules: { "no-new": "off" } },
  // What is shipped runs no text as code, and starts programs without a shell in between.
  {
    files: ["{provider,policy,drift,cli,sandbox}/**/*.ts"],
    rules: {
      "no-eval": "error",
      "no-new-func": "error",
      "no-script-url": "error",
      "no-restricted-imports": [
        "error",
        {
          paths: [
            { name: "node:child_process", importNames: ["exec", "execSync"], message: "Use execFile: no shell." },
            { name: "child_process", message: "Use node:child_process." },
            { name: "node:vm", message: "No text is run as code." },
            { name: "vm", message: "No text is run as code." },
          ],
        },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "Property[key.name='shell']", message: "No shell." },
        {
          selector: "CallExpression[callee.object.property.name='stderr'][callee.property.name='write']",
          message: "Use printError: it escapes what a terminal would act on.",
        },
        {
          selector: "ImportDeclaration[source.value='node:child_process'] > ImportNamespaceSpecifier",
          message: "By name: execFile or spawn.",
        },
      ],
    },
  },
);
