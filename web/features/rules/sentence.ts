/**
 * A rule as one sentence that a person can read, with its values as blanks, and a second line: where it applies, what it
 * leaves out, how it is held back. What is too much for a sentence is counted in it: nothing is left out in silence. Pure.
 */
import {text, textIfAny} from '../../i18n/text.ts'
import {shownCondition, type Part, type Place} from './form/rule-document.ts'
import {
  exceptionIn,
  isCategory,
  isLeaf,
  isLostCategory,
  hasWays,
  isStill,
  leafCount,
  oppositeOf,
  partOf,
  stillTime,
  weightOf,
  type FactSays,
} from './sentence-conditions.ts'
import {
  blankOf,
  capital,
  eventWords,
  joined,
  listEntry,
  more,
  pairEntry,
  plainText,
  put,
  quantityEntry,
  quantityWords,
  rawText,
  secondsIn,
  shownList,
  shownPair,
  shownText,
  textEntry,
  withArr,
  yesNoEntry,
  type Asked,
  type ChoiceEntry,
  type Blank,
  type Entry,
  type Piece,
  type Pieces,
} from './sentence-pieces.ts'

export interface RuleSentence {
  readonly says: Pieces
  /** Of the second line, each by itself. */
  readonly beside: readonly Pieces[]
}

export interface SentenceWords {
  readonly facts: ReadonlyMap<string, FactSays>
  /** Names of servers and Arrs by their ids. */
  readonly names: ReadonlyMap<string, string>
  /** On the page of one Arr: its name, and what it looks after; absent = of whichever Arr. */
  readonly arr?: {readonly name: string; readonly media: string}
}

/** @param rule its document, as the API has it */
export function sentenceOf(rule: Part, words: SentenceWords): RuleSentence {
  return new Sentence(rule, words).whole()
}

/** What can be said of a condition, and how many it leaves to be counted. */
interface Said {
  readonly pieces: Pieces
  readonly unsaid: number
  /** Less is said first. */
  readonly weight: number
}

/** More is no sentence any more. */
const MOST_CONDITIONS = 4
const LONGEST_CONDITIONS = 120
/** Of an `any`. */
const MOST_WAYS = 2

const removing = new Set(['remove', 'removeWithData', 'recycle'])
const moving = new Set(['move', 'copyTo'])

class Sentence {
  readonly #rule: Part
  readonly #words: SentenceWords
  readonly #beside: Pieces[] = []
  readonly #stall: Blank | null
  /** Whether the thing it is about was named. */
  #isNamed = false

  constructor(rule: Part, words: SentenceWords) {
    this.#rule = rule
    this.#words = words
    this.#stall = this.#wholeStall()
  }

