/**
 * A made-up judge for the access matrix: of each torrent it tells the canary and the passkey of its server, and a rule
 * that names all servers there are. The same rule asks about a torrent of each server, and set one aside.
 */
import type {AppHttpDeps} from '#app/compose-http.ts'
import type {Acting} from '#model/access.ts'
import type {AskedDecision, ConditionTrace, Explanation, RuleExplanation} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {TrashItem} from '#model/trash.ts'
import type {UnfinishedAction} from '#model/unfinished.ts'
import {
  canaryOf,
  commonHash,
  hashOn,
  idOf,
  passkeyOf,
  serverNamed,
  serverNames,
  type ServerName,
} from './access-servers.fixture.ts'

type RuleRoutesDeps = NonNullable<AppHttpDeps['ruleRoutes']>

const seen = (value: string | readonly string[]) => ({value, observedAt: 0, source: 'server'}) as const

export function fakeRuleRoutes(
  present: readonly ServerName[],
): Omit<RuleRoutesDeps, 'ruleService' | 'rulePreviews' | 'ruleRuns' | 'trackerService'> {
  const asked = present.map((name) => askedOn(name, present))
  const items = present.map(itemOf)
  const mayControl = async ({access}: Acting, id: string) => {
    if (!present.some((name) => idOf(name) === id && access.may('control', idOf(name))))
      throw new CommodarrError('trash_unknown', 'There is nothing of this name.')
  }
  return {
    explainer: {explain: async (key) => explanationOf(key, present)},
    approvals: {
      waiting: ({access}) => asked.filter(({decision}) => access.may('control', decision.subject.serverId!)),
      approve: mayControl,
      decline: mayControl,
      reopen: mayControl,
    },
    trash: {
      list: ({access}) => items.filter(({serverId}) => access.may('read', serverId)),
      restore: mayControl,
      purge: mayControl,
    },
    orphans: {
      state: () => ({isLooking: false, progress: null, report: null, nextAt: 0}),
      look: () => undefined,
      cancelLook: () => undefined,
      act: async () => [],
    },
    absentRules: () => [],
    rulesWith: () => [],
    milestones: () => [{at: 1, what: 'added', arrId: null}],
    arrivals: () => [],
    coming: async () => ({
      actions: present.map((name) => ({
        key: {serverId: idOf(name), hash: hashOn(name)},
        ruleId: 'r1' as RuleId,
        ruleName: 'a rule',
        mode: 'live' as const,
        actions: ['recheck' as const],
        ruleRevision: 1,
        takesAway: false,
        replaces: false,
        mayEndEarly: true,
        left: 60,
      })),
      isAll: true,
    }),
    timers: {
      waits: () =>
        present.map((name) => ({
          id: `wait ${idOf(name)}`,
          key: {serverId: idOf(name), hash: hashOn(name)},
          ruleId: 'r1' as RuleId,
          ruleName: 'a rule',
          actions: ['recheck' as const],
          until: 1,
          by: 'somebody',
          why: 'put_off' as const,
        })),
      async putOff({access}, ruleId, {key}) {
        if (!access.may('control', key.serverId))
          throw new CommodarrError('rule_unknown', 'There is no rule.')
        const about = {ruleName: 'a rule', actions: [], until: 1, by: 'somebody', why: 'put_off'} as const
        return {id: 'wait', key, ruleId, ...about}
      },
      async doNow({access}, _ruleId, {key: {serverId}}) {
        if (!access.may('control', serverId)) throw new CommodarrError('rule_unknown', 'There is no rule.')
        return 'due'
      },
    },
    unfinished: () => present.map(unfinishedOn),
    awaited: () =>
      present.map((name) => ({
        id: `command ${idOf(name)}`,
        verb: 'setLocation',
        actor: 'a rule',
        serverId: idOf(name),
        hash: hashOn(name),
        name: canaryOf(name),
        until: null,
      })),
    entryUndo: {
      undo: async () => {
        throw new CommodarrError('undo_impossible', 'There is nothing to put back.')
      },
    },
    ruleName: () => 'a rule',
  }
}

