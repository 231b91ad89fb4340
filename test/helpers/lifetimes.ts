import { makeScene, type Scene } from "./mirror";

/** A scene for all tests of a file. */
export function sharedScene(): () => Scene {
  let scene: Scene;
  beforeAll(async () => {
    scene = await makeScene();
  });
  afterAll(() => scene.end());
  return () => scene;
}

/** Takes what is to be closed after each test. */
export function closedAfterEach(): (running: { close(): Promise<unknown> }) => void {
  const closing: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const running of closing.splice(0)) await running.close();
  });
  return (running) => void closing.push(running);
}