  whole(): RuleSentence {
    const actions = partsOf(this.#rule['do'])
    const names = actions.map((it) => String(it['action']))
    const isOnly = (some: ReadonlySet<string>) => names.length > 0 && names.every((it) => some.has(it))
    const form = isOnly(new Set(['skip']))
      ? 'keep'
      : this.#rule['reason'] === 'seedingDone' && isOnly(removing)
        ? 'seed'
        : isOnly(moving) || isOnly(new Set(['arr.search']))
          ? 'first'
          : 'when'
    let says: Pieces
    if (form === 'when') {
      const conditions = this.#conditions(form)
      says = put('sentence.when', {conditions, actions: this.#actions(actions)})
    } else if (form === 'first') {
      const done = capital(this.#actions(actions))
      says = put('sentence.first', {actions: done, conditions: this.#conditions(form)})
    } else {
      const it = [this.#it()]
      this.#isNamed = true
      const conditions = this.#conditions(form)
      const done = form === 'seed' ? this.#actions(actions) : []
      const key = form === 'keep' && this.#kind() === 'wanted' ? 'skip' : form
      says = put(`sentence.${key}`, {it, conditions, actions: done})
    }
    says = put('sentence.end', {sentence: capital(this.#selected(says))})
    this.#scope()
    this.#schedule()
    this.#guards()
    const arr = this.#words.arr?.name ?? text('sentence.arr')
    return {says: withArr(says, arr), beside: this.#beside.map((it) => withArr(it, arr))}
  }

  /**
   * How long a rule says three times: still for so long, that for so long, and then still for both together. One value
   * says it all. `null` = it does not say so.
   */
  #wholeStall(): Blank | null {
    const [action, ...others] = partsOf(this.#rule['do'])
    const hold = partOf(this.#rule['hold'])
    const shown = shownCondition(this.#rule['when'])
    const still = shown.is === 'all' ? shown.parts.find(isStill) : undefined
    if (others.length > 0 || still === undefined || !isStill(action?.['if'])) return null
    if (Object.keys(hold).join() !== 'for') return null
    const [quiet, whole] = [still, action!['if']].map((it) => stillTime(it))
    if (secondsIn(quiet)! + (secondsIn(hold['for']) ?? 0) !== secondsIn(whole)) return null
    const place = ['do', 0, 'if', 'any', 0, 'value']
    return this.#blank(place, this.#fact('sinceActivity').says, whole, quantity('seconds'))
  }

  #selected(sentence: Pieces): Pieces {
    const select = partOf(this.#rule['select'])
    let all = sentence
    const order = Array.isArray(select['order']) ? (select['order'] as readonly unknown[]).map(String) : []
    if (order.length > 0) {
      const words = order.map((name) => {
        const fact = name.replace(/^-/, '')
        const way = name.startsWith('-') ? 'down' : 'up'
        const says = {fact: this.#fact(fact).says}
        return [textIfAny(`sentence.order.${way}.${fact}`) ?? text(`sentence.order.${way}`, says)]
      })
      all = put('sentence.ordered', {sentence: all, order: joined(words, 'sentence.and')})
    }
    if (select['until'] === undefined) return all
    const condition = this.#counted(this.#say(select['until'], ['select', 'until']), ['select', 'until'])
    return put('sentence.until', {sentence: all, condition})
  }

  /** The conditions with how long they have to be true. What is an exception goes to the second line. */
  #conditions(form: 'when' | 'first' | 'seed' | 'keep'): Pieces {
    const when = this.#rule['when']
    const shown = shownCondition(when)
    const stall = this.#stall
    const parts =
      shown.is === 'all'
        ? shown.parts.map((condition, at) => ({condition, place: ['when', 'all', at] as Place}))
        : [{condition: when, place: ['when'] as Place}]
    const rest = parts.filter(({condition, place}) => !this.#belongs(condition, place))
    const isMain = rest.map(({condition}) => exceptionIn(condition) === null)
    // A sentence that is nothing but exceptions would say nothing.
    if (!isMain.includes(true) && rest.length > 0) isMain[0] = true
    const main = rest.filter((_, at) => isMain[at])
    const said = this.#mainParts(main, form === 'seed')
    for (const {condition, place} of rest.filter((_, at) => !isMain[at])) this.#except(condition, place)
    return stall === null ? this.#held(said) : said
  }

  /** As many as fit, what matters most first, in the order of the rule. */
  #mainParts(parts: readonly {condition: unknown; place: Place}[], isOfSeeding: boolean): Pieces {
    if (parts.length === 0) return [text('sentence.any-of-its', {it: this.#subject('it')})]
    const wasNamed = this.#isNamed
    const said = parts.map((part) => ({...part, said: this.#say(part.condition, part.place)}))
    const byWeight = said.filter((it) => it.said !== null).toSorted((a, b) => a.said!.weight - b.said!.weight)
    const isAmongFirst = new Set<unknown>()
    let length = 0
    for (const it of byWeight) {
      const its = plainText(it.said!.pieces).length
      const isTooMuch =
        isAmongFirst.size > 0 &&
        (isAmongFirst.size >= MOST_CONDITIONS ||
          length + its > LONGEST_CONDITIONS ||
          (isOfSeeding && it.said!.weight > 0))
      if (isTooMuch) break
      isAmongFirst.add(it)
      length += its
    }
    this.#isNamed = wasNamed
    // Told again in their order: the first one names what it is about.
    const shown = said.filter((it) => isAmongFirst.has(it))
    const pieces = shown.map(({condition, place}, at) => {
      const its = this.#say(condition, place)!.pieces
      if (shown.length === 1 || !hasWays(condition)) return its
      // "A or B and C" would be read as A, or B and C.
      const either = put('sentence.either', {conditions: its})
      return at === shown.length - 2 ? [...either, text('sentence.either.end')] : either
    })
    const unsaid = said.reduce(
      (sum, it) => sum + (isAmongFirst.has(it) ? it.said!.unsaid : leafCount(it.condition)),
      0,
    )
    if (pieces.length === 0) {
      return put('sentence.more-alone', {it: [this.#subject('it')], more: [more(unsaid, ['when'])]})
    }
    const conditions = joined(pieces, 'sentence.and')
    if (unsaid === 0) return conditions
    return put('sentence.and-more', {conditions, more: [more(unsaid, ['when'])]})
  }

  #held(conditions: Pieces): Pieces {
    const hold = partOf(this.#rule['hold'])
    if (hold['each'] !== undefined) {
      this.#beside.push([text('sentence.also.each', {fact: this.#fact(rawText(hold['each'])).says})])
    }
    if (hold['expireAfter'] !== undefined) {
      const value = [
        this.#blank(
          ['hold', 'expireAfter'],
          text('sentence.label.hold'),
          hold['expireAfter'],
          quantity('seconds'),
        ),
      ]
      this.#beside.push(put('sentence.also.expire', {value}))
    }
    if (hold['resetOn'] !== undefined) {
      const condition = this.#aside(hold['resetOn'], ['hold', 'resetOn'])
      this.#beside.push(put('sentence.also.reset', {condition}))
    }
    if (hold['for'] !== undefined) {
      const its = this.#blank(['hold', 'for'], text('sentence.label.hold'), hold['for'], quantity('seconds'))
      return put('sentence.hold', {conditions, for: [its]})
    }
    if (hold['strikes'] === undefined) return conditions
    return put('sentence.strikes', {
      conditions,
      strikes: [
        this.#blank(['hold', 'strikes'], text('sentence.label.strikes'), hold['strikes'], quantity('count')),
      ],
      gap: [this.#blank(['hold', 'gap'], text('sentence.label.gap'), hold['gap'], quantity('seconds'))],
    })
  }

  /** Its own torrents are where its Arr knows them: that is a scope, and no condition that people set. */
  #belongs(condition: unknown, place: Place): boolean {
    const shown = shownCondition(condition)
    if (shown.is !== 'any') return false
    const isItsOwn = shown.parts.every(
      (it) => isCategory(it) || isLeaf(it, 'arr.usesCategory', 'eq', true) || isLostCategory(it),
    )
    const isKnown = shown.parts.some((it) => isLeaf(it, 'arr.usesCategory', 'eq', true))
    if (!isItsOwn || !isKnown || !shown.parts.some(isLostCategory)) return false
    const categories = shown.parts.filter(isCategory).flatMap((it) => {
      const {op, value} = it as Part
      return op === 'startsWith' ? [`${String(value)}*`] : [value].flat().map(String)
    })
    const its = blankOf(place, this.#fact('category').says, categories, shownList(categories), null, null)
    this.#beside.push(put('sentence.also.belongs', {categories: [its]}))
    return true
  }

  #except(condition: unknown, place: Place): void {
    const exception = exceptionIn(condition)!
    const at = [...place, ...exception.place]
    this.#beside.push(put('sentence.also.except', {condition: this.#aside(exception.condition, at, place)}))
  }

  /** In the second line, where the thing has no name. @param from where it is shown whole */
  #aside(condition: unknown, place: Place, from = place): Pieces {
    const wasNamed = this.#isNamed
    this.#isNamed = true
    const said = this.#say(condition, place)
    this.#isNamed = wasNamed
    return said === null ? [more(leafCount(condition), from)] : this.#counted(said, from)
  }

  #counted(said: Said | null, place: Place): Pieces {
    if (said === null) return [more(1, place)]
    if (said.unsaid === 0) return said.pieces
    return put('sentence.and-more', {conditions: said.pieces, more: [more(said.unsaid, place)]})
  }

  /** @returns `null` = it can only be counted */
  #say(condition: unknown, place: Place): Said | null {
    const shown = shownCondition(condition)
    switch (shown.is) {
      case 'leaf':
        return {
          pieces: this.#leaf(shown.leaf, place),
          unsaid: 0,
          weight: weightOf(shown.leaf, this.#words.facts),
        }
      case 'not': {
        const opposite = oppositeOf(shown.part)
        if (opposite === null) return null
        const pieces = this.#leaf(opposite, [...place, 'not'])
        return {pieces, unsaid: 0, weight: weightOf(opposite, this.#words.facts)}
      }
      case 'all':
        return this.#every(shown.parts, place)
      case 'any':
        return this.#some(shown.parts, place)
      case 'other':
        return null
    }
  }

  /** Within an `any`: what matters most stands for all. */
  #every(parts: readonly unknown[], place: Place): Said | null {
    const wasNamed = this.#isNamed
    const all = parts.map((it, at) => {
      this.#isNamed = wasNamed
      return {said: this.#say(it, [...place, 'all', at]), leaves: leafCount(it)}
    })
    const first = all.filter((it) => it.said !== null).toSorted((a, b) => a.said!.weight - b.said!.weight)[0]
    if (!first?.said) return null
    this.#isNamed = true
    const unsaid = all.reduce((sum, it) => sum + (it === first ? it.said!.unsaid : it.leaves), 0)
    return {...first.said, unsaid}
  }

  #some(parts: readonly unknown[], place: Place): Said | null {
    if (isStill({any: parts})) {
      const at = [...place, 'any', 0, 'value']
      const label = this.#fact('sinceActivity').says
      const its = this.#stall ?? this.#blank(at, label, stillTime({any: parts}), quantity('seconds'))
      const pieces = put('sentence.still', {it: [this.#subject('it')], value: [its]})
      this.#isNamed = true
      return {pieces, unsaid: 0, weight: 0}
    }
    const ways = parts.slice(0, MOST_WAYS).map((it, at) => this.#say(it, [...place, 'any', at]))
    const said = ways.filter((it) => it !== null)
    if (said.length === 0) return null
    // A way that is not said must be told apart from what is asked besides.
    const left =
      parts.slice(MOST_WAYS).reduce<number>((sum, it) => sum + leafCount(it), 0) +
      ways.reduce((sum, it, at) => sum + (it === null ? leafCount(parts[at]) : 0), 0)
    const conditions = joined(
      said.map((it) => it.pieces),
      'sentence.or',
    )
    const pieces = left === 0 ? conditions : put('sentence.or-more', {conditions, more: [more(left, place)]})
    return {
      pieces,
      unsaid: said.reduce((sum, it) => sum + it.unsaid, 0),
      weight: Math.min(...said.map((it) => it.weight)),
    }
  }

  /** "it is older than 14 d". */
  #leaf(leaf: Part, place: Place): Pieces {
    const name = String(leaf['fact'])
    const fact = this.#fact(name)
    const {op, value, window} = leaf
    const isYes = fact.type === 'boolean' && (op === 'eq' || op === 'ne') && typeof value === 'boolean'
    const way = isYes
      ? value === (op === 'eq')
        ? 'yes'
        : 'no'
      : value === null && (op === 'eq' || op === 'ne')
        ? op === 'eq'
          ? 'none'
          : 'some'
        : String(op)
    const says: Piece[] = [fact.says]
    const named =
      window === undefined
        ? says
        : put('sentence.over', {
            fact: says,
            window: [this.#blank([...place, 'window'], fact.says, window, quantity('seconds'))],
          })
    const own = textIfAny(`sentence.fact.${name}.${way}`)
    const key = own === null || window !== undefined ? `sentence.op.${way}` : `sentence.fact.${name}.${way}`
    const unit = fact.type === 'number' ? quantity(fact.unit) : null
    const asked = {fact: name, op: String(op)}
    const its =
      value === undefined ? [] : [this.#blank([...place, 'value'], fact.says, value, unit, fact, asked)]
    const pieces = put(key, {it: [this.#subject('it')], its: [this.#subject('its')], fact: named, value: its})
    this.#isNamed = true
    return pieces
  }

  #actions(actions: readonly Part[]): Pieces {
    return joined(
      actions.flatMap((action, at) => this.#action(action, ['do', at])),
      'sentence.and',
    )
  }

  #action(action: Part, place: Place): readonly Pieces[] {
    const {action: verb, if: condition, ...params} = action
    const name = String(verb)
    const it = [this.#subject('it')]
    this.#isNamed = true
    const all = name === 'failDownload' ? this.#failing(params, it) : [this.#verb(name, params, place, it)]
    if (condition === undefined || this.#stall !== null) return all
    if (shownCondition(condition).is === 'leaf') {
      const its = this.#say(condition, [...place, 'if'])!
      const last = put('sentence.do.if', {action: all.at(-1)!, condition: its.pieces})
      return [...all.slice(0, -1), last]
    }
    const words = this.#aside(condition, [...place, 'if'])
    this.#beside.push(
      put('sentence.also.only', {action: [plainText(joined(all, 'sentence.and'))], condition: words}),
    )
    return all
  }

  /** Three things that are one action. */
  #failing(params: Part, it: Pieces): readonly Pieces[] {
    const keeps = params['keepsData'] === true
    return [
      put(keeps ? 'sentence.do.failDownload.keepsData' : 'sentence.do.failDownload', {it}),
      ...(['blocklist', 'search'] as const)
        .filter((part) => params[part] !== false)
        .map((part): Pieces => [text(`sentence.do.failDownload.and.${part}`)]),
    ]
  }

  #verb(action: string, params: Part, place: Place, it: Pieces): Pieces {
    const isOwn = this.#kind() === 'wanted' && textIfAny(`sentence.do.wanted.${action}`) !== null
    const name = isOwn ? ['wanted', action].join('.') : action
    const keys = Object.keys(params).toSorted()
    const whole = `sentence.do.${[name, ...keys].join('.')}${kindOfParams(name, params)}`
    const isWhole = keys.length > 0 && textIfAny(whole) !== null
    const values = Object.fromEntries(
      keys.map((key) => [key, [this.#param(action, key, params[key], [...place, key])]]),
    )
    if (isWhole) return put(whole, {it, ...values})
    const known = textIfAny(`sentence.do.${name}`) !== null
    const begin = known ? put(`sentence.do.${name}`, {it}) : [name]
    return keys.reduce<Pieces>(
      (done, key) => put('sentence.do.with', {action: done, name: [key], value: values[key]!}),
      begin,
    )
  }

  #param(action: string, key: string, value: unknown, place: Place): Piece {
    const unit = paramUnits[key]
    if (value === 'inherit')
      return blankOf(place, key, value, text('sentence.inherit'), unit ?? null, quantityEntry)
    if (typeof value === 'boolean') {
      const entry =
        key === 'on'
          ? yesNoEntry(text('sentence.on'), text('sentence.off'))
          : key === 'wait'
            ? yesNoEntry(text('sentence.wait.yes'), text('sentence.wait.no'))
            : yesNoEntry()
      return this.#chosen(place, key, value, entry)
    }
    if (action === 'quarantine' && key === 'end') {
      const options = quarantineEnds.map((it) => ({value: it, shown: text(`sentence.end.${it}`)}))
      return this.#chosen(place, key, value, {is: 'choice', options})
    }
    const words = paramWords[`${action}.${key}`]
    if (words !== undefined) {
      const options = words.map((it) => ({value: it, shown: it}))
      return this.#chosen(place, key, value, {is: 'choice', options})
    }
    const {fact, held} = partOf(value)
    if (typeof fact === 'string') {
      const words = text('sentence.value.of-fact', {fact: this.#fact(fact).says})
      return blankOf(place, key, value, words, null, null)
    }
    if (held !== undefined) return blankOf(place, key, value, text('sentence.value.held'), null, null)
    if (key === 'server') {
      return blankOf(place, key, value, this.#words.names.get(String(value)) ?? String(value), null, null)
    }
    const asked = paramAsks[`${action}.${key}`] ?? null
    return this.#blank(place, key, value, unit === undefined ? null : quantity(unit), undefined, asked)
  }

  #chosen(place: Place, label: string, value: unknown, entry: ChoiceEntry): Blank {
    const shown = entry.options.find((it) => it.value === value)?.shown ?? rawText(value)
    return blankOf(place, label, value, shown, null, entry)
  }

  #scope(): void {
    const scope = partOf(this.#rule['scope'])
    for (const [name, value] of Object.entries(scope)) {
      const isNamed = name === 'servers' || name === 'arrs'
      const shown = isNamed
        ? shownList([value].flat().map((id) => this.#words.names.get(String(id)) ?? String(id)))
        : typeof value === 'boolean'
          ? text(value ? 'sentence.yes' : 'sentence.no')
          : shownList([value].flat())
      const key = `sentence.scope.${name}`
      const label = textIfAny(`sentence.label.scope.${name}`) ?? name
      const its = [blankOf(['scope', name], label, value, shown, null, scopeEntry(name, value))]
      this.#beside.push(put(key, {value: its}))
    }
  }

  #schedule(): void {
    const {window, ...schedule} = partOf(this.#rule['schedule'])
    for (const [name, value] of Object.entries(schedule)) {
      const unit = name === 'every' ? quantity('seconds') : null
      const its =
        name === 'on' && Array.isArray(value)
          ? [
              blankOf(
                ['schedule', name],
                scheduleLabel(name),
                value,
                eventWords(value),
                null,
                listEntry(null),
              ),
            ]
          : [this.#blank(['schedule', name], scheduleLabel(name), value, unit)]
      this.#beside.push(put(`sentence.schedule.${name}`, {value: its}))
    }
    if (window === undefined) return
    const {from, to, weekdays, timeZone} = partOf(window)
    const days = Array.isArray(weekdays) && weekdays.length > 0
    const at = (name: string, value: unknown) => [
      this.#blank(['schedule', 'window', name], scheduleLabel(name), value, null),
    ]
    // From equal to `to` is the whole day.
    const key = days
      ? `sentence.schedule.window.${from === to ? 'whole-days' : 'days'}`
      : 'sentence.schedule.window'
    const words = put(key, {
      from: at('from', from),
      to: at('to', to),
      weekdays: days ? [this.#weekdays(weekdays)] : [],
    })
    this.#beside.push(
      timeZone === undefined
        ? words
        : put('sentence.schedule.window.zone', {window: words, timeZone: [rawText(timeZone)]}),
    )
  }

  #weekdays(all: readonly unknown[]): Blank {
    const names = all.map((it) => [textIfAny(`sentence.weekday.${String(it)}`) ?? String(it)])
    const shown = plainText(joined(names, 'sentence.and'))
    return blankOf(
      ['schedule', 'window', 'weekdays'],
      scheduleLabel('weekdays'),
      all,
      shown,
      null,
      listEntry(null),
    )
  }

  #guards(): void {
    for (const [name, value] of Object.entries(partOf(this.#rule['guards']))) {
      const unit = guardUnits[name]
      const label = textIfAny(`sentence.label.guard.${name}`) ?? name
      const its = this.#blank(['guards', name], label, value, unit === undefined ? null : quantity(unit))
      this.#beside.push(put(`sentence.guard.${name}`, {value: [its]}))
    }
  }

  #blank(
    place: Place,
    label: string,
    value: unknown,
    unit: {readonly unit: string | null} | null,
    fact?: FactSays,
    asked: Asked | null = null,
  ): Blank {
    const isPair = asked?.op === 'between'
    const shown = Array.isArray(value)
      ? (isPair ? shownPair : shownList)(value.map((one) => this.#value(one, unit, fact, asked)))
      : this.#value(value, unit, fact, asked)
    return blankOf(place, label, value, shown, unit?.unit ?? null, entryOf(value, unit !== null, fact, asked))
  }

  #value(
    value: unknown,
    unit: {readonly unit: string | null} | null,
    fact?: FactSays,
    asked: Asked | null = null,
  ): string {
    if (value === null) return text(unit === null ? 'sentence.values.none' : 'sentence.unlimited')
    if (typeof value === 'boolean') return text(value ? 'sentence.yes' : 'sentence.no')
    if (unit !== null) return quantityWords(value as string | number, unit.unit)
    const isId = ['server.id', 'arr.id'].some((name) => fact?.says === this.#fact(name).says)
    const id = isId ? this.#words.names.get(rawText(value)) : undefined
    if (id !== undefined) return id
    const met = fact?.says === this.#fact('obligation.met').says ? `obligation.${rawText(value)}` : null
    if (met !== null) return textIfAny(`sentence.value.${met}`) ?? rawText(value)
    // The same words mean something else of what is wanted.
    const of = asked?.fact.startsWith('wanted.') === true ? 'wanted.' : ''
    const own = fact?.type === 'choice' ? textIfAny(`sentence.value.${of}${rawText(value)}`) : null
    return own ?? shownText(value)
  }

  #subject(how: 'it' | 'its'): string {
    if (this.#isNamed) return text(`sentence.again.${how}`)
    return this.#kindWords(how)
  }

  #it(): string {
    return this.#kindWords('it')
  }

  /** "a torrent", on the page of an Arr "a movie torrent". */
  #kindWords(how: 'it' | 'its'): string {
    const key = `sentence.${this.#kind()}.${how}` as const
    return textIfAny(`${key}.${this.#words.arr?.media ?? ''}`) ?? text(key)
  }

  #kind(): 'path' | 'server' | 'wanted' | 'download' | 'torrent' {
    const {subject} = this.#rule
    if (subject === 'path' || subject === 'server' || subject === 'wanted') return subject
    const isFailing = partsOf(this.#rule['do']).some((it) => it['action'] === 'failDownload')
    return isFailing ? 'download' : 'torrent'
  }

  #fact(name: string): FactSays {
    return this.#words.facts.get(name) ?? {says: name, unit: null, type: 'text', values: []}
  }
}

/** What no line of text can say is selected on the page of the rule. */
function entryOf(
  value: unknown,
  isQuantity: boolean,
  fact: FactSays | undefined,
  asked: Asked | null,
): Entry | null {
  if (typeof value === 'boolean') return isQuantity ? null : yesNoEntry()
  if (value === null) return isQuantity ? quantityEntry : null
  if (asked?.op === 'between') return Array.isArray(value) && value.length === 2 ? pairEntry : null
  if (Array.isArray(value)) return isQuantity ? null : listEntry(asked)
  if (isQuantity) return quantityEntry
  return typeof value === 'string' ? textEntry(asked, fact?.values ?? []) : null
}

const scopeAsks: Readonly<Record<string, Asked>> = {
  categories: {fact: 'category', op: 'in'},
  tagsAny: {fact: 'tags', op: 'hasAny'},
  tagsAll: {fact: 'tags', op: 'hasAny'},
  tagsNone: {fact: 'tags', op: 'hasAny'},
  trackers: {fact: 'tracker.hosts', op: 'host'},
  servers: {fact: 'server.id', op: 'in'},
  arrs: {fact: 'arr.id', op: 'in'},
}

function scopeEntry(name: string, value: unknown): Entry | null {
  if (typeof value === 'boolean') return yesNoEntry()
  if (name === 'privacy') return textEntry(null, ['public', 'private', 'any'])
  return Array.isArray(value) ? listEntry(scopeAsks[name] ?? null) : textEntry(scopeAsks[name] ?? null)
}

function scheduleLabel(name: string): string {
  return textIfAny(`sentence.label.schedule.${name}`) ?? name
}

function quantity(unit: string | null): {readonly unit: string | null} {
  return {unit}
}

/** An action that reads otherwise by what is set: a time to wait, or a category that a fact names. */
function kindOfParams(action: string, {wait, name, ...others}: Part): string {
  if (action === 'reannounce' && wait !== undefined && typeof wait !== 'boolean') return '.for'
  const isOfFact = typeof partOf(name)['fact'] === 'string' && Object.keys(others).length === 0
  return action === 'category' && isOfFact ? '.of-fact' : ''
}

const paramUnits: Readonly<Record<string, string | null>> = {
  for: 'seconds',
  wait: 'seconds',
  days: 'count',
  down: 'bytesPerSecond',
  up: 'bytesPerSecond',
  seedTime: 'seconds',
  idle: 'seconds',
  ratio: 'plain',
  timeout: 'seconds',
  maxAttempts: 'count',
}

const paramAsks: Readonly<Record<string, Asked>> = {
  'tag.names': {fact: 'tags', op: 'hasAny'},
  'untag.names': {fact: 'tags', op: 'hasAny'},
  'category.name': {fact: 'category', op: 'eq'},
}

const quarantineEnds = ['restore', 'remove', 'removeWithData'] as const

/** Words that an action takes at one place. */
const paramWords: Readonly<Record<string, readonly string[]>> = {
  'queue.to': ['top', 'up', 'down', 'bottom'],
  'filePriority.to': ['skip', 'normal', 'high'],
  'arr.import.mode': ['auto', 'move', 'copy'],
}

const guardUnits: Readonly<Record<string, string>> = {
  maxPerRun: 'count',
  maxPerHour: 'count',
  maxPerDay: 'count',
  maxPerTracker: 'count',
  maxBytesPerRun: 'bytes',
  maxShare: 'share',
  minAgeComplete: 'seconds',
  minAgeIncomplete: 'seconds',
  quarantine: 'seconds',
}

function partsOf(value: unknown): readonly Part[] {
  return Array.isArray(value) ? value.map(partOf) : []
}
