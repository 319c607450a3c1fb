/** The whole language as a list: every field of a search in groups, with what it takes and an example that is understood. */
import {factOf, type FactName} from '#model/fact.ts'
import {searchedFacts} from './fact-words.ts'
import {fields, isWords, type Field} from './fields.ts'
import {families, quantityExamples, type UnitFamily} from './quantities.ts'
import {familyOfUnit} from './rule-fields.ts'
import {ruleField} from './rule-terms.ts'
import {stateWords} from './states.ts'

export const languageGroups = [
  'torrent',
  'amounts',
  'speeds',
  'times',
  'trackers',
  'obligations',
  'arrs',
  'content',
  'servers',
  'memory',
] as const
type LanguageGroup = (typeof languageGroups)[number]

/** What stands behind the operator. */
type Takes = UnitFamily | 'words' | 'name' | 'piece' | 'word' | 'time' | 'date' | 'hash'

export interface LanguageField {
  readonly name: string
  /** Other spellings. */
  readonly also: readonly string[]
  readonly group: LanguageGroup
  /** One line in English. */
  readonly says: string
  readonly takes: Takes
  /** Of which there are only so many. */
  readonly words: readonly string[]
  readonly units: readonly string[]
  readonly operators: readonly string[]
  readonly example: string
  /** It takes a look at a server, a disk or an Arr, and is unknown until then. */
  readonly isLookedUp: boolean
}

const compared = [':', '=', '!=', '>', '>=', '<', '<=']
const chosen = [':', '=', '!=']
/** A hash cannot be excluded. */
const equal = [':', '=']

const groupsOfFields: Readonly<Record<string, LanguageGroup>> = {
  server: 'servers',
  kind: 'servers',
  tracker: 'trackers',
  only_tracker: 'trackers',
  message: 'trackers',
  arr: 'arrs',
  item: 'arrs',
  import: 'arrs',
}
const groupsOfFamilies: Readonly<Record<UnitFamily, LanguageGroup>> = {
  size: 'amounts',
  share: 'amounts',
  number: 'amounts',
  count: 'amounts',
  speed: 'speeds',
  duration: 'times',
}

/** By the first part of a fact's name. */
const groupsOfFacts: Readonly<Record<string, LanguageGroup>> = {
  tracker: 'trackers',
  obligation: 'obligations',
  arr: 'arrs',
  content: 'content',
  path: 'content',
  badFiles: 'content',
  extraFiles: 'content',
  media: 'content',
  server: 'servers',
  memory: 'memory',
  time: 'times',
}

function ofField(field: Field): LanguageField {
  const {name, also, hint: says} = field
  const about = {name, also, says, isLookedUp: false}
  const own = groupsOfFields[name]
  if (field.takes === 'quantity') {
    const group = own ?? groupsOfFamilies[field.family]
    return {...about, group, ...figure(name, field.family)}
  }
  if (field.takes === 'time') {
    const example = `${name}<7d`
    const units = families.duration.shown
    return {...about, group: 'times', takes: 'time', words: [], units, operators: compared, example}
  }
  const words = wordsOf(field)
  const takes: Takes =
    words.length > 0
      ? 'words'
      : field.takes === 'hash'
        ? 'hash'
        : field.takes === 'piece' || field.takes === 'item'
          ? 'piece'
          : 'name'
  const example = `${name}:${words[0] ?? examplesOfNames[name] ?? 'word'}`
  return {
    ...about,
    group: own ?? 'torrent',
    takes,
    words,
    units: [],
    operators: takes === 'hash' ? equal : chosen,
    example,
  }
}

const examplesOfNames: Readonly<Record<string, string>> = {
  server: 'nas',
  arr: 'radarr',
  kind: 'qbittorrent',
  category: 'tv',
  tag: 'keep',
  tracker: 'tracker.example.org',
  only_tracker: 'tracker.example.org',
  hash: 'a1b2',
  path: '/data',
  category_path: '/data',
  tracker_host: 'example.org',
  time_date: '2026-01',
}

function wordsOf(field: Field): readonly string[] {
  switch (field.takes) {
    case 'state':
      return Object.keys(stateWords)
    case 'is':
      return isWords
    case 'private':
      return ['yes', 'no']
    case 'import':
      return ['waiting', 'rejected', 'imported', 'none']
    default:
      return []
  }
}

function figure(
  name: string,
  family: UnitFamily,
): Pick<LanguageField, 'takes' | 'words' | 'units' | 'operators' | 'example'> {
  const units = family === 'count' || family === 'number' ? [] : families[family].shown
  const example = `${name}>${quantityExamples[family][0]!}`
  return {takes: family, words: [], units, operators: compared, example}
}

function ofFact(name: string, fact: FactName): LanguageField {
  const {says: words, type, unit, values, cost} = factOf(fact)
  const says = `${words[0]!.toUpperCase()}${words.slice(1)}`
  const [head, part] = fact.split('.')
  const about = {name, also: [], says, isLookedUp: cost === 'lazy'}
  const family = unit === null || unit === 'epochMs' ? null : familyOfUnit[unit]
  const group = part === undefined ? (family ? groupsOfFamilies[family] : 'torrent') : groupsOfFacts[head!]!
  if (unit === 'epochMs') {
    const example = `${name}>2026-01`
    return {
      ...about,
      group: part === undefined ? 'times' : group,
      takes: 'date',
      words: [],
      units: [],
      operators: compared,
      example,
    }
  }
  if (family) return {...about, group, ...figure(name, family)}
  const accepted = type === 'boolean' ? ['yes', 'no'] : values
  const takes: Takes = accepted.length > 0 ? 'words' : type === 'set' ? 'word' : 'piece'
  return {
    ...about,
    group,
    takes,
    words: accepted,
    units: [],
    operators: chosen,
    example: `${name}:${accepted[0] ?? examplesOfNames[name] ?? 'word'}`,
  }
}

/** What rules match. */
const ofRules: LanguageField = {
  name: ruleField,
  also: [],
  group: 'memory',
  says: 'What a rule matches now',
  takes: 'name',
  words: [],
  units: [],
  operators: chosen,
  example: `${ruleField}:"Seeded enough"`,
  isLookedUp: false,
}

/** Facts of rules that a search can ask, and what rules match. */
export const factFields: readonly LanguageField[] = [
  ofRules,
  ...searchedFacts.map(([name, fact]) => ofFact(name, fact)),
]

const byName = new Map(factFields.map((field) => [field.name, field]))

/** In any case; `null` = it is no fact that a search can ask. */
export function factFieldCalled(spelling: string): LanguageField | null {
  return byName.get(spelling.toLowerCase()) ?? null
}

/** Fields of the list first, then facts of rules. */
export const languageFields: readonly LanguageField[] = [...fields.map(ofField), ...factFields]
