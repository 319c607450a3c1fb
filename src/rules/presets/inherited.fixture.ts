/** Sections for tests: everything off, with what a test wants different. */
import {isDeepStrictEqual} from 'node:util'
import type {Verdict} from '#model/decision.ts'
import {actionKinds, type Rule} from '#model/rule.ts'
import {compileCondition} from '../condition.ts'
import {parseRules, ruleOf} from '../parse.ts'
import {compileScope} from '../scope.ts'
import {allOf} from '../verdict.ts'
import {world, type Row} from '../world.fixture.ts'
import {writeRule} from '../write.ts'
import {noSection} from './obligations.ts'
import type {InheritedArr, InheritedSection, InheritedTracker, Owing} from './inherited.ts'

export function anArr(changes: Partial<InheritedArr> = {}): InheritedArr {
  return {
    section: 'Radarr-4K',
    arrId: 'Radarr-4K',
    servers: [],
    categories: ['radarr-4k'],
    spellings: changes.categories ?? ['radarr-4k'],
    category: 'radarr-4k',
    subcategories: false,
    exceptCategories: [],
    managedCategories: [],
    youngerThan: 180,
    observes: false,
    asksMore: false,
    trackers: [],
    serverTrackers: [],
    sharedTrackers: [],
    otherTrackers: [],
    hasAskingProfiles: false,
    stalledDelay: null,
    searchesStalled: false,
    maximumEta: null,
    keepsSlow: false,
    deletableShare: 0.95,
    maxRatio: null,
    maxSeedingTime: null,
    removal: -1,
    downRate: 'leaveAlone',
    upRate: 'leaveAlone',
    hitAndRun: null,
    deadMessages: [],
    searchesAgain: true,
    failedCategory: 'failed',
    recheckCategory: 'recheck',
    filtersFiles: false,
    clearsFolders: false,
    hasAllowlist: false,
    probesMedia: false,
    importMode: 'auto',
    refreshEvery: 60,
    asksScore: false,
    searchesUnmetScores: false,
    errorMessages: [],
    errorClasses: [],
    ...changes,
  }
}

export function aTracker(host: string, changes: Partial<InheritedTracker> = {}): InheritedTracker {
  return {
    host,
    isDomain: false,
    isOfProfile: false,
    announceUrl: `https://${host}/announce`,
    priority: 0,
    sorts: false,
    maximumEta: null,
    maxRatio: null,
    maxSeedingTime: null,
    downRate: null,
    upRate: null,
    superSeed: false,
    addIfMissing: false,
    removeIfExists: false,
    tags: [],
    hitAndRun: null,
    ...changes,
  }
}

/** These sections, and nothing that is owed without them. */
export function owing(sections: readonly InheritedSection[]): Owing {
  return {sections, unmanaged: noSection, profiles: [], lostTimes: []}
}

/** A torrent of that Arr, as far as scopes go. */
export const owned: Row = {
  'arr.id': 'Radarr-4K',
  'arr.usesCategory': false,
  category: 'radarr-4k',
  tags: [],
  'server.id': 'qBit',
  'tracker.hosts': [],
}

/** Scope and condition together, without the hold. */
export function wants(rule: Rule, row: Row): Verdict {
  const destructive = rule.do.some(({action}) => actionKinds[action].class === 'destructive')
  return allOf([
    compileScope(rule.scope, world).evaluate(row),
    compileCondition(rule.when, world, destructive).evaluate(row),
  ])
}

/** @throws when there is no such preset */
export function ruleNamed(rules: readonly Rule[], id: string): Rule {
  const rule = rules.find((one) => one.id === id)
  if (!rule) throw new Error(`no ${id} among ${rules.map((one) => one.id).join(', ')}`)
  return rule
}

/** Ids of those that are not taken as they are by who reads rules and who writes them, or are not alone in their id. */
export function unsound(rules: readonly Rule[]): readonly string[] {
  return rules.filter((rule) => !isSound(rule) || !isAlone(rule, rules)).map(({id}) => id)
}

function isSound(rule: Rule): boolean {
  const {do: actions, ...rest} = rule
  const data = {
    ...rest,
    do: actions.map(({action, params, if: condition}) => ({
      action,
      ...params,
      ...(condition && {if: condition}),
    })),
  }
  const sound = {rules: [rule], mistakes: []}
  return isDeepStrictEqual(parseRules(writeRule(rule)), sound) && isDeepStrictEqual(ruleOf(data), sound)
}

function isAlone({id}: Rule, rules: readonly Rule[]): boolean {
  return rules.filter((other) => other.id === id).length === 1
}
