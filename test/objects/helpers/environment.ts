/** Variables of the environment that the clients of clouds read. */
const ofClouds = /^(AWS|AZURE|GOOGLE|GCLOUD|GCE|METADATA|STORAGE_EMULATOR)_/;

/** Gives each test an environment without the variables of clouds, and returns the function that sets some. */
export function useCloudEnvironment(): (variables: Readonly<Record<string, string>>) => void {
  const saved = { ...process.env };
  const clear = (): void => {
    for (const name of Object.keys(process.env)) if (ofClouds.test(name)) delete process.env[name];
    process.env["AWS_EC2_METADATA_DISABLED"] = "true";
  };
  beforeAll(clear);
  afterEach(clear);
  afterAll(() => {
    process.env = saved;
  });
  return (variables) => Object.assign(process.env, variables);
}
