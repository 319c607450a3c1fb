/**
 * A made-up judge for the access matrix: of each torrent it tells the canary and the passkey of its server, and a rule
 * that names all servers there are.
 */
import type {ConditionTrace, Explanation, RuleExplanation} from '#model/decision.ts'
import type {Explainer} from '#model/explaining.ts'
import type {RuleId} from '#model/rule.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import {
  canaryOf,
  commonHash,
  idOf,
  passkeyOf,
  serverNamed,
  serverNames,
  type ServerName,
} from './access-servers.fixture.ts'

const seen = (value: string | readonly string[]) => ({value, observedAt: 0, source: 'server'}) as const

export function madeUpExplainer(present: readonly ServerName[]): Explainer {
  return {explain: async (key) => explanationOf(key, present)}
}

function explanationOf(key: TorrentKey, present: readonly ServerName[]): Explanation {
  const name = serverNamed(key.serverId)
  const address = `https://tracker.example/${passkeyOf(name)}/announce`
  const leaf = {verdict: 'no', window: null} as const
  const evidence: ConditionTrace = {
    ...{verdict: 'no', branch: 'all'},
    parts: [
      {...leaf, fact: 'server.id', op: 'in', threshold: present.map(idOf), actual: seen(key.serverId)},
      {...leaf, fact: 'tracker.message', op: 'contains', threshold: 'x', actual: seen(address)},
      {
        ...{...leaf, fact: 'content.owners', op: 'exists', threshold: undefined},
        actual: seen(present.map((it) => keyText({serverId: idOf(it), hash: commonHash}))),
      },
    ],
  }
  const rule: RuleExplanation = {
    ...{ruleId: 'r1' as RuleId, ruleRevision: 1, name: 'a rule', mode: 'live', concern: 'fate'},
    ...{outcome: 'no', scope: [{part: 'servers', verdict: 'yes'}], evidence, hold: null, keptBackBy: null},
    actions: [
      {
        ...{action: 'copyTo', class: 'reversible', losesBytes: false},
        params: {server: idOf(serverNames[1]), path: `/${passkeyOf(name)}`},
      },
    ],
    needs: [`tracker message is ${address}`],
    sentence: `Not copied: ${canaryOf(name)}, ${address}.`,
  }
  const subject = {kind: 'torrent', key: keyText(key), serverId: key.serverId} as const
  return {at: 0, subject, sentence: rule.sentence, rules: [rule]}
}
