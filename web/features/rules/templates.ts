/** Templates of new rules, found by what somebody describes in words of their own. Pure. */
import {secondsOf, sizeUnits} from '#lib/units.ts'
import {filledIn} from './blank-change.ts'
import {readDocument} from './form/rule-document.ts'
import {groupOf, type RuleGroup} from './rule-rows.ts'
import {plainText, type Blank, type Pieces} from './sentence-pieces.ts'
import {sentenceOf, type SentenceWords} from './sentence.ts'

export interface Template {
  readonly name: string
  /** With the figures that were described. */
  readonly yaml: string
  readonly group: RuleGroup
  /** Its sentence. */
  readonly says: Pieces
  /** Figures that were described and stand nowhere in it, as they were written. */
  readonly unset: readonly string[]
}

interface Example {
  readonly name: string
  readonly says: string
  readonly yaml: string
}

/** What people call it that the sentences call otherwise. */
const meant: Readonly<Record<string, string>> = {
  delete: 'remove',
  erase: 'remove',
  cleanup: 'remove',
  clean: 'remove',
  bin: 'trash',
  stuck: 'stalled',
  idle: 'active',
  inactive: 'active',
  unused: 'active',
  dead: 'stalled',
  slow: 'speed',
  disk: 'free',
  space: 'free',
  room: 'free',
  full: 'free',
  protect: 'keep',
  never: 'keep',
  pause: 'stop',
  throttle: 'limit',
  bandwidth: 'limit',
  label: 'tag',
  big: 'large',
  huge: 'large',
  broken: 'error',
  magnet: 'metadata',
  leftover: 'orphan',
  leftovers: 'orphan',
  virus: 'dangerous',
  exe: 'dangerous',
  fake: 'dangerous',
  notify: 'notification',
  alert: 'notification',
  priority: 'queue',
  replaced: 'upgraded',
  upgrade: 'upgraded',
  folder: 'move',
  cold: 'move',
}

/** What people call what is to be done, by the actions that do it. */
const actionWords: readonly {readonly called: readonly string[]; readonly actions: readonly string[]}[] = [
  {
    called: ['remove', 'delete', 'erase', 'clean', 'cleanup', 'trash', 'bin', 'purge'],
    actions: ['failDownload', 'remove', 'removeWithData', 'recycle', 'quarantine', 'orphan.recycle'],
  },
  {called: ['limit', 'throttle'], actions: ['limits']},
  {called: ['move', 'archive'], actions: ['move']},
  {called: ['tag', 'label'], actions: ['tag']},
  {called: ['stop', 'pause'], actions: ['stop']},
  {called: ['recheck', 'verify'], actions: ['recheck']},
  {called: ['reannounce'], actions: ['reannounce']},
  {called: ['notify', 'alert', 'tell'], actions: ['notify']},
]
/** What is never to be removed is to be kept. */
const negations: ReadonlySet<string> = new Set(['never', 'not', 'don', 'dont', 'no', 'without'])
const keeping = ['skip'] as const

/** They say nothing of what is meant. */
const filling = new Set(
  'a an and are as at be been for from has have if in is it its me more my of old on once or over something than that the them then they this to torrent torrents until what when which will with after all any download downloads'.split(
    ' ',
  ),
)

/**
 * Of these templates those that fit what is described, the best first; in their order where nothing is.
 * @param figured where the figures are described
 */
export function templatesFor(
  described: string,
  examples: readonly Example[],
  words: SentenceWords,
  figured = described,
): readonly Template[] {
  const asked = askedIn(described)
  const figures = figuresIn(figured)
  const wanted = wantedIn(described)
  const all = examples.flatMap((example) => {
    const {yaml, unset} = withFigures(example, figures, {described: figured, words})
    const read = readTemplate({...example, yaml}, words)
    if (read === null) return []
    const {says, group} = read
    const named = asked.reduce((sum, word) => sum + scoreOf(word, read), 0)
    // What it does counts for more than a word that it shares.
    const done = read.actions.some((action) => wanted.includes(action)) ? DONE_SCORE : 0
    const score = named === 0 ? 0 : named + done + FIGURE_SCORE * (figures.length - unset.length)
    return [{template: {name: example.name, yaml, group, says, unset}, score}]
  })
  if (asked.length === 0) return all.map(({template}) => template)
  return all
    .filter(({score}) => score > 0)
    .toSorted((one, other) => other.score - one.score)
    .map(({template}) => template)
}

