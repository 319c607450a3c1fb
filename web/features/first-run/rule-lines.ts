/** The last step: what Commodarr will do, as few sentences, each for the rules of all Arrs that do it. Pure. */
import type {Rule} from '../../api/rules.ts'
import type {FileObstacle, Settings} from '../../api/sections.ts'
import type {TextKey} from '../../i18n/text.ts'
import {removalModeOf, replacesSlow, type ValueName} from './rule-values.ts'

export const cautions = ['watch', 'ask', 'act'] as const
export type Caution = (typeof cautions)[number]

export interface RuleLine {
  readonly id: string
  readonly says: TextKey
  /** Values of it that can be changed in place, in the order of its sentence. */
  readonly values: readonly ValueName[]
  /** Arrs whose settings its values are. */
  readonly arrs: readonly ArrValues[]
  /** Where Arrs differ, a sentence is about some of them. */
  readonly isOfSome: boolean
  /** Of all that do it, each of its own Arr. */
  readonly rules: readonly Rule[]
}

/** An Arr, by what it has been told to do. */
export interface ArrValues {
  readonly id: string
  readonly name: string
  readonly settings: Settings
  /** Why nothing can be changed at it; `null` = it can. */
  readonly obstacle: FileObstacle | null
}

interface Kind {
  readonly says: TextKey
  readonly reasons: readonly string[]
  /** What is said of an Arr, with which values; `null` = there are none to change. */
  readonly ofArr?: (arr: ArrValues) => {readonly says: TextKey; readonly values: readonly ValueName[]}
}

const kinds: readonly Kind[] = [
  {says: 'setup.rules.import', reasons: ['imported', 'importRejected']},
  {
    says: 'setup.rules.stalled',
    reasons: ['stalled', 'slow', 'unavailable', 'metadataStuck', 'errored'],
    ofArr: ({settings}) =>
      replacesSlow(settings)
        ? {says: 'setup.rules.stalled.slow', values: ['stalled', 'slow']}
        : {says: 'setup.rules.stalled.for', values: ['stalled']},
  },
  {says: 'setup.rules.files', reasons: ['unwantedFiles', 'nothingWanted', 'mediaUnreadable', 'missingFiles']},
  {
    says: 'setup.rules.seeding',
    reasons: ['seedingDone'],
    ofArr: ({settings}) => seedingSentences[removalModeOf(settings)],
  },
  {says: 'setup.rules.trackers', reasons: ['unregistered', 'trackerUpkeep']},
  {says: 'setup.rules.space', reasons: ['freeSpace']},
]

const either = {says: 'setup.rules.seeding.either', values: ['time', 'ratio']} as const
const seedingSentences = {
  // What it does as soon as somebody gives it a limit.
  never: either,
  either,
  both: {says: 'setup.rules.seeding.both', values: ['time', 'ratio']},
  time: {says: 'setup.rules.seeding.time', values: ['time']},
  ratio: {says: 'setup.rules.seeding.ratio', values: ['ratio']},
} as const

/**
 * What there are rules for, and what can be had of Arrs by a value; what fits none of the sentences is together in the
 * last one.
 */
export function ruleLines(rules: readonly Rule[], arrs: readonly ArrValues[] = []): readonly RuleLine[] {
  const known = kinds.flatMap((kind) => {
    const its = rules.filter(({reason}) => reason !== null && kind.reasons.includes(reason))
    const told = linesOfArrs(kind, its, arrs)
    const shown = new Set(told.flatMap((line) => line.rules))
    return [
      ...told,
      plainLine(
        kind.reasons[0]!,
        kind.says,
        its.filter((rule) => !shown.has(rule)),
      ),
    ]
  })
  const named = new Set(known.flatMap((line) => line.rules))
  const others = plainLine(
    'others',
    'setup.rules.others',
    rules.filter((rule) => !named.has(rule)),
  )
  return [...known, others].filter((line) => line.rules.length > 0 || line.values.length > 0)
}

function linesOfArrs({reasons, ofArr}: Kind, rules: readonly Rule[], arrs: readonly ArrValues[]): RuleLine[] {
  if (ofArr === undefined) return []
  const groups = [...Map.groupBy(arrs, (arr) => ofArr(arr).says)]
  return groups.map(([says, its]) => ({
    id: `${reasons[0]!} ${says}`,
    says,
    values: ofArr(its[0]!).values,
    arrs: its,
    isOfSome: groups.length > 1,
    rules: rules.filter((rule) => its.some(({id}) => rule.arrs.includes(id))),
  }))
}

function plainLine(id: string, says: TextKey, rules: readonly Rule[]): RuleLine {
  return {id, says, values: [], arrs: [], isOfSome: false, rules}
}

/** Of its rules those that do what its sentence says; others only label it, or check it. */
export function actingRules({rules, values}: Pick<RuleLine, 'rules' | 'values'>): readonly Rule[] {
  const isActing = (action: string) =>
    values.length > 0 ? destructive.has(action) : action !== 'tag' && action !== 'untag'
  return rules.filter(({actions}) => actions.some(isActing))
}

const destructive: ReadonlySet<string> = new Set([
  'remove',
  'removeWithData',
  'recycle',
  'failDownload',
  'quarantine',
  'extraFiles.recycle',
  'orphan.recycle',
])

interface ModeChange {
  readonly id: string
  readonly mode: Rule['mode']
}

/**
 * What has to be switched before they may act: off is what somebody switched off, and who is asked first is asked before
 * anything is removed.
 * @param off ids of lines
 */
export function modesFor(
  lines: readonly RuleLine[],
  off: ReadonlySet<string>,
  caution: Caution,
): readonly ModeChange[] {
  return lines.flatMap(({id: line, rules}) =>
    rules.flatMap(({id, mode, actions}): ModeChange[] => {
      if (mode === 'off') return []
      if (off.has(line)) return [{id, mode: 'off'}]
      const asks = caution === 'ask' && mode === 'live' && actions.some((it) => destructive.has(it))
      return asks ? [{id, mode: 'ask'}] : []
    }),
  )
}
