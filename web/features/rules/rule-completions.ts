/**
 * What could stand at the cursor in the text of a rule. Judged by the line and the lines above it, not by a tree: while
 * somebody writes, the text is no YAML most of the time.
 */
interface FactWords {
  readonly name: string
  readonly says: string
  readonly type: 'text' | 'choice' | 'set' | 'number' | 'boolean'
  /** Of a choice. */
  readonly values: readonly string[]
  readonly operators: readonly string[]
  readonly windowed: boolean
  readonly subjects: readonly string[]
}

export interface RuleWords {
  readonly facts: readonly FactWords[]
  readonly actions: readonly {
    readonly name: string
    readonly params: readonly string[]
    readonly hint: string
    readonly subjects: readonly string[]
  }[]
  /** Values of keys that have certain ones: `mode`, `subject`, `reason`, `privacy`, `servers`, `categories` … */
  readonly values: Readonly<Record<string, readonly string[]>>
}

export interface Offer {
  readonly text: string
  readonly hint: string
}

export interface Offers {
  /** What is written of it already; these letters go. */
  readonly from: number
  readonly to: number
  readonly all: readonly Offer[]
}

const MOST = 50

const ruleKeys = [
  'name',
  'mode',
  'order',
  'subject',
  'concern',
  'conflict',
  'reason',
  'scope',
  'when',
  'hold',
  'schedule',
  'select',
  'do',
  'guards',
]
const keysOf: Readonly<Record<string, readonly string[]>> = {
  scope: [
    'servers',
    'arrs',
    'categories',
    'subcategories',
    'tagsAny',
    'tagsAll',
    'tagsNone',
    'trackers',
    'privacy',
    'owner',
  ],
  when: ['all', 'any', 'not', 'fact', 'op', 'value', 'window', 'cs'],
  hold: ['for', 'each', 'strikes', 'gap', 'expireAfter', 'resetOn'],
  schedule: ['every', 'cron', 'on', 'timeZone', 'window'],
  select: ['order', 'until'],
  do: ['action', 'if'],
  guards: [
    'maxPerRun',
    'maxPerHour',
    'maxPerDay',
    'maxBytesPerRun',
    'maxShare',
    'maxPerTracker',
    'minAgeComplete',
    'minAgeIncomplete',
    'quarantine',
    'obligationOverride',
  ],
}

/** @returns `null` = nothing can be offered here */
export function offersAt(text: string, cursor: number, words: RuleWords): Offers | null {
  const before = text.slice(0, cursor)
  const written = /-?[\w.*]*$/.exec(before)![0].replace(/^-/, '')
  const [from, to] = [cursor - written.length, cursor + /^[\w.]*/.exec(text.slice(cursor))![0].length]
  const all = possible(text.slice(0, from), words)
  const found = ranked(all, written.toLowerCase())
  const isDone = found.length === 1 && found[0]!.text === text.slice(from, to)
  return found.length === 0 || isDone ? null : {from, to, all: found.slice(0, MOST)}
}

export function withOffer(
  text: string,
  {from, to}: Offers,
  {text: taken}: Offer,
): {text: string; cursor: number} {
  return {text: text.slice(0, from) + taken + text.slice(to), cursor: from + taken.length}
}

/** Those that begin so first, then those that hold it; also by what a fact is called in words. */
function ranked(all: readonly Offer[], written: string): readonly Offer[] {
  if (written === '') return all
  const begins = all.filter((it) => it.text.toLowerCase().startsWith(written))
  const holds = all.filter(
    (it) => !begins.includes(it) && `${it.text} ${it.hint}`.toLowerCase().includes(written),
  )
  return [...begins, ...holds]
}

function possible(before: string, words: RuleWords): readonly Offer[] {
  const line = before.slice(before.lastIndexOf('\n') + 1)
  const key = keyBefore(line) ?? listKey(before, line)
  return key === null ? keys(before, line, words) : valuesOf(key, before, words)
}

/** `fact: ` or `servers: [nas, ` : the key whose value is being written. */
function keyBefore(line: string): string | null {
  return /([\w.]+):\s*(?:\[[^\]]*)?$/.exec(line)?.[1] ?? null
}

/** The key of a list whose items stand on lines of their own: `categories:` above `- `. */
function listKey(before: string, line: string): string | null {
  const item = /^(\s*)-\s*$/.exec(line)
  if (!item) return null
  const above = before.split('\n').slice(0, -1).toReversed()
  const head = above.find((it) => !/^\s*(-|$)/.test(it)) ?? ''
  const key = /^\s*(\w+):\s*$/.exec(head)?.[1] ?? null
  return key !== null && isPlainList(key) ? key : null
}

/** Lists of words, not of conditions or actions. */
function isPlainList(key: string): boolean {
  return keysOf['scope']!.includes(key) || key === 'on' || key === 'order' || key === 'value'
}

function valuesOf(key: string, before: string, words: RuleWords): readonly Offer[] {
  const subject = /^subject:\s*(\w+)/m.exec(before)?.[1] ?? 'torrent'
  const isOfIt = ({subjects}: {readonly subjects: readonly string[]}) => subjects.includes(subject)
  const facts = words.facts.filter(isOfIt)
  if (key === 'fact' || key === 'order') return facts.map(({name, says}) => ({text: name, hint: says}))
  if (key === 'action') return words.actions.filter(isOfIt).map(({name, hint}) => ({text: name, hint}))
  const fact = factAbove(before, words)
  if (key === 'op') return plain(fact?.operators ?? [])
  if (key === 'value') return plain(fact?.type === 'boolean' ? ['true', 'false'] : (fact?.values ?? []))
  return plain(words.values[key] ?? [])
}

/** The fact that the comparison at the cursor is about. */
function factAbove(before: string, {facts}: RuleWords): FactWords | undefined {
  const name = [...before.matchAll(/\bfact:\s*([\w.]+)/g)].at(-1)?.[1]
  return facts.find((it) => it.name === name)
}

function keys(before: string, line: string, words: RuleWords): readonly Offer[] {
  // Behind a value that is written already there stands nothing new, but in braces.
  const isPlace = /^\s*(?:-\s*)?$/.test(line) || /[{,]\s*$/.test(line)
  if (!isPlace) return []
  const section = sectionOf(before, line)
  if (section === null) return withColon(ruleKeys)
  const action = section === 'do' ? /\baction:\s*([\w.]+)[^}\n]*$/.exec(line)?.[1] : undefined
  const params = words.actions.find(({name}) => name === action)?.params
  if (params) return withColon([...params, 'if'])
  const isLeaf = section === 'when' && /\bfact:/.test(line)
  const own = keysOf[section] ?? []
  const offered = isLeaf ? own.filter((it) => !['all', 'any', 'not'].includes(it)) : own
  const there = new Set([...line.matchAll(/\b(\w+):/g)].map(([, it]) => it))
  return withColon(offered.filter((it) => !there.has(it)))
}

/** Which part of the rule the cursor is in; `null` = at the top. */
function sectionOf(before: string, line: string): string | null {
  const inline = /^(\w+):\s*\{[^}]*$/.exec(line)?.[1]
  if (inline !== undefined) return inline
  if (!/^\s/.test(line)) return null
  const heads = before.split('\n').slice(0, -1)
  return heads.toReversed().flatMap((it) => /^(\w+):/.exec(it)?.[1] ?? [])[0] ?? null
}

function withColon(names: readonly string[]): readonly Offer[] {
  return names.map((name) => ({text: `${name}: `, hint: ''}))
}

function plain(values: readonly string[]): readonly Offer[] {
  return values.map((text) => ({text, hint: ''}))
}
