import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { language } from "./proto.mjs";
import { runToEnd } from "./serve.mjs";

/** Returns a file of the @pulumi/pulumi that programs of a folder load. @throws Error with the missing package */
export function resolveSdk(folder, file) {
  try {
    return createRequire(join(folder, "index.js")).resolve(`@pulumi/pulumi/${file}`);
  } catch {
    throw new Error(`@pulumi/pulumi is not installed for ${folder}: run npm install there`);
  }
}

/** Runs a Pulumi program. */
export function runProgram(request, engine, call, done) {
  const info = request.getInfo();
  const folder = info.getProgramDirectory();
  let args;
  try {
    args = programArguments(request, info, folder, engine);
  } catch (error) {
    const response = new language.RunResponse();
    response.setError(error.message);
    return done(null, response);
  }
  const config = configuration(request.getConfigMap(), request.getConfigsecretkeysList());
  const env = { ...process.env, ...config, ...typescriptOption(info) };
  runToEnd({ command: process.execPath, args, cwd: request.getPwd(), env }, call, done);
}

function programArguments(request, info, folder, engine) {
  const options = {
    "--monitor": request.getMonitorAddress(),
    "--engine": engine,
    "--organization": request.getOrganization(),
    "--project": request.getProject(),
    "--root-directory": info.getRootDirectory(),
    "--stack": request.getStack(),
    "--pwd": request.getPwd(),
    "--parallel": String(request.getParallel()),
  };
  return [
    ...nodeOptions(info),
    resolveSdk(folder, "cmd/run"),
    ...Object.entries(options).flatMap(([name, value]) => (value === "" ? [] : [name, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
}

function option(info, name) {
  return info.getOptions()?.toJavaScript()[name];
}

function nodeOptions(info) {
  const text = option(info, "nodeargs");
  return typeof text === "string" ? text.split(/\s+/).filter(Boolean) : [];
}

function typescriptOption(info) {
  return { PULUMI_NODEJS_TYPESCRIPT: option(info, "typescript") === false ? "false" : "true" };
}

/** A stack's configuration as the SDK reads it from the environment, in programs and in policy packs. */
export function configuration(map, secretKeys) {
  const config = {};
  map.forEach((value, key) => (config[key] = value));
  return { PULUMI_CONFIG: JSON.stringify(config), PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys) };
}

/** Returns the dependencies of the program's package.json with the installed versions. */
export function programDependencies(info) {
  const response = new language.GetProgramDependenciesResponse();
  const folder = findUp(info.getProgramDirectory());
  if (!folder) return response;
  const { dependencies = {}, devDependencies = {} } = readJson(join(folder, "package.json"));
  const list = Object.entries({ ...devDependencies, ...dependencies }).map(([name, range]) => {
    const dependency = new language.DependencyInfo();
    dependency.setName(name);
    const installed = join(folder, "node_modules", name, "package.json");
    dependency.setVersion(existsSync(installed) ? readJson(installed).version : range);
    return dependency;
  });
  response.setDependenciesList(list);
  return response;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

function findUp(folder) {
  if (existsSync(join(folder, "package.json"))) return folder;
  return dirname(folder) === folder ? undefined : findUp(dirname(folder));
}