/** A copy to the next one, whether or not that is there: somebody who does not see it reads nothing of it. */
function unfinishedOn(name: ServerName): UnfinishedAction {
  const other = serverNames[(serverNames.indexOf(name) + 1) % serverNames.length]!
  return {
    id: `saga ${idOf(name)}`,
    verb: 'copyTo',
    step: 'copy_files',
    endedBy: 'disk',
    key: {serverId: idOf(name), hash: hashOn(name)},
    serverId: idOf(name),
    targetId: idOf(other),
    arrId: null,
    name: canaryOf(name),
    rule: {id: 'r1' as RuleId, name: 'a rule'},
    trashId: null,
    nextAt: 1,
    until: 2,
    why: {code: 'server_failed', message: `${canaryOf(other)} says no.`},
    progress: {ended: 0, bytesEnded: 1, bytes: 2, endsAt: 3},
  }
}

function askedOn(name: ServerName, present: readonly ServerName[]): AskedDecision {
  const reported = explanationOf({serverId: idOf(name), hash: hashOn(name)}, present)
  const {ruleId, ruleRevision, mode, concern, actions, evidence, hold} = reported.rules[0]!
  return {
    id: idOf(name),
    until: 1,
    message: null,
    decision: {
      at: 0,
      subject: reported.subject,
      ruleId,
      ruleRevision,
      mode,
      concern,
      actions,
      evidence,
      hold,
      reason: 'conditionTrue',
      preconditions: [],
    },
  }
}

function itemOf(name: ServerName): TrashItem {
  return {
    id: idOf(name),
    serverId: idOf(name),
    hash: hashOn(name),
    name: canaryOf(name),
    verb: 'recycle',
    files: 1,
    bytes: 1,
    setAsideAt: 0,
    until: 1,
    state: 'kept',
    stateAt: 0,
    message: null,
    rule: {id: 'r1' as RuleId, revision: 1},
    userId: null,
    isUnderWay: false,
    hasServerLeft: false,
    notRestored: [],
    inLibrary: null,
    isFound: false,
    libraryAway: null,
    restoring: null,
    failed: null,
  }
}

function explanationOf(key: TorrentKey, present: readonly ServerName[]): Explanation {
  const name = serverNamed(key.serverId)
  const address = `https://tracker.example/${passkeyOf(name)}/announce`
  const leaf = {verdict: 'no', window: null} as const
  const evidence: ConditionTrace = {
    verdict: 'no',
    branch: 'all',
    parts: [
      {...leaf, fact: 'server.id', op: 'in', threshold: present.map(idOf), actual: seen(key.serverId)},
      {...leaf, fact: 'tracker.message', op: 'contains', threshold: 'x', actual: seen(address)},
      {
        ...leaf,
        fact: 'content.owners',
        op: 'exists',
        threshold: undefined,
        actual: seen(present.map((it) => keyText({serverId: idOf(it), hash: commonHash}))),
      },
    ],
  }
  const rule: RuleExplanation = {
    ruleId: 'r1' as RuleId,
    ruleRevision: 1,
    name: 'a rule',
    mode: 'live',
    concern: 'fate',
    reason: 'conditionTrue',
    outcome: 'no',
    overridesObligation: false,
    isHeldForCost: false,
    blockedBy: null,
    scope: [{part: 'servers', verdict: 'yes'}],
    evidence,
    hold: null,
    keptBackBy: null,
    actions: [
      {
        action: 'copyTo',
        class: 'reversible',
        losesBytes: false,
        params: {server: idOf(serverNames[1]), path: `/${passkeyOf(name)}`},
      },
    ],
    needs: [`tracker message is ${address}`],
    sentence: `Not copied: ${canaryOf(name)}, ${address}.`,
  }
  const subject = {kind: 'torrent', key: keyText(key), serverId: key.serverId} as const
  return {at: 0, subject, rules: [rule], facts: {}}
}