const DONE_SCORE = 4
const FIGURE_SCORE = 2

/** Actions that are named; what is said never to be removed is to be kept. */
function wantedIn(described: string): readonly string[] {
  const words = wordsIn(described)
  const named = actionWords.filter(({called}) => words.some((word) => called.includes(word)))
  const isDenied = words.some((word) => negations.has(word)) && named[0] === actionWords[0]
  return isDenied || words.includes('protect') ? keeping : named.flatMap(({actions}) => actions)
}

/** Words that no template has anything of, as they were written; each once. */
export function notUnderstood(
  described: string,
  examples: readonly Example[],
  words: SentenceWords,
): readonly string[] {
  const read = examples.flatMap((example) => readTemplate(example, words) ?? [])
  return [...new Set(askedIn(described))].filter((word) => read.every((it) => scoreOf(word, it) === 0))
}

/** Without figures and their units, and without what says nothing. */
function askedIn(described: string): readonly string[] {
  const bare = figuresIn(described).reduce((rest, {from, to}) => {
    return rest.slice(0, from) + ' '.repeat(to - from) + rest.slice(to)
  }, described)
  return wordsIn(bare).filter((it) => !filling.has(it))
}

/** What of a template words are compared with. */
interface Readable {
  readonly says: Pieces
  readonly group: RuleGroup
  readonly actions: readonly string[]
  readonly named: readonly string[]
  readonly others: readonly string[]
}

function readTemplate({name, says: purpose, yaml}: Example, words: SentenceWords): Readable | null {
  const rule = readDocument(yaml)
  if (rule === null) return null
  const {says, beside} = sentenceOf(rule, words)
  const actions = [rule['do']].flat().map((it) => (it as {readonly action: never}).action)
  const group = groupOf({actions, reason: (rule['reason'] ?? null) as never})
  const said = wordsIn([says, ...beside].map(plainText).join(' '))
  return {says, group, actions, named: wordsIn(name), others: [...said, ...wordsIn(purpose), group]}
}

/** Its name says most of what a template is for. */
function scoreOf(word: string, {named, others}: Pick<Readable, 'named' | 'others'>): number {
  const spellings = [word, ...(meant[word] === undefined ? [] : [meant[word]])]
  if (isAny(spellings, named)) return 3
  return isAny(spellings, others) ? 2 : 0
}

function isAny(spellings: readonly string[], among: readonly string[]): boolean {
  return spellings.some((it) => among.some((one) => one.startsWith(it) || isStem(it, one)))
}

/** "removing" and "removes" are "remove". */
function isStem(asked: string, one: string): boolean {
  const stem = asked.replace(/(?:ing|ed|es|s)$/, '')
  return stem.length >= 4 && one.startsWith(stem)
}

function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}.]+/gu) ?? []
}

interface Figure {
  /** `null` = a number of nothing that rules compare. */
  readonly unit: 'seconds' | 'bytes' | 'bytesPerSecond' | 'share' | 'ratio' | null
  /** As rules write it. */
  readonly value: string
  /** Where it stands, with its unit. */
  readonly from: number
  readonly to: number
}

