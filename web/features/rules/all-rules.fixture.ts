/** Every kind of rule that there is, as documents: presets of Arrs, categories and servers, and the examples. */
import {parse} from 'yaml'
import {documentOf} from '#rules/write.ts'
import {anArr, aTracker} from '#rules/presets/inherited.fixture.ts'
import {arrPresets, categoryPresets} from '#rules/presets/presets.ts'
import {freeSpaceRules, queueOrderRule} from '#rules/presets/whole-server.ts'
import {ruleExamples} from '#registry/rules/examples.ts'
import {vocabulary} from '#registry/rules/vocabulary.ts'
import type {Part} from './form/rule-document.ts'
import type {SentenceWords} from './sentence.ts'

const tracker = aTracker('one.test', {
  maxRatio: 3,
  maximumEta: 60,
  tags: ['x'],
  superSeed: true,
  addIfMissing: true,
  downRate: 1,
  upRate: 1,
})

/** Everything on. */
export const everything = {
  stalledDelay: 3_600,
  searchesStalled: true,
  maximumEta: 3_600,
  filtersFiles: true,
  probesMedia: true,
  errorMessages: ['Sample'],
  maxRatio: 2,
  maxSeedingTime: 14 * 86_400,
  removal: 3,
  downRate: null,
  upRate: 1_024,
  clearsFolders: true,
  asksScore: true,
  deadMessages: ['unregistered'],
  trackers: [tracker],
  importMode: 'move',
  subcategories: true,
} as const

const arr = anArr(everything)
const managed = {...arr, section: 'qBit', arrId: null, categories: ['a', 'b'], spellings: ['a', 'b']}
const server = {section: 'qBit', servers: ['qBit'], observes: false}
const removals = [
  {...everything, removal: 1, removeIfExists: true},
  {...everything, removal: 4, exceptCategories: ['tv']},
] as const

export const presets: readonly Part[] = [
  ...arrPresets(arr),
  ...removals.flatMap((changes) => arrPresets(anArr(changes))),
  ...categoryPresets(managed),
  ...freeSpaceRules(server as never, {keep: 5e9, mayStop: true}, true),
  queueOrderRule(server as never),
].map(documentOf)

export const examples: readonly Part[] = ruleExamples.map(({yaml}) => parse(yaml) as Part)

export const words: SentenceWords = {
  facts: new Map(vocabulary().facts.map((it) => [it.name, it])),
  names: new Map([['Radarr-4K', 'Radarr 4K']]),
}
