// SPDX-License-Identifier: Apache-2.0
// Judges what it is told with @simplewebauthn/server: one JSON line in, one
// out, {"accepted", "why"}. Run below the folder that has node_modules.
import { createInterface } from 'node:readline';
import { webcrypto } from 'node:crypto';

// Debian 12's Node has it, but not as a global.
globalThis.crypto ??= webcrypto;
const { SettingsService, verifyAuthenticationResponse, verifyRegistrationResponse } =
  await import('@simplewebauthn/server');

async function judge({ kind, roots, credential, ...asked }) {
  SettingsService.setRootCertificates({ identifier: 'packed', certificates: roots ?? [] });
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
