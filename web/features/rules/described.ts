/** What somebody describes in words of their own, read into parts of a rule: names, times, sizes, states, when it runs. Pure. */
import type {Part} from './form/rule-document.ts'

interface Named {
  readonly id: string
  readonly name: string
}

/** Names that there are on this host. */
export interface KnownHere {
  readonly servers: readonly Named[]
  readonly arrs: readonly (Named & {readonly kind: string})[]
  readonly tags: readonly string[]
  readonly categories: readonly string[]
  /** Hosts. */
  readonly trackers: readonly string[]
  /** What people call their trackers. */
  readonly profiles: readonly {readonly name: string; readonly hosts: readonly string[]}[]
  /** Of who describes: hours are meant there. */
  readonly timeZone: string
}

export const nothingKnown: KnownHere = {
  servers: [],
  arrs: [],
  tags: [],
  categories: [],
  trackers: [],
  profiles: [],
  timeZone: 'UTC',
}

/** A part of what is described, with what it becomes in a rule. */
export interface Piece {
  /** As it was written. */
  readonly words: string
  /** Of a condition: what is compared; else which part of the rule it is. */
  readonly of: string
  readonly is:
    | {readonly what: 'condition'; readonly condition: Part}
    | {readonly what: 'privacy'; readonly privacy: 'public' | 'private'}
    | {readonly what: 'schedule'; readonly schedule: Part}
  /** A template takes it as a figure of its own. */
  readonly isFigure: boolean
  /** Where its words stand. */
  readonly at: number
}

type Read = Pick<Piece, 'of' | 'is'>

type VerbName =
  | 'remove'
  | 'fail'
  | 'keep'
  | 'tag'
  | 'untag'
  | 'category'
  | 'move'
  | 'copy'
  | 'limit'
  | 'stop'
  | 'start'
  | 'recheck'
  | 'reannounce'
  | 'notify'
  | 'queue'

export interface Description {
  /** What is to be done; `null` = it is not said. */
  readonly verb: VerbName | null
  /** How that is written. */
  readonly asked: string
  /** What does it, with all that it needs; `null` = the description lacks some of it. */
  readonly action: Part | null
  readonly pieces: readonly Piece[]
  /** Without names, hours and other parts that are no figures: blanks stand in their place. */
  readonly rest: string
  /** What is left of it once all parts are read. */
  readonly left: string
  /** Something is to be left out, and what that is was not understood. */
  readonly unreadException: string | null
}

