/** Templates of new rules, found by what somebody describes in words of their own. Pure. */
import {secondsOf, sizeUnits} from '#lib/units.ts'
import {filledIn, focusOf} from './blank-change.ts'
import {
  asksToRemove,
  describedIn,
  doing,
  nothingKnown,
  saysNothing,
  type Description,
  type KnownHere,
  type Piece,
} from './described.ts'
import {
  readDocument,
  shownCondition,
  withItem,
  withValue,
  type Part,
  type Place,
} from './form/rule-document.ts'
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

/** They say nothing of what is meant. */
const filling = new Set(
  'a an and are as at be been don t i want would like please for from has have if in is it its me more my of old on once or over something than that the them then they this to torrent torrents until what when which will with after all any anything download downloads everything'.split(
    ' ',
  ),
)

export interface Understood {
  /** Those that fit, the best first; in their order where nothing is described. */
  readonly templates: readonly Template[]
  /** What nothing was made of, as it was written. */
  readonly unknown: readonly string[]
  /** So much was understood that the first one may be meant. */
  readonly isCertain: boolean
}

/** @param figured where the figures and names are described, if not there */
export function templatesFor(
  described: string,
  examples: readonly Example[],
  words: SentenceWords,
  {known = nothingKnown, figured = described}: {known?: KnownHere; figured?: string} = {},
): readonly Template[] {
  const description = describedIn(figured, known)
  const asked = askedIn(described === figured ? description.rest : described)
  const figures = figuresIn(description.rest)
  const {verb} = description
  const wanted = verb === null ? [] : doing[verb]
  const own = inOwnWords(figured, description, words)
  const all = examples.flatMap((example): Ranked[] => {
    const does = actionsOf(readDocument(example.yaml))
    const isDone = does.some((it) => wanted.includes(it)) && (asksToRemove(verb) || !isRemovalOf(does))
    const filled = withFigures(example, figures, {described: figured, description, words})
    const {yaml, unset} = isDone
      ? withPieces(
          {...filled, yaml: withAction(onlyPlaced(filled.yaml, filled.places), description)},
          description.pieces,
        )
      : {yaml: filled.yaml, unset: [...filled.unset, ...namesOf(description.pieces)]}
    const read = readTemplate({...example, yaml}, words)
    if (read === null) return []
    const {says, group, named: title} = read
    const named = asked.reduce((sum, word) => sum + scoreOf(word, read), 0)
    const isNamed = asked.some((word) => isOf(word, title))
    const isNamedBeside = asked.some((word) => !description.asked.includes(word) && isOf(word, title))
    const placed = figures.length - filled.unset.length
    // What it does counts for more than a word that it shares.
    const score = named + placed > 0 || isDone ? named + (isDone ? DONE_SCORE : 0) + FIGURE_SCORE * placed : 0
    const isAsked = isDone || verb === null ? isDone || isNamed || !isRemovalOf(read.actions) : false
    const isFitting =
      score > 0 && (named > 0 || isDone) && (isAsked || !isRemovalOf(read.actions) || asksToRemove(verb))
    return [
      {
        template: {name: example.name, yaml, group, says, unset},
        score: isFitting ? score : 0,
        isDone,
        isAsked,
        isMeant: isNamedBeside || placed > 0,
      },
    ]
  })
  if (asked.length === 0 && description.pieces.length === 0 && verb === null) {
    return [...all.map(({template}) => template), ...(own === null || described === figured ? [] : [own])]
  }
  if (described !== figured) return [...all.map(({template}) => template), ...(own === null ? [] : [own])]
  const fitting = all
    // "Keep" has one template, and what is described takes the place of all that it says.
    .filter(({score, isDone}) => score > 0 && !(own !== null && verb === 'keep' && isDone))
    .filter(({isMeant, isDone}) => verb === null || isMeant || isDone)
    .toSorted(
      (one, other) =>
        Number(other.isDone) - Number(one.isDone) ||
        Number(other.isAsked) - Number(one.isAsked) ||
        other.score - one.score,
    )
  if (own === null) return fitting.map(({template}) => template)
  const first = fitting.find(
    ({isDone, isMeant, template}) => isDone && isMeant && template.unset.length === 0,
  )
  const isTemplateMeant =
    first !== undefined && (asksToRemove(verb) || namesOf(description.pieces).length === 0)
  const others = fitting.filter((it) => it !== first).map(({template}) => template)
  if (first === undefined) return [own, ...others]
  if (plainText(first.template.says) === plainText(own.says)) return [first.template, ...others]
  return isTemplateMeant ? [first.template, own, ...others] : [own, first.template, ...others]
}

