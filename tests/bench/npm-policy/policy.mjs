// SPDX-License-Identifier: Apache-2.0
// policy.mjs PEER RULES REQUESTS N MILLISECONDS: what casbin or cedar makes of the
// same rules and the first N requests: seconds of processor time to take the rules
// in, then nanoseconds of a decision, then the decisions. RULES has "effect group
// journey app" a line, REQUESTS "group journey app class": each class is accepted
// by each rule here, so that only three things are compared.
import { readFileSync } from 'node:fs';

const [peer, rulesFile, requestsFile, asked, least] = process.argv.slice(2);
const read = (file) => readFileSync(file, 'utf8').trim().split('\n').map((line) => line.split(' '));
const rules = read(rulesFile);
const requests = read(requestsFile).slice(0, Number(asked)).map((words) => words.slice(0, 3));
const seconds = (before) => {
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
};

async function casbin() {
  const { newEnforcer, newModelFromString } = await import('casbin');
  const model = newModelFromString(`
[request_definition]
r = sub, act, obj
[policy_definition]
p = sub, act, obj, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.sub == p.sub && r.act == p.act && r.obj == p.obj
`);
  const enforcer = await newEnforcer(model);
  // The same rule under two ids is one rule to it.
  const lines = new Map(rules.map(([effect, ...about]) => [[effect, ...about].join(' '), [...about, effect === 'permit' ? 'allow' : 'deny']]));
  await enforcer.addPolicies([...lines.values()]);
  return (request) => enforcer.enforceSync(...request);
}

async function cedar() {
  const { createRequire } = await import('node:module');
  const wasm = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs');
  const text = rules.map(([effect, group, journey, app]) =>
    `${effect}(principal == Group::"${group}", action == Action::"${journey}", resource == App::"${app}");`).join('\n');
  const answer = wasm.preparsePolicySet('rules', { staticPolicies: text, templates: {}, templateLinks: [] });
  if (answer.type !== 'success') throw new Error(JSON.stringify(answer).slice(0, 500));
  return ([group, journey, app]) => {
    const { type, response } = wasm.statefulIsAuthorized({
      principal: { type: 'Group', id: group }, action: { type: 'Action', id: journey }, resource: { type: 'App', id: app },
      context: {}, preparsedPolicySetId: 'rules', entities: [], validateRequest: false });
    if (type !== 'success') throw new Error('cedar failed');
    return response.decision === 'allow';
  };
}

const loading = process.cpuUsage();
const decide = await (peer === 'casbin' ? casbin() : cedar());
const ready = seconds(loading);
const decisions = requests.map((request) => (decide(request) ? '1' : '0')).join('');
const before = process.cpuUsage();
let count = 0;
while (seconds(before) * 1000 < Number(least)) {
  decide(requests[count++ % requests.length]);
}
console.log(`${ready} ${(seconds(before) / count) * 1e9} ${decisions}`);