/** What people call what is to be done; the first of them in a description is meant. */
const verbs: readonly {readonly is: VerbName; readonly called: RegExp}[] = [
  {is: 'untag', called: /\b(?:untag|(?:remove|delete|clear|drop)\s+(?:the\s+)?(?:tag|label)s?)\b/},
  {is: 'tag', called: /\b(?:tag|label|mark|(?:add|set|put)\s+(?:the\s+|a\s+)?(?:tag|label))\b/},
  {is: 'category', called: /\b(?:(?:set|change|switch)\s+(?:the\s+|its\s+|their\s+)?category)\b/},
  {is: 'fail', called: /\b(?:give\s+up|giv(?:e|ing)\s+up|blocklist|blacklist)\b/},
  {
    is: 'remove',
    called:
      /\b(?:remov(?:e|es|ing)|delet(?:e|es|ing)|eras(?:e|es|ing)|clean(?:\s?up|s|ing)?|trash|bin|purg(?:e|es|ing)|get\s+rid\s+of|throw\s+(?:away|out)|drop)\b/,
  },
  {is: 'queue', called: /\b(?:prioriti[sz]e|(?:move|put|send)\b[^,;:]*\bqueue)\b/},
  {is: 'copy', called: /\b(?:copy|copies|duplicate|mirror)\b/},
  {is: 'move', called: /\b(?:mov(?:e|es|ing)|archiv(?:e|es|ing)|relocat(?:e|es|ing)|transfer)\b/},
  {
    is: 'limit',
    called: /\b(?:(?:limit|throttle|cap)(?:\s+(?:the\s+)?(?:up|down)(?:load(?:s|ing)?)?(?:\s+speeds?)?)?)\b/,
  },
  {
    is: 'stop',
    called: /\b(?:stop(?:s|ping)?(?:\s+(?:seeding|downloading|uploading))?|paus(?:e|es|ing)|halt)\b/,
  },
  {is: 'start', called: /\b(?:start|starts|resum(?:e|es|ing)|unpause)\b/},
  {is: 'recheck', called: /\b(?:(?:force\s+)?re-?check|verify|hash\s?check)\b/},
  {is: 'reannounce', called: /\b(?:(?:force\s+)?(?:re-?)?announce|ask\s+(?:the\s+)?trackers?)\b/},
  {is: 'notify', called: /\b(?:notify|alert|warn|tell|message|let\s+me\s+know|ping)\b/},
  {
    is: 'keep',
    called:
      /\b(?:(?:never|do\s+not|don['’]?t)\s+touch|keep|protect|preserve|spare|hold\s+on\s+to|save|skip|ignore|leave\s+alone)\b/,
  },
]

/** Actions that do what is asked, by which templates are found. */
export const doing: Readonly<Record<VerbName, readonly string[]>> = {
  remove: ['failDownload', 'remove', 'removeWithData', 'recycle', 'quarantine', 'orphan.recycle'],
  fail: ['failDownload'],
  keep: ['skip'],
  tag: ['tag'],
  untag: ['untag'],
  category: ['category'],
  move: ['move'],
  copy: ['copyTo'],
  limit: ['limits'],
  stop: ['stop'],
  start: ['start'],
  recheck: ['recheck'],
  reannounce: ['reannounce'],
  notify: ['notify'],
  queue: ['queue'],
}

const removingVerbs: ReadonlySet<VerbName | null> = new Set(['remove', 'fail'])

export function asksToRemove(verb: VerbName | null): boolean {
  return removingVerbs.has(verb)
}

/** @param known names by which words are recognised */
export function describedIn(described: string, known: KnownHere): Description {
  return new Reader(described, known).whole()
}

const NAME = String.raw`(?:["“”„'‘’]([^"“”„‘’]+?)["“”’]|([\p{L}\p{N}][\p{L}\p{N}_.\-:/+&*]*))`
const NAMES = String.raw`${NAME}(?:\s*(?:,\s*(?:or\s+)?|\s+or\s+)${NAME})*`
const FIGURE = String.raw`(\d+(?:[.,]\d+)?)\s*`
const timeUnits = String.raw`(seconds?|secs?|minutes?|mins?|min|hours?|hrs?|h|days?|d|weeks?|w|months?|mo|years?|y|s)`
const sizeUnit = String.raw`([kmgtp]?i?b)(?!\/s|ps)`
const speedUnit = String.raw`([kmgt]?i?b\s*(?:\/s|ps))`
const MORE = String.raw`(?:larger|bigger|greater|higher|heavier|more|over|above|beyond|exceed(?:s|ing)?|>)(?:\s+than)?`
const LESS = String.raw`(?:smaller|less|fewer|lower|lighter|under|below|<)(?:\s+than)?`
const LEAST = String.raw`(?:at\s+least|minimum(?:\s+of)?|>=|≥)`
const MOST = String.raw`(?:at\s+most|maximum(?:\s+of)?|up\s+to|<=|≤)`
const CLOCK = String.raw`(\d{1,2})(?::(\d{2}))?\s*(am|pm|h)?`

const days: readonly (readonly [name: string, days: readonly string[]])[] = [
  ['mondays?', ['mon']],
  ['tuesdays?', ['tue']],
  ['wednesdays?', ['wed']],
  ['thursdays?', ['thu']],
  ['fridays?', ['fri']],
  ['saturdays?', ['sat']],
  ['sundays?', ['sun']],
  ['weekends?', ['sat', 'sun']],
  ['weekdays?|workdays?|working\\s+days?', ['mon', 'tue', 'wed', 'thu', 'fri']],
]
const DAY = `(?:${days.map(([name]) => name).join('|')})`

/** What a torrent is, in a word. */
const states: readonly (readonly [called: string, of: string, condition: Part])[] = [
  [
    String.raw`(?:un|not\s+|in|isn['’]t\s+|aren['’]t\s+)(?:finished|complete|completed|done)`,
    'complete',
    {fact: 'complete', op: 'eq', value: false},
  ],
  ['(?:finished|complete|completed)', 'complete', {fact: 'complete', op: 'eq', value: true}],
  ['(?:un|not\\s+)imported', 'arr.anyImported', {fact: 'arr.anyImported', op: 'eq', value: false}],
  ['imported', 'arr.anyImported', {fact: 'arr.anyImported', op: 'eq', value: true}],
  ['(?:stopped|paused)', 'state', {fact: 'state', op: 'eq', value: 'stopped'}],
  ['(?:errored|in\\s+error)', 'state', {fact: 'state', op: 'eq', value: 'error'}],
  ['missing\\s+files', 'state', {fact: 'state', op: 'eq', value: 'missingFiles'}],
  ['(?:stalled|stuck)', 'state', {fact: 'state', op: 'in', value: ['stalledDown', 'stalledUp']}],
  ['unregistered', 'tracker.classes', {fact: 'tracker.classes', op: 'hasAny', value: ['unregistered']}],
  [
    '(?:that\\s+)?(?:is|are)\\s+downloading',
    'state',
    {fact: 'state', op: 'in', value: ['downloading', 'stalledDown']},
  ],
  ['(?:that\\s+)?(?:is|are)\\s+seeding', 'state', {fact: 'state', op: 'in', value: ['seeding', 'stalledUp']}],
  ['queued', 'state', {fact: 'state', op: 'in', value: ['queuedDown', 'queuedUp']}],
]

const tuples = {gt: MORE, lt: LESS, gte: LEAST, lte: MOST} as const

/** Words that are no names even if something is called so and no word before it says that it is meant. */
const common = new Set(
  'a all and any are as at be by data disk done download downloads everything files finished folder for from has in is it keep large limit move my new no not of off old on one or over private public queue ratio remove seed seeding server servers size slow space stop tag tagged than that the them then to torrent torrents tracker trackers up when with'.split(
    ' ',
  ),
)

class Reader {
  readonly #described: string
  readonly #known: KnownHere
  /** In lower case, what was read is blank. */
  #text: string
  /** The same, figures are still there. */
  #rest: string
  readonly #exceptionAt: number
  /** The words of the verb, and where they end. */
  #asked = ''
  #askedTo = 0
  readonly #pieces: Piece[] = []

  constructor(described: string, known: KnownHere) {
    this.#described = described
    this.#known = known
    // A letter whose lower case is longer would move all that stands behind it.
    this.#text = [...described]
      .map((it) => (it.toLowerCase().length === it.length ? it.toLowerCase() : it))
      .join('')
    this.#rest = described
    this.#exceptionAt =
      /\b(?:unless|except|excluding|other\s+than|apart\s+from|but\s+not)\b/.exec(this.#text)?.index ??
      Infinity
  }

  whole(): Description {
    this.#times()
    const verb = this.#verb()
    const action = verb === null ? null : this.#action(verb)
    this.#names()
    const tagged = verb === 'tag' && action === null ? this.#lastWord() : null
    this.#facts(verb)
    const left = this.#text
    const exception = Number.isFinite(this.#exceptionAt) ? left.slice(this.#exceptionAt) : ''
    const isRead = exception
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .split(' ')
      .every((it) => it === '' || saysNothing.has(it))
    return {
      verb,
      asked: this.#asked,
      action: action ?? (tagged === null ? null : {action: 'tag', names: [tagged]}),
      pieces: this.#pieces.toSorted((one, other) => one.at - other.at),
      rest: this.#rest,
      left: isRead ? left : left.slice(0, this.#exceptionAt),
      unreadException: isRead ? null : this.#described.slice(this.#exceptionAt).trim(),
    }
  }

  /** Takes each place that fits, unless `read` wants none of it. */
  #each(
    pattern: string,
    read: (found: RegExpExecArray, isDenied: boolean) => Read | null,
    isFigure = false,
  ): void {
    const regex = new RegExp(String.raw`(?<![\p{L}\p{N}_.])(?:${pattern})(?![\p{L}\p{N}_])`, 'gu')
    for (let found = regex.exec(this.#text); found !== null; found = regex.exec(this.#text)) {
      const piece = read(found, this.#isDenied(found.index))
      if (piece !== null) {
        const [from, to] = [found.index, found.index + found[0].length]
        this.#pieces.push({...piece, words: this.#described.slice(from, to).trim(), isFigure, at: from})
        this.#take(from, to, isFigure)
      }
      if (found[0] === '') regex.lastIndex += 1
    }
  }

  #take(from: number, to: number, isFigure = false): void {
    const blanked = (text: string) => text.slice(0, from) + ' '.repeat(to - from) + text.slice(to)
    this.#text = blanked(this.#text)
    if (!isFigure) this.#rest = blanked(this.#rest)
  }

  /** "not", or behind an "unless". */
  #isDenied(at: number): boolean {
    const isException = at > this.#exceptionAt
    const isNot =
      /(?:\bnot|n['’]t|\bnever|\bwithout|\bisnt|\barent)(?:\s+(?:is|are|be|in|on|from|the|a|of))*\s*$/.test(
        this.#text.slice(0, at),
      )
    return isException !== isNot
  }

  #verb(): VerbName | null {
    const scanned = this.#text
      .replaceAll(/["“„][^"“”„]*["”]/gu, (it) => ' '.repeat(it.length))
      .slice(0, Math.min(this.#exceptionAt, this.#text.length))
    const found = verbs
      .flatMap(({is, called}) => {
        const at = called.exec(scanned)
        return at === null ? [] : [{is, from: at.index, to: at.index + at[0].length}]
      })
      .toSorted((one, other) => one.from - other.from)
    const [first] = found
    if (first === undefined) return null
    // "Keep 300 GB free" wants room, and says nothing of what is kept.
    if (first.is === 'keep' && /\bfree\b/.test(scanned)) return null
    this.#asked = scanned.slice(first.from, first.to)
    this.#askedTo = first.to
    const isDenied = /(?:\bnever|\bnot|n['’]t|\bdont|\bno)\s+(?:ever\s+)?$/.test(scanned.slice(0, first.from))
    if (isDenied && asksToRemove(first.is)) {
      this.#takeWords(/\b(?:never|do\s+not|don['’]?t|not)\b/)
      this.#take(first.from, first.to, true)
      return 'keep'
    }
    this.#take(first.from, first.to, true)
    return isDenied ? null : first.is
  }

  #takeWords(words: RegExp): void {
    const found = words.exec(this.#text)
    if (found !== null) this.#take(found.index, found.index + found[0].length, true)
  }

  /** What the verb needs besides: where to, how fast, called what. */
  #action(verb: VerbName): Part | null {
    switch (verb) {
      case 'remove': {
        const keeps = this.#took(
          /(?:but\s+|and\s+)?(?:keep(?:ing)?|leave|leaving|without)\s+(?:the\s+|its\s+|their\s+)?(?:files|data)/,
        )
        if (keeps !== null) return {action: 'remove'}
        const trashed = /\b(?:trash|bin)\b/.test(this.#described.toLowerCase())
        this.#took(/(?:with|and|including)\s+(?:the\s+|its\s+|their\s+)?(?:files|data)/)
        return {action: trashed ? 'recycle' : 'removeWithData'}
      }
      case 'fail':
        return {action: 'failDownload'}
      case 'keep':
        return {action: 'skip'}
      case 'tag': {
        const isAdded = /^(?:add|set|put)/.test(this.#asked)
        const name =
          this.#tookNext(isAdded ? NAME : String.raw`["“„]([^"“”„]+)["”]()`) ??
          this.#tookName(String.raw`(?:as|with\s+the\s+tag)\s+${NAME}`, true) ??
          this.#tookName(String.raw`with\s+${NAME}`)
        return name === null ? null : {action: 'tag', names: [name]}
      }
      case 'untag': {
        const name = this.#tookNext(NAME)
        return name === null ? null : {action: 'untag', names: [name]}
      }
      case 'category': {
        const name = this.#tookName(String.raw`to\s+${NAME}`)
        return name === null ? null : {action: 'category', name}
      }
      case 'move':
      case 'copy':
        return this.#moving(verb)
      case 'limit': {
        const found = this.#took(new RegExp(String.raw`(?:to|at|by)\s+${FIGURE}${speedUnit}`), true)
        if (found === null) return null
        const said = `${this.#asked} ${this.#text}`
        const way =
          /\bdown(?:load(?:s|ing)?)?\b/.test(said) && !/\bup(?:load(?:s|ing)?)?\b/.test(said) ? 'down' : 'up'
        return {action: 'limits', [way]: this.#quantity(found[1]!, found[2]!)}
      }
      case 'queue':
        return {action: 'queue', to: /\b(?:bottom|end|last|back)\b/.test(this.#text) ? 'bottom' : 'top'}
      case 'stop':
      case 'start':
      case 'recheck':
      case 'reannounce':
      case 'notify':
        return {action: verb}
    }
  }

  #moving(verb: 'move' | 'copy'): Part | null {
    const action = verb === 'move' ? 'move' : 'copyTo'
    const server = longestFirst(this.#known.servers, ({name}) => name).find(({name, id}) =>
      [name, id].some((it) =>
        this.#took(
          new RegExp(
            String.raw`(?:to|onto|on)\s+(?:the\s+)?(?:server\s+)?["“„]?${escaped(it)}["”]?(?![\p{L}\p{N}])`,
            'u',
          ),
        ),
      ),
    )
    if (server !== undefined) return {action, server: server.id}
    if (verb === 'copy') return null
    const path = this.#took(/(?:to|into)\s+(?:the\s+folder\s+|folder\s+)?["“]?(\/[^\s"”,;]+)["”]?/)
    if (path !== null) return {action, path: this.#asWritten(path, path[1]!)}
    const named = this.#tookName(String.raw`(?:to|into)\s+(?:the\s+)?category\s+${NAME}`)
    return named === null ? null : {action: 'category', name: named}
  }

  #took(pattern: RegExp, isFigure = false): RegExpExecArray | null {
    const found = pattern.exec(this.#text)
    if (found !== null) this.#take(found.index, found.index + found[0].length, isFigure)
    return found
  }

  /** Right behind the verb. */
  #tookNext(pattern: string): string | null {
    return this.#tookName(
      String.raw`(?<=^[^]{${this.#askedTo}})\s*(?:the\s+(?:tag|label)\s+)?${pattern}`,
      true,
    )
  }

  #tookName(pattern: string, isSure = false): string | null {
    const found = new RegExp(String.raw`(?<![\p{L}\p{N}])${pattern}`, 'u').exec(this.#text)
    const name = found?.[1] ?? found?.[2]
    if (!found || name === undefined || (!isSure && found[1] === undefined && common.has(name))) return null
    this.#take(found.index, found.index + found[0].length)
    return this.#asWritten(found, name)
  }

  #asWritten(found: RegExpExecArray, name: string): string {
    const at = found.index + found[0].lastIndexOf(name)
    return this.#described.slice(at, at + name.length).replace(/[.:/]+$/, '')
  }

  /** "tag torrents of tracker.example.com private": what it is to be called stands at its end. */
  #lastWord(): string | null {
    if (this.#pieces.length === 0) return null
    const found =
      /(?:torrents?|downloads?|everything|all|it|them|ones?|films?|movies?|shows?|series)[\s,]+([\p{L}\p{N}_-]+)[\s.!]*$/u.exec(
        this.#text,
      )
    const word = found?.[1]
    if (!found || word === undefined || saysNothing.has(word)) return null
    const at = found.index + found[0].lastIndexOf(word)
    this.#take(at, at + word.length)
    return this.#described.slice(at, at + word.length)
  }

  #quantity(figure: string, unit: string): string {
    const written = unit.replace(/\s*(?:\/s|ps)$/, '/s')
    const spelling = written.replace(/^([kmgtp]?)(i?)b/, (_, prefix: string, binary: string) => {
      return `${prefix === 'k' && binary === '' ? 'k' : prefix.toUpperCase()}${binary}B`
    })
    return `${figure.replace(',', '.')} ${spelling}`
  }

  /** When it runs. */
  #times(): void {
    const {timeZone} = this.#known
    const window: Record<string, unknown> = {}
    const schedule: Record<string, unknown> = {}
    const words: string[] = []
    const read = (pattern: string, use: (found: RegExpExecArray) => boolean) => {
      this.#each(pattern, (found) => {
        if (found.index > this.#exceptionAt || !use(found)) return null
        words.push(found[0])
        return {of: 'schedule', is: {what: 'schedule', schedule: {}}}
      })
    }
    read(String.raw`(?:between|from|,)?\s*${CLOCK}\s*(?:and|to|until|till|-|–)\s*${CLOCK}`, (found) => {
      const [, from, fromMinute, fromHalf, to, toMinute, toHalf] = found
      // Two numbers alone are no hours.
      if (fromMinute === undefined && toMinute === undefined && !/am|pm/.test(`${fromHalf}${toHalf}`))
        return false
      const [begin, end] = [clock(from!, fromMinute, fromHalf), clock(to!, toMinute, toHalf)]
      if (begin === null || end === null || 'from' in window) return false
      Object.assign(window, {from: begin, to: end})
      return true
    })
    read(String.raw`(?:at|every\s+day\s+at|daily\s+at)\s+(\d{1,2}):(\d{2})`, ([, hour, minute]) => {
      if (clock(hour!, minute, undefined) === null || 'cron' in schedule) return false
      schedule['cron'] = `${Number(minute)} ${Number(hour)} * * *`
      if (timeZone !== 'UTC') schedule['timeZone'] = timeZone
      return true
    })
    read(String.raw`every\s+(?:${FIGURE})?${timeUnits}|hourly|daily|weekly`, ([whole, figure, unit]) => {
      const amount = figure ?? '1'
      const named = {hourly: '1 hour', daily: '1 day', weekly: '1 week'}[whole]
      if ('every' in schedule || 'cron' in schedule) return false
      schedule['every'] = named ?? `${amount.replace(',', '.')} ${unit}`
      return true
    })
    const named = String.raw`(?:(?:only\s+)?(?:on|at|during|every)\s+(?:the\s+)?)?${DAY}(?:(?:\s*,\s*|\s+(?:and|or)\s+)(?:on\s+)?${DAY})*`
    read(named, ([whole]) => {
      const meant = days.flatMap(([name, its]) =>
        new RegExp(String.raw`\b(?:${name})\b`).test(whole) ? its : [],
      )
      window['weekdays'] = [...new Set([...((window['weekdays'] as string[] | undefined) ?? []), ...meant])]
      return true
    })
    if (Object.keys(window).length > 0) {
      // From equal to `to` is the whole day.
      schedule['window'] = {from: '00:00', to: '00:00', ...window, ...(timeZone !== 'UTC' && {timeZone})}
    }
    const at = this.#pieces.findIndex(({of}) => of === 'schedule')
    const first = this.#pieces[at]
    if (!first) return
    this.#pieces.length = 0
    this.#pieces.push({
      ...first,
      words: words.map((it) => it.trim()).join(' '),
      is: {what: 'schedule', schedule},
    })
  }

  #names(): void {
    const {servers, arrs, tags, categories, trackers, profiles} = this.#known
    const listed = (found: RegExpExecArray) => {
      const from = found.index + found[0].length - found.groups!['names']!.length
      return this.#described
        .slice(from, found.index + found[0].length)
        .split(/\s*,\s*(?:or\s+)?|\s+or\s+/)
        .map((it) =>
          it
            .trim()
            .replaceAll(/^["“„'‘]|["”’']$/g, '')
            .replace(/[.,:;!]+$/, ''),
        )
        .filter((it) => it !== '')
    }
    const names = `(?<names>${NAMES})`
    this.#each(
      String.raw`(?:(?:that\s+)?(?:is|are|have|has)\s+)?(?:tagged|labell?ed|(?:with|has|have|having)\s+(?:the\s+|a\s+)?(?:tag|label)s?|tags?|labels?)\s+(?:as\s+|with\s+)?${names}`,
      (found, isDenied) =>
        condition('tags', {fact: 'tags', op: 'hasAny', value: spelled(listed(found), tags)}, isDenied),
    )
    this.#each(
      String.raw`(?:(?:in|of|from|with)\s+)?(?:the\s+)?categor(?:y|ies)\s+${names}`,
      (found, isDenied) =>
        condition(
          'category',
          {fact: 'category', op: 'in', value: spelled(listed(found), categories)},
          isDenied,
        ),
    )
    for (const {name, hosts} of longestFirst(profiles, (it) => it.name)) {
      if (hosts.length === 0) continue
      this.#knownAs(name, 'of|from|on|by|at|for|with', (isDenied) => onTrackers(hosts, isDenied))
    }
    this.#each(
      String.raw`(?:(?:of|from|on|by|at|for|with)\s+)?(?:the\s+)?trackers?\s+${names}`,
      (found, isDenied) => onTrackers(spelled(listed(found), trackers), isDenied),
    )
    this.#each(
      String.raw`(?:(?:of|from|on|by|at|for|with)\s+)?(?<host>(?:[\p{L}\p{N}-]+\.)+\p{L}{2,})`,
      (found, isDenied) => onTrackers([found.groups!['host']!], isDenied),
    )
    for (const {id, name} of longestFirst(servers, (it) => it.name)) {
      for (const called of new Set([name, id])) {
        this.#knownAs(called, String.raw`of|from|on|at|in`, (isDenied) =>
          condition('server.id', {fact: 'server.id', op: 'in', value: [id]}, isDenied),
        )
      }
    }
    for (const {id, name} of longestFirst(arrs, (it) => it.name)) {
      for (const called of new Set([name, id])) {
        this.#knownAs(called, 'of|from|by|in|for', (isDenied) =>
          condition('arr.id', {fact: 'arr.id', op: 'in', value: [id]}, isDenied),
        )
      }
    }
    for (const kind of ['radarr', 'sonarr', 'lidarr', 'readarr', 'whisparr']) {
      this.#knownAs(kind, 'of|from|by|in|for', (isDenied) => {
        const its = arrs.filter((it) => it.kind === kind).map(({id}) => id)
        return its.length > 0
          ? condition('arr.id', {fact: 'arr.id', op: 'in', value: its}, isDenied)
          : condition('arr.kind', {fact: 'arr.kind', op: 'eq', value: kind}, isDenied)
      })
    }
    for (const name of longestFirst(categories, (it) => it)) {
      this.#knownAs(name, 'in|from|of|on', (isDenied) =>
        condition('category', {fact: 'category', op: 'in', value: [name]}, isDenied),
      )
    }
    for (const name of longestFirst(tags, (it) => it)) {
      this.#knownAs(name, 'with|from|in|of|on', (isDenied) =>
        condition('tags', {fact: 'tags', op: 'hasAny', value: [name]}, isDenied),
      )
    }
    for (const host of trackers)
      this.#knownAs(host, 'of|from|on|by|at|for', (isDenied) => onTrackers([host], isDenied))
    this.#each(
      String.raw`(?:(?:named|called|with\s+the\s+name|whose\s+name\s+(?:has|contains))\s+)["“„]?([^"“”„,;]+?)["”]?(?=$|[,;:.]|\s+(?:after|older|larger|if|when)\b)`,
      (found, isDenied) =>
        condition('name', {fact: 'name', op: 'contains', value: this.#asWritten(found, found[1]!)}, isDenied),
    )
  }

  /** A name that there is, with the word before it that leads to it. */
  #knownAs(name: string, before: string, read: (isDenied: boolean) => Read): void {
    const lower = name.toLowerCase()
    // Words that say something else are names only where they are quoted.
    const its =
      common.has(lower) || lower.length < 2
        ? String.raw`["“„]${escaped(lower)}["”]`
        : String.raw`["“„]?${escaped(lower)}["”]?`
    this.#each(
      String.raw`(?:(?:${before})\s+)?(?:the\s+)?(?:(?:tracker|server|arr|indexer)\s+)?${its}`,
      (_, isDenied) => read(isDenied),
    )
  }

  /** What a torrent is, and its figures. */
  #facts(verb: VerbName | null): void {
    this.#each(
      String.raw`(?:not\s+)?(?:public|private)`,
      ({0: found, index}) => {
        const isNot = found.startsWith('not') !== index > this.#exceptionAt
        const isPublic = found.endsWith('public') !== isNot
        return {of: 'privacy', is: {what: 'privacy', privacy: isPublic ? 'public' : 'private'}}
      },
      true,
    )
    this.#counts()
    const quantity = (fact: string, op: string, found: RegExpExecArray, isDenied: boolean) => {
      const [figure, unit] = found.slice(1).filter((it) => it !== undefined)
      return condition(fact, {fact, op, value: this.#quantity(figure!, unit!)}, isDenied)
    }
    const time = String.raw`${FIGURE}${timeUnits}`
    const than = String.raw`(?:${MORE}\s+|${LEAST}\s+)?`
    this.#each(
      String.raw`(?:that\s+(?:is|are)\s+)?older\s+than\s+${time}|(?:${MORE}\s+)?${time}\s+old|added\s+(?:${MORE}\s+)?${time}\s+ago`,
      (found, isDenied) => quantity('age', 'gt', found, isDenied),
      true,
    )
    this.#each(
      String.raw`(?:younger|newer)\s+than\s+${time}|${LESS}\s+${time}\s+old`,
      (found, isDenied) => quantity('age', 'lt', found, isDenied),
      true,
    )
    this.#each(
      String.raw`(?:seed(?:ed|ing|s)?\s+(?:for\s+|time\s+(?:of\s+)?)?${than}${time}|${time}\s+of\s+seeding)`,
      (found, isDenied) => quantity('seedingTime', 'gte', found, isDenied),
      true,
    )
    this.#each(
      String.raw`(?:idle|inactive|unused|not\s+active|(?:no|without)\s+activity)\s+(?:for\s+|since\s+|in\s+)?${than}${time}`,
      (found) => quantity('sinceActivity', 'gte', found, false),
      true,
    )
    this.#each(
      String.raw`(?:finished|complete|completed)\s+(?:for\s+|since\s+)?${than}${time}(?:\s+ago)?|${time}\s+after\s+(?:completion|finishing|they\s+(?:are\s+)?(?:finish|complete)d?)`,
      (found, isDenied) => quantity('sinceCompleted', 'gte', found, isDenied),
      true,
    )
    this.#each(
      String.raw`(?:stalled|stuck)\s+(?:for\s+|since\s+)${than}${time}`,
      (found) => quantity('stalledFor', 'gte', found, false),
      true,
    )
    if (!asksToRemove(verb)) {
      this.#each(String.raw`(?:the\s+)?disk\s+(?:is\s+|gets\s+|runs\s+)?(?:almost\s+|nearly\s+)?full`, () =>
        condition('path.usedShare', {fact: 'path.usedShare', op: 'gte', value: '95%'}, false),
      )
    }
    const isOfComplete = /\b(?:finished|complete|completed|done|imported)\b/.test(this.#text)
    for (const [called, of, what] of states) {
      this.#each(called, (_, isDenied) => condition(of, what, isDenied), true)
    }
    this.#each(
      String.raw`(?:after|for)\s+${than}${time}`,
      (found, isDenied) => {
        if (verb === null || found.index > this.#exceptionAt) return null
        return quantity(isOfComplete ? 'sinceCompleted' : 'age', isOfComplete ? 'gte' : 'gt', found, isDenied)
      },
      true,
    )
    this.#each(
      String.raw`${MORE}\s+${time}`,
      (found, isDenied) => quantity('age', 'gt', found, isDenied),
      true,
    )
    for (const [op, called] of Object.entries(tuples)) {
      this.#each(
        String.raw`(?:ratio|(?:with\s+)?(?:a\s+)?ratio\s+(?:is\s+|of\s+)?)\s*(?:is\s+)?${called}\s+${FIGURE}|${called}\s+(?:a\s+)?ratio\s+(?:of\s+)?${FIGURE}`,
        (found, isDenied) => {
          const figure = (found[1] ?? found[2])!.replace(',', '.')
          return condition('ratio', {fact: 'ratio', op, value: Number(figure)}, isDenied)
        },
        true,
      )
    }
    this.#each(
      String.raw`(?:(?:with|at|reach(?:es|ed|ing)?)\s+)?(?:a\s+)?ratio\s+(?:is\s+|of\s+)?${FIGURE}`,
      (found, isDenied) =>
        condition('ratio', {fact: 'ratio', op: 'gte', value: Number(found[1]!.replace(',', '.'))}, isDenied),
      true,
    )
    this.#each(
      String.raw`(?:(?:with|at)\s+)?(?:a\s+)?${FIGURE}(?:x\s+)?ratio`,
      (found, isDenied) =>
        condition('ratio', {fact: 'ratio', op: 'gte', value: Number(found[1]!.replace(',', '.'))}, isDenied),
      true,
    )
    this.#each(
      String.raw`${LESS}\s+${FIGURE}${sizeUnit}\s+(?:is\s+|are\s+)?(?:free|left)|(?:free\s+space|disk\s+space|space)\s+(?:is\s+)?${LESS}\s+${FIGURE}${sizeUnit}`,
      (found, isDenied) => quantity('path.freeBytes', 'lt', found, isDenied),
      true,
    )
    const isOfSpace = /\bfree\b|\bspace\b/.test(this.#text)
    if (!isOfSpace) {
      for (const [op, called] of Object.entries(tuples)) {
        this.#each(
          String.raw`(?:size\s+(?:is\s+)?)?${called}\s+${FIGURE}${sizeUnit}`,
          (found, isDenied) => quantity('size', op, found, isDenied),
          true,
        )
        this.#each(
          String.raw`(?:progress\s+(?:is\s+)?)?${called}\s+${FIGURE}(%)(?:\s+(?:done|complete|progress))?`,
          (found, isDenied) =>
            condition('progress', {fact: 'progress', op, value: `${found[1]!.replace(',', '.')}%`}, isDenied),
          true,
        )
      }
    }
  }

  /** "no seeds", "fewer than 3 peers". */
  #counts(): void {
    const counted = [
      ['seeds?|seeders?', 'seedsSwarm'],
      ['peers?|leechers?', 'peersSwarm'],
    ] as const
    const both = String.raw`(?:there\s+are\s+|(?:it|they)\s+ha(?:s|ve)\s+|with\s+)?(?:no|without|zero|0)\s+(?:more\s+)?(?:seeds?|seeders?)\s*(?:\/|or|and|nor)\s*(?:peers?|leechers?)`
    this.#each(both, () => ({
      of: 'seedsSwarm',
      is: {
        what: 'condition',
        condition: {
          all: [
            {fact: 'seedsSwarm', op: 'eq', value: 0},
            {fact: 'peersSwarm', op: 'eq', value: 0},
          ],
        },
      },
    }))
    for (const [called, fact] of counted) {
      this.#each(
        String.raw`(?:there\s+are\s+|(?:it|they)\s+ha(?:s|ve)\s+|with\s+|has\s+|have\s+)?(?:no|without(?:\s+any)?|zero)\s+(?:more\s+)?(?:${called})`,
        () => condition(fact, {fact, op: 'eq', value: 0}, false),
      )
      for (const [op, than] of Object.entries(tuples)) {
        this.#each(
          String.raw`(?:with\s+|has\s+|have\s+)?${than}\s+(\d+)\s+(?:${called})`,
          (found, isDenied) => condition(fact, {fact, op, value: Number(found[1])}, isDenied),
        )
      }
    }
  }
}

