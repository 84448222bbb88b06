// SPDX-License-Identifier: Apache-2.0
// Judges what it is told with @simplewebauthn/server: one JSON line in, one
// out, {"accepted", "why"}. Run below the folder that has node_modules.
import { createInterface } from 'node:readline';
import { webcrypto } from 'node:crypto';

// Debian 12's Node has it, but not as a global.
globalThis.crypto ??= webcrypto;

// It takes no time and asks the clock: where `at` is told, seconds, the clock says that.
const Clock = Date;
let told;
globalThis.Date = class extends Clock {
  constructor(...parts) {
    super(...(parts.length === 0 ? [Date.now()] : parts));
  }
  static now() {
    return told === undefined ? Clock.now() : told * 1000;
  }
};

const { SettingsService, verifyAuthenticationResponse, verifyRegistrationResponse } =
  await import('@simplewebauthn/server');
const FORMATS = ['packed', 'fido-u2f', 'tpm', 'android-key', 'android-safetynet', 'apple'];

async function judge({ kind, at, roots, credential, ...asked }) {
  told = at;
  const certificates = roots.map((root) => new Uint8Array(Buffer.from(root, 'base64')));
  for (const identifier of FORMATS) SettingsService.setRootCertificates({ identifier, certificates });
  if (kind === 'registration') return verifyRegistrationResponse(asked);
  const publicKey = new Uint8Array(Buffer.from(credential.publicKey, 'base64url'));
  return verifyAuthenticationResponse({ ...asked, credential: { ...credential, publicKey } });
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { verified } = await judge(JSON.parse(line));
    answer = { accepted: verified === true, why: verified ? '' : 'not verified' };
  } catch (error) {
    answer = { accepted: false, why: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