/** "2 hours", "300 GB", "1 MiB/s", "5 %", "ratio 3", and every other number. */
function figuresIn(described: string): readonly Figure[] {
  const ratioAt = /(?<=ratio\D{0,12})\d/i.exec(described)?.index
  return [...described.matchAll(/(?<![\p{L}\d.,])(\d+(?:[.,]\d+)?)(?:\s*(%|\p{L}+)(\/s)?)?/gu)].map(
    ({0: whole, 1: figure, 2: unit = '', 3: rate = '', index: from}): Figure => {
      const amount = figure!.replace(',', '.')
      const alone = {value: amount, from, to: from + figure!.length}
      const together = {value: `${amount} ${unit}${rate}`, from, to: from + whole.length}
      if (from === ratioAt) return {...alone, unit: 'ratio'}
      if (unit === '%') return {...together, unit: 'share', value: `${amount}%`}
      if (secondsOf(unit) !== undefined) return {...together, unit: 'seconds'}
      if (!sizeUnits.has(unit.toLowerCase())) return {...alone, unit: null}
      return {...together, unit: rate === '' ? 'bytes' : 'bytesPerSecond'}
    },
  )
}

/** Which words name what a figure is of, beside the word itself. */
const quantities: Readonly<Record<string, string>> = {
  idle: 'activity',
  inactive: 'activity',
  unused: 'activity',
  active: 'activity',
  upload: 'up',
  uploads: 'up',
  uploading: 'up',
  throttle: 'up',
  limit: 'up',
  bandwidth: 'up',
  large: 'size',
  larger: 'size',
  big: 'size',
  bigger: 'size',
  over: 'size',
  more: 'size',
  disk: 'free',
  space: 'free',
  room: 'free',
  full: 'free',
  slow: 'speed',
  slower: 'speed',
}

/** Words of what a value is called that say nothing of it. */
const vague = new Set('a for held in its last of since space that the time to wanted'.split(' '))

/**
 * Each figure in the first value that the words name, or in the only one of its kind where they name the template.
 * @returns figures that found no such place, too: whatever they were meant of, nothing is set by them
 */
function withFigures(
  example: Example,
  figures: readonly Figure[],
  {described, words}: {readonly described: string; readonly words: SentenceWords},
): Pick<Template, 'yaml' | 'unset'> {
  const asked = askedIn(described)
  const isNamed = asked.some((word) => scoreOf(word, {named: wordsIn(example.name), others: []}) > 0)
  const spellings = wordsIn(described).flatMap((word) => [
    ...(filling.has(word) ? [] : [word]),
    ...(quantities[word] === undefined ? [] : [quantities[word]]),
  ])
  const taken = new Set<string>()
  const unset: string[] = []
  let yaml = example.yaml
  const freeOf = (unit: Figure['unit']) => {
    const rule = readDocument(yaml)
    return (rule ? sentenceOf(rule, words).says : []).filter(
      (it): it is Blank => typeof it !== 'string' && isOfUnit(it, unit) && !taken.has(it.place.join('.')),
    )
  }
  const isCalled = ({label}: Blank) => wordsIn(label).some((it) => !vague.has(it) && isAny(spellings, [it]))
  // A figure that has its place says that this template is meant, as its name does.
  const isMeant = isNamed || figures.some(({unit}) => freeOf(unit).some(isCalled))
  for (const {unit, value, from, to} of figures) {
    const free = freeOf(unit)
    const called = free.find(isCalled)
    const hold = free.find(({place}) => place.join('.') === 'hold.for')
    const blank = called ?? (isMeant ? (hold ?? (free.length === 1 ? free[0] : undefined)) : undefined)
    if (blank === undefined) unset.push(described.slice(from, to))
    else {
      taken.add(blank.place.join('.'))
      yaml = filledIn(yaml, blank, value, {is: 'text'})
    }
  }
  return {yaml, unset}
}

/** Over how long something is looked at, and how often, is no figure that people describe. */
const besides: ReadonlySet<unknown> = new Set(['window', 'gap'])

function isOfUnit({entry, unit: its, label, place}: Blank, unit: Figure['unit']): boolean {
  if (entry?.is !== 'quantity' || besides.has(place.at(-1))) return false
  return unit === 'ratio' ? its === 'plain' && wordsIn(label).includes('ratio') : its === unit
}
