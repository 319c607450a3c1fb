/** Rules as the page lists them: by what they are for, those of several Arrs that say the same as one row. Pure. */
import type {ListedRule} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {plainText, type Blank, type Pieces} from './sentence-pieces.ts'
import {sentenceOf, type RuleSentence, type SentenceWords} from './sentence.ts'

/** A torrent passes them in this order. */
const ruleGroups = ['keep', 'heal', 'share', 'move', 'clean'] as const
export type RuleGroup = (typeof ruleGroups)[number]

interface SaidRule {
  readonly rule: ListedRule
  /** `null` = it cannot be read. */
  readonly sentence: RuleSentence | null
  /** Whose it is, of presets: "Radarr-4K"; '' = nobody's. */
  readonly section: string
}

/** What stands in the sentence of a row: a value with the rules that have it. */
type RowPiece = string | {readonly blank: Blank; readonly rules: readonly ListedRule[]}

export interface RuleRow {
  readonly id: string
  readonly name: string
  readonly rules: readonly SaidRule[]
  /** [] = it cannot be read. */
  readonly says: readonly RowPiece[]
  /** Of the second line what all of them have. */
  readonly beside: readonly Pieces[]
}

export interface GroupOfRules {
  readonly group: RuleGroup
  readonly rows: readonly RuleRow[]
  /** Switched off: they stand folded at its end. */
  readonly off: readonly RuleRow[]
}

/** @param rules in the order in which they decide */
export function groupsOf(rules: readonly ListedRule[], words: SentenceWords): readonly GroupOfRules[] {
  const groups = Map.groupBy(rules, groupOf)
  return ruleGroups.map((group) => {
    const rows = rowsOf(groups.get(group) ?? [], words)
    const isOff = ({rules: [first]}: RuleRow) => first!.rule.mode === 'off'
    return {group, rows: rows.filter((it) => !isOff(it)), off: rows.filter(isOff)}
  })
}

/** By what it does, and, of what could be for anything, by why. */
export function groupOf({actions, reason}: Pick<ListedRule, 'actions' | 'reason'>): RuleGroup {
  if (reason === 'seedingDone') return 'share'
  if (actions.length > 0 && actions.every((it) => it === 'skip')) return 'keep'
  const heals = reason !== null && healing.has(reason)
  if (heals || actions.some((it) => mending.has(it))) return 'heal'
  if (actions.some((it) => cleaning.has(it))) return 'clean'
  return reason === 'superSeeding' || actions.some((it) => sharing.has(it)) ? 'share' : 'move'
}

const healing: ReadonlySet<string> = new Set([
  'stalled',
  'slow',
  'unavailable',
  'metadataStuck',
  'failedCategory',
  'recheckCategory',
  'missingFiles',
  'errored',
  'unwantedFiles',
  'nothingWanted',
  'mediaUnreadable',
  'scoreUnmet',
  'worseThanFile',
  'importRejected',
  'imported',
  'unregistered',
])
const mending: ReadonlySet<string> = new Set([
  'failDownload',
  'arr.blocklist',
  'arr.queueRemove',
  'arr.search',
  'arr.import',
  'arr.refresh',
  'arr.rssSync',
  'recheck',
  'filePriority',
])
const cleaning: ReadonlySet<string> = new Set([
  'remove',
  'removeWithData',
  'recycle',
  'quarantine',
  'extraFiles.recycle',
  'orphan.recycle',
  'orphan.delete',
  'purge',
])
const sharing: ReadonlySet<string> = new Set([
  'limits',
  'superSeed',
  'queue',
  'stop',
  'start',
  'forceStart',
  'sequential',
  'reannounce',
  'tracker.add',
  'tracker.remove',
  'tracker.replace',
])

function rowsOf(rules: readonly ListedRule[], words: SentenceWords): readonly RuleRow[] {
  const said = rules.map((rule): SaidRule & {readonly name: string} => {
    const [section, name] = rule.origin === 'preset' ? partsOf(rule.name) : ['', rule.name]
    const sentence = rule.rule ? sentenceOf(rule.rule, words) : null
    return {rule, sentence, section, name}
  })
  return [...Map.groupBy(said, sameAs).values()].map((its) => ({
    id: its[0]!.rule.id,
    name: its[0]!.name,
    rules: its,
    says: togetherOf(its),
    beside: sharedOf(its),
  }))
}

/** One row is what the presets of several Arrs say in the same words, and are switched in the same way. */
function sameAs({rule, sentence, name}: SaidRule & {readonly name: string}): string {
  if (rule.origin !== 'preset' || sentence === null) return rule.id
  const shape = sentence.says.map((it) => (typeof it === 'string' ? it : `{${it.label}}`)).join('')
  return JSON.stringify([name, shape, rule.mode, rule.suspended !== null, rule.obstacle])
}

/** More are only counted. */
const MOST_OTHERS = 3

/** "1 h (Lidarr: 6 h)": what most of them have, then those that have something else. */
function togetherOf(its: readonly SaidRule[]): readonly RowPiece[] {
  const first = its[0]!.sentence
  if (first === null) return []
  return first.says.flatMap((piece, at): readonly RowPiece[] => {
    if (typeof piece === 'string') return [piece]
    const values = its.map(({rule, section, sentence}) => ({
      rule,
      section,
      blank: sentence!.says[at] as Blank,
    }))
    const groups = [...Map.groupBy(values, ({blank}) => blank.shown).values()]
    const [most, ...others] = groups.toSorted((one, other) => other.length - one.length)
    const usual = {blank: most![0]!.blank, rules: most!.map(({rule}) => rule)}
    if (others.length === 0) return [usual]
    if (others.flat().length > MOST_OTHERS) {
      return [usual, ` (${text('rules.row.differ', {count: others.flat().length})})`]
    }
    const said = others
      .flat()
      .flatMap(({blank, rule, section}, nth): readonly RowPiece[] => [
        `${nth === 0 ? ' (' : ', '}${section}: `,
        {blank, rules: [rule]},
      ])
    return [usual, ...said, ')']
  })
}

function sharedOf(its: readonly SaidRule[]): readonly Pieces[] {
  const [first, ...others] = its.map(({sentence}) => sentence?.beside ?? [])
  return first!.filter((it) =>
    others.every((beside) => beside.some((other) => plainText(other) === plainText(it))),
  )
}

/** Of the second line of a rule what the others of its row do not have. */
export function ownOf({sentence}: SaidRule, {beside}: Pick<RuleRow, 'beside'>): readonly Pieces[] {
  const shared = new Set(beside.map(plainText))
  return (sentence?.beside ?? []).filter((it) => !shared.has(plainText(it)))
}

/** "Radarr-4K: stalled": the section that a preset is of, and what it is called there. */
function partsOf(name: string): readonly [section: string, its: string] {
  const end = name.indexOf(': ')
  return end < 0 ? ['', name] : [name.slice(0, end), name.slice(end + 2)]
}
