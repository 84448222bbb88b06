// SPDX-License-Identifier: Apache-2.0
// registration.mjs LINES ROOT AT ROUNDS FORMAT: what @simplewebauthn/server takes for the lines
// that fidotool gets; how many it accepts, how many it refuses, and the processor time in
// seconds. The first round warms and is not counted.
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
const [linesFile, rootFile, at, rounds, identifier] = process.argv.slice(2);

// It takes no time and asks the clock.
const Clock = Date;
globalThis.Date = class extends Clock {
  constructor(...parts) {
    super(...(parts.length === 0 ? [Number(at) * 1000] : parts));
  }
  static now() {
    return Number(at) * 1000;
  }
};

const { SettingsService, verifyRegistrationResponse } = await import('@simplewebauthn/server');
SettingsService.setRootCertificates({ identifier, certificates: [new Uint8Array(readFileSync(rootFile))] });
const lines = readFileSync(linesFile, 'utf8').trim().split('\n');

async function accepts(line) {
  const { options, response } = JSON.parse(line);
  try {
    const { verified } = await verifyRegistrationResponse({
      response,
      expectedChallenge: options.challenge,
      expectedOrigin: options.origins,
      expectedRPID: options.rp_id,
      requireUserVerification: true,
    });
    return verified;
  } catch {
    return false;
  }
}

let good = 0;
let before;
for (let round = 0; round <= Number(rounds); round++) {
  if (round === 1) {
    before = process.cpuUsage();
    good = 0;
  }
  for (const line of lines) if (await accepts(line)) good++;
}
const used = process.cpuUsage(before);
console.log(`${good} ${lines.length * Number(rounds) - good} ${(used.user + used.system) / 1e6}`);
