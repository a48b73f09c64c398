// What every script here has: its settings as JSON on stdin, and what the client parsed, step by step, as JSON on stdout.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto; // before Node 19

export async function settings() {
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text);
}

/** Runs each step in turn; a step that throws has what the client says of the error. */
export async function run(steps) {
  const done = {};
  const seen = {};
  for (const [name, step] of Object.entries(steps)) {
    try {
      seen[name] = await step(seen);
      done[name] = seen[name] ?? null;
    } catch (error) {
      done[name] = { thrown: { ...error, name: error.name, message: error.message } };
      await thrown(error, done[name].thrown);
    }
  }
  print(done);
}

/** The last thing: on Node 18 a client may leave something open. */
export function print(result) {
  process.stdout.write(JSON.stringify(result), () => process.exit());
}

// A client that only throws the response leaves its body to the caller.
async function thrown(error, about) {
  delete about.request;
  delete about.options;
  delete about.response;
  if (error.response?.status) {
    about.status = error.response.status;
    about.body = error.response.bodyUsed ? null : await error.response.json();
  }
}

export function text(buffer) {
  return Buffer.from(buffer).toString("utf8");
}
