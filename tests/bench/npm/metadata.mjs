// SPDX-License-Identifier: Apache-2.0
// metadata.mjs BLOB ROOT ROUNDS AAGUID: what @simplewebauthn/server takes to
// verify a BLOB and have its models at hand; milliseconds of processor time a
// round, then how many models it has. The BLOB comes from memory.
import { readFileSync } from 'node:fs';

const [blobFile, rootFile, rounds, aaguid] = process.argv.slice(2);
const blob = readFileSync(blobFile, 'utf8');
globalThis.fetch = async () => ({ text: async () => blob });

const { BaseMetadataService, MetadataService, SettingsService } = await import('@simplewebauthn/server');
SettingsService.setRootCertificates({ identifier: 'mds', certificates: [readFileSync(rootFile, 'utf8')] });
const Kind = BaseMetadataService ?? MetadataService.constructor;
for (let i = 0; i <= Number(rounds); i++) {
  const service = new Kind();
  const before = process.cpuUsage();
  await service.initialize({ mdsServers: ['https://mds.example.org/'], verificationMode: 'permissive' });
  const used = process.cpuUsage(before);
  const found = await service.getStatement(aaguid);
  if (i > 0) console.log(`${(used.user + used.system) / 1000} ${found ? 1 : 0}`);
}