function isOf(word: string, title: readonly string[]): boolean {
  return scoreOf(word, {named: title, others: []}) > 0
}

interface Ranked {
  readonly template: Template
  readonly score: number
  /** It does what is to be done. */
  readonly isDone: boolean
  /** It may come before others: it does what is asked, or is called by its name, or removes nothing. */
  readonly isAsked: boolean
  /** Its name, or a figure of it, is described. */
  readonly isMeant: boolean
}

const DONE_SCORE = 4
const FIGURE_SCORE = 2

/** What is described, with how much of it was understood. */
export function understood(
  described: string,
  examples: readonly Example[],
  words: SentenceWords,
  known: KnownHere,
): Understood {
  const templates = templatesFor(described, examples, words, {known})
  const unknown = notUnderstood(described, examples, words, known)
  const {verb, asked, pieces, unreadException} = describedIn(described, known)
  const [first] = templates
  const count = unknown.flatMap(wordsIn).length
  const read = askedIn(described).filter((it) => !asked.includes(it)).length - count
  const isRemoval = first !== undefined && isRemovalOf(actionsOf(readDocument(first.yaml)))
  const isLess = isRemoval && verb !== null && first.unset.length > 0
  const isMostUnknown = count > 0 && count >= Math.max(read, pieces.length)
  // Of "remove everything" only the verb was understood.
  const isVerbAlone = verb !== null && read + pieces.length <= 0
  const isDenied = isRemoval && /\b(?:never|do\s+not|don['’]?t)\b/i.test(described)
  const isCertain = !isDenied && unreadException === null && !isMostUnknown && !isLess && !isVerbAlone
  return {templates, unknown, isCertain}
}

/** Words that no template has anything of, as they were written; each once. */
export function notUnderstood(
  described: string,
  examples: readonly Example[],
  words: SentenceWords,
  known = nothingKnown,
): readonly string[] {
  const read = examples.flatMap((example) => readTemplate(example, words) ?? [])
  const {left, unreadException} = describedIn(described, known)
  const unread = askedIn(left).filter(
    (word) => !saysNothing.has(word) && read.every((it) => scoreOf(word, it) === 0),
  )
  return [...new Set([...unread, ...(unreadException === null ? [] : [unreadException])])]
}

const removals: ReadonlySet<string> = new Set([...doing.remove, 'orphan.delete', 'purge'])

function isRemovalOf(actions: readonly string[]): boolean {
  return actions.some((it) => removals.has(it))
}

function actionsOf(rule: Part | null): readonly string[] {
  return actionPartsOf(rule).map(({action}) => String(action))
}

function actionPartsOf(rule: Part | null): readonly Part[] {
  const actions = rule?.['do']
  return Array.isArray(actions) ? (actions as readonly Part[]) : []
}

/** What a rule that is composed of a description is called where templates have names. */
export const OWN_WORDS = 'described'

/** Names that are none of the figures. */
function namesOf(pieces: readonly Piece[]): readonly string[] {
  return pieces.filter(({isFigure}) => !isFigure).map(({words}) => words)
}

/** The rule that says what is described and nothing else; `null` = the description lacks what is to be done, or to what. */
function inOwnWords(
  described: string,
  {verb, action, pieces, left, unreadException}: Description,
  words: SentenceWords,
): Template | null {
  if (verb === null || action === null || pieces.length === 0) return null
  const name = described
    .trim()
    .replace(/[.!\s]+$/, '')
    .slice(0, LONGEST_NAME)
  const conditions = pieces.flatMap(({is}) => (is.what === 'condition' ? [is.condition] : []))
  const isPaid = pieces.some(({of}) => of === 'obligation.met')
  // Whoever removes what a tracker still asks for loses the account there: it has to be asked for.
  const all =
    verb === 'remove' && !isPaid
      ? [...conditions, {fact: 'obligation.met', op: 'in', value: ['yes', 'none']}]
      : conditions
  const [only, ...more] = all
  const when = only === undefined ? everything(verb, pieces) : more.length === 0 ? only : {all}
  let yaml = withValue(`name: x\nwhen: ''\n`, ['name'], name.charAt(0).toUpperCase() + name.slice(1))
  for (const {is} of pieces) {
    if (is.what === 'privacy' && (all.length > 0 || verb === 'stop'))
      yaml = withValue(yaml, ['scope'], {privacy: is.privacy})
    if (is.what === 'schedule') yaml = withValue(yaml, ['schedule'], is.schedule)
  }
  yaml = withItem(withValue(yaml, ['when'], when), ['do'], action)
  const read = readTemplate({name: '', says: '', yaml}, words)
  if (read === null) return null
  const open = askedIn(left).filter((it) => !saysNothing.has(it))
  const unset = [...open, ...figuresIn(left).map(({from, to}) => described.slice(from, to))]
  return {
    name: OWN_WORDS,
    yaml,
    group: read.group,
    says: read.says,
    unset: unreadException === null ? unset : [...unset, unreadException],
  }
}

const LONGEST_NAME = 80

/** Of all of them, or of those of a privacy; what is so already is left out. */
function everything(verb: Description['verb'], pieces: readonly Piece[]): Part {
  if (verb === 'stop') return {fact: 'state', op: 'ne', value: 'stopped'}
  const privacy = pieces.map(({is}) => (is.what === 'privacy' ? is.privacy : null)).find((it) => it !== null)
  if (privacy !== undefined) return {fact: 'isPrivate', op: 'eq', value: privacy === 'private'}
  return {fact: 'infoHash', op: 'exists'}
}

/** A template whose one action is asked for does it as it was described: with that name, to that place. */
function withAction(yaml: string, {action, verb}: Description): string {
  const [one, ...others] = actionPartsOf(readDocument(yaml))
  if (action === null || verb === 'limit' || one === undefined || others.length > 0) return yaml
  const isOther = one['action'] === 'removeWithData' && verb === 'remove'
  const isMore = one['action'] === action['action'] && Object.keys(action).length > 1
  return isMore || isOther ? withValue(yaml, ['do', 0], action) : yaml
}

/** Of "a ratio or a time" only what was described: nothing goes by a figure that nobody mentioned. */
function onlyPlaced(yaml: string, places: readonly Place[]): string {
  const shown = shownCondition(readDocument(yaml)?.['when'])
  if (shown.is !== 'all') return yaml
  return shown.parts.reduce<string>((text, part, at) => {
    const ways = shownCondition(part)
    if (ways.is !== 'any') return text
    const here = ['when', 'all', at, 'any'].join('.')
    const its = ways.parts.filter((_, way) => places.some((it) => it.join('.').startsWith(`${here}.${way}.`)))
    if (its.length === 0 || its.length === ways.parts.length) return text
    return withValue(text, ['when', 'all', at], its.length === 1 ? its[0] : {any: its})
  }, yaml)
}

/** A template that does what is asked, with what else was described. */
function withPieces(
  {yaml: filled, unset}: Pick<Template, 'yaml' | 'unset'>,
  pieces: readonly Piece[],
): Pick<Template, 'yaml' | 'unset'> {
  let yaml = filled
  for (const {is, of, words} of pieces) {
    const {when} = readDocument(yaml) ?? {}
    if (is.what === 'privacy') yaml = withValue(yaml, ['scope', 'privacy'], is.privacy)
    else if (is.what === 'schedule') yaml = withValue(yaml, ['schedule'], is.schedule)
    else if (/\d/.test(words) && figuresIn(words).length > 0) continue
    else if (shownCondition(when).is === 'all') {
      if (!JSON.stringify(when).includes(`"fact":"${of}"`))
        yaml = withItem(yaml, ['when', 'all'], is.condition)
    } else if (!isLeafOf(when, of)) yaml = withValue(yaml, ['when'], {all: [when, is.condition]})
  }
  return {yaml, unset}
}

function isLeafOf(condition: unknown, fact: string): boolean {
  const shown = shownCondition(condition)
  return shown.is === 'leaf' && shown.leaf['fact'] === fact
}

/** Without figures and their units, and without what says nothing. */
function askedIn(described: string): readonly string[] {
  const bare = figuresIn(described).reduce((rest, {from, to}) => {
    return rest.slice(0, from) + ' '.repeat(to - from) + rest.slice(to)
  }, described)
  return wordsIn(bare).filter((it) => !filling.has(it) && /\p{L}/u.test(it))
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
  const actions = actionsOf(rule)
  const group = groupOf({actions: actions as never, reason: (rule['reason'] ?? null) as never})
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
  {
    described,
    description: {rest, pieces},
    words,
  }: {readonly described: string; readonly description: Description; readonly words: SentenceWords},
): Pick<Template, 'yaml' | 'unset'> & {readonly places: readonly Place[]} {
  const asked = askedIn(rest)
  const isNamed = asked.some((word) => scoreOf(word, {named: wordsIn(example.name), others: []}) > 0)
  const spellings = wordsIn(rest).flatMap((word) => [
    ...(filling.has(word) ? [] : [word]),
    ...(quantities[word] === undefined ? [] : [quantities[word]]),
  ])
  const taken = new Set<string>()
  const places: Place[] = []
  const unset: string[] = []
  let yaml = example.yaml
  const freeOf = ({unit, from}: Figure) => {
    const rule = readDocument(yaml)
    const said = pieces.find(({at, words: its}) => at <= from && from < at + its.length)
    const fits = said === undefined ? undefined : [said.of, ...(compared[said.of] ?? [])]
    return (rule ? sentenceOf(rule, words).says : []).filter(
      (it): it is Blank =>
        typeof it !== 'string' &&
        isOfUnit(it, unit) &&
        !taken.has(it.place.join('.')) &&
        fits?.includes(focusOf(rule, it.place) ?? '') !== false &&
        (said === undefined || !isOpposed(said, rule, it.place)),
    )
  }
  const isCalled = ({label}: Blank) => wordsIn(label).some((it) => !vague.has(it) && isAny(spellings, [it]))
  // A figure that has its place says that this template is meant, as its name does.
  const isMeant = isNamed || figures.some((it) => freeOf(it).some(isCalled))
  for (const figure of figures) {
    const {value, from, to} = figure
    const free = freeOf(figure)
    const called = free.find(isCalled)
    const hold = free.find(({place}) => place.join('.') === 'hold.for')
    const blank = called ?? (isMeant ? (hold ?? (free.length === 1 ? free[0] : undefined)) : undefined)
    if (blank === undefined) unset.push(described.slice(from, to))
    else {
      taken.add(blank.place.join('.'))
      places.push(blank.place)
      yaml = filledIn(yaml, blank, value, {is: 'text'})
    }
  }
  return {yaml, unset, places}
}

/** "Below 1" is no figure for "at least 3". */
function isOpposed({is}: Piece, rule: Part | null, place: Place): boolean {
  if (is.what !== 'condition') return false
  const leaf = place.slice(0, -1).reduce<unknown>((at, key) => (at as Part | undefined)?.[key], rule)
  const ways = [is.condition, leaf].map((it) => wayOf((it as Part | undefined)?.['op']))
  return ways[0] !== null && ways[1] !== null && ways[0] !== ways[1]
}

function wayOf(op: unknown): 'up' | 'down' | null {
  if (op === 'gt' || op === 'gte') return 'up'
  return op === 'lt' || op === 'lte' ? 'down' : null
}

/** Of what else the figure of a comparison may be: "after 2 hours" can be how long a rule waits. */
const compared: Readonly<Record<string, readonly string[]>> = {
  age: ['hold', 'seedingTime', 'path.fileAge'],
  stalledFor: ['hold'],
}

/** Over how long something is looked at, and how often, is no figure that people describe. */
const besides: ReadonlySet<unknown> = new Set(['window', 'gap'])

function isOfUnit({entry, unit: its, label, place}: Blank, unit: Figure['unit']): boolean {
  if (entry?.is !== 'quantity' || besides.has(place.at(-1))) return false
  return unit === 'ratio' ? its === 'plain' && wordsIn(label).includes('ratio') : its === unit
}
