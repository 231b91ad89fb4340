import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "build/", ".cache/", ".pulumi-home/", ".pulumi-state/"] },
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
      },
    },
  },
  // The serialized provider and the quick start of a CommonJS package load modules when they are called.
  {
    files: ["provider/resources/tracked-provider.ts", "**/*.cjs"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  { files: ["policy/main.ts"], rules: { "no-new": "off" } },
);
