/** Sections for tests: everything off, with what a test wants different. */
import {expect} from 'vitest'
import type {Verdict} from '#model/decision.ts'
import {actionKinds, type Rule} from '#model/rule.ts'
import {compileCondition} from '../condition.ts'
import {parseRules, ruleOf} from '../parse.ts'
import {compileScope} from '../scope.ts'
import {allOf} from '../verdict.ts'
import {world, type Row} from '../world.fixture.ts'
import {writeRule} from '../write.ts'
import type {InheritedArr, InheritedTracker} from './inherited.ts'

export function anArr(changes: Partial<InheritedArr> = {}): InheritedArr {
  return {
    section: 'Radarr-4K',
    arrId: 'Radarr-4K',
    servers: [],
    categories: ['radarr-4k'],
    category: 'radarr-4k',
    subcategories: false,
    exceptCategories: [],
    youngerThan: 180,
    observes: false,
    trackers: [],
    serverTrackers: [],
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
    probesMedia: false,
    importMode: 'auto',
    refreshEvery: 60,
    errorMessages: [],
    ...changes,
  }
}

export function aTracker(host: string, changes: Partial<InheritedTracker> = {}): InheritedTracker {
  return {
    host,
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

/** A torrent of that Arr, as far as scopes go. */
export const owned: Row = {
  'arr.id': 'Radarr-4K',
  category: 'radarr-4k',
  tags: [],
  'server.id': 'qBit',
  'tracker.hosts': [],
}

/** Scope and condition together, without the hold. */
export function wants(rule: Rule, row: Row): Verdict {
  const destructive = rule.do.some(({action}) => actionKinds[action].class === 'destructive')
  return allOf([
    compileScope(rule.scope, world).judge(row),
    compileCondition(rule.when, world, destructive).judge(row),
  ])
}

/** @throws when there is no such preset */
export function ruleNamed(rules: readonly Rule[], id: string): Rule {
  const rule = rules.find((one) => one.id === id)
  if (!rule) throw new Error(`no ${id} among ${rules.map((one) => one.id).join(', ')}`)
  return rule
}

/** Taken as they are by those who read rules, and by those who write them. */
export function expectSoundRules(rules: readonly Rule[]): void {
  expect(rules.length).toBeGreaterThan(0)
  expect(new Set(rules.map(({id}) => id)).size).toBe(rules.length)
  for (const rule of rules) {
    expect(parseRules(writeRule(rule))).toEqual({rules: [rule], mistakes: []})
    const {do: actions, ...rest} = rule
    const written = {...rest, do: actions.map(({action, params}) => ({action, ...params}))}
    expect(ruleOf(written)).toEqual({rules: [rule], mistakes: []})
  }
}
