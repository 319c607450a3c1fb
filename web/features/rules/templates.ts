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
  const asked = wordsIn(described).filter((it) => !filling.has(it) && !/^\d/.test(it))
  const figures = figuresIn(figured)
  const all = examples.flatMap((example) => {
    const yaml = withFigures(example.yaml, figures, words)
    const rule = readDocument(yaml)
    if (rule === null) return []
    const {says, beside} = sentenceOf(rule, words)
    const actions = [rule['do']].flat().map((it) => (it as {readonly action: never}).action)
    const group = groupOf({actions, reason: (rule['reason'] ?? null) as never})
    const [named, said] = [wordsIn(example.name), wordsIn([says, ...beside].map(plainText).join(' '))]
    const score = asked.reduce(
      (sum, word) => sum + scoreOf(word, named, [...said, ...wordsIn(example.says), group]),
      0,
    )
    return [{template: {name: example.name, yaml, group, says}, score}]
  })
  if (asked.length === 0) return all.map(({template}) => template)
  return all
    .filter(({score}) => score > 0)
    .toSorted((one, other) => other.score - one.score)
    .map(({template}) => template)
}

/** Its name says most of what a template is for. */
function scoreOf(word: string, name: readonly string[], others: readonly string[]): number {
  const spellings = [word, ...(meant[word] === undefined ? [] : [meant[word]])]
  const isIn = (all: readonly string[]) =>
    spellings.some((it) => all.some((one) => one.startsWith(it) || isStem(it, one)))
  if (isIn(name)) return 3
  return isIn(others) ? 2 : 0
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
  readonly unit: 'seconds' | 'bytes' | 'bytesPerSecond' | 'share' | 'plain'
  /** As rules write it. */
  readonly value: string
}

/** "2 hours", "300 GB", "1 MiB/s", "5 %", "ratio 3". */
function figuresIn(described: string): readonly Figure[] {
  const found = [...described.matchAll(/(\d+(?:[.,]\d+)?)\s*(%|\p{L}+)(\/s)?/gu)].flatMap(
    ([, figure, unit, rate = '']): readonly Figure[] => {
      const amount = figure!.replace(',', '.')
      if (unit === '%') return [{unit: 'share', value: `${amount}%`}]
      if (secondsOf(unit!) !== undefined) return [{unit: 'seconds', value: `${amount} ${unit}`}]
      if (!sizeUnits.has(unit!.toLowerCase())) return []
      return [{unit: rate === '' ? 'bytes' : 'bytesPerSecond', value: `${amount} ${unit}${rate}`}]
    },
  )
  const ratio = /ratio\D{0,12}(\d+(?:[.,]\d+)?)/i.exec(described)?.[1]
  return ratio === undefined ? found : [...found, {unit: 'plain', value: ratio.replace(',', '.')}]
}

/** Each figure in the first blank of its kind. */
function withFigures(yaml: string, figures: readonly Figure[], words: SentenceWords): string {
  let filled = yaml
  const taken = new Set<string>()
  for (const {unit, value} of figures) {
    const rule = readDocument(filled)
    const blank =
      rule &&
      sentenceOf(rule, words).says.find(
        (it): it is Blank =>
          typeof it !== 'string' &&
          it.entry?.is === 'quantity' &&
          it.unit === unit &&
          !taken.has(it.place.join('.')),
      )
    if (!blank) continue
    taken.add(blank.place.join('.'))
    filled = filledIn(filled, blank, value, {is: 'text'})
  }
  return filled
}