/** They say nothing where a part of a description is left over. */
export const saysNothing: ReadonlySet<string> = new Set(
  'a an all and any are as at be been but by else every everything except excluding file files for from has have if in is it its just me my of on only or other ones please some than that the them then they this those to torrent torrents download downloads unless until what when whenever which while whose will with apart not'.split(
    ' ',
  ),
)

function condition(of: string, its: Part, isDenied: boolean): Read {
  const {value} = its
  const opposite = typeof value === 'boolean' ? {...its, value: !value} : {not: its}
  return {of, is: {what: 'condition', condition: isDenied ? opposite : its}}
}

function onTrackers(hosts: readonly string[], isDenied: boolean): Read {
  return condition('tracker.hosts', {fact: 'tracker.hosts', op: 'hasAny', value: hosts}, isDenied)
}

/** As it is spelled where there is such a name. */
function spelled(names: readonly string[], known: readonly string[]): readonly string[] {
  return names.map((name) => known.find((it) => it.toLowerCase() === name.toLowerCase()) ?? name)
}

function longestFirst<T>(all: readonly T[], nameOf: (one: T) => string): readonly T[] {
  return all.toSorted((one, other) => nameOf(other).length - nameOf(one).length)
}

function escaped(name: string): string {
  return name.toLowerCase().replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
}

/** `null` = no time of a day. */
function clock(hour: string, minute: string | undefined, half: string | undefined): string | null {
  let hours = Number(hour)
  if (half === 'pm' && hours < 12) hours += 12
  if (half === 'am' && hours === 12) hours = 0
  const minutes = Number(minute ?? 0)
  if (hours === 24 && minutes === 0) hours = 0
  if (hours > 23 || minutes > 59) return null
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}
