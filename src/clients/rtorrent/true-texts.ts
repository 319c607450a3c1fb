/**
 * Names and places as they are, where the answers of a server bend them (`bent-text.ts`). A bent name is ugly; a bent
 * place is another place: it is not told before it is found out. What was found out once is only confirmed later, for a
 * torrent may have moved to a place that bends alike.
 */
import {isUtf8} from 'node:buffer'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import {mayBeBent, percents, Riddle, type Question} from './bent-text.ts'
import type {NativeRow} from './codec.ts'
import {decodeText, type RpcResult} from './rpc.ts'
import type {RtorrentWire} from './wire.ts'

/** Of one request. */
const MOST_CALLS = 200
/** Each comes with four guesses at most. */
const GUESSED_AT_ONCE = 50
const SEARCHED_AT_ONCE = 12
/** Where few are searched, each gets more questions of a request, and is found sooner. */
const MOST_PER_BYTE = 16
/** In one step of a sync: a seventh of a second of the daemon. */
const STEP_REQUESTS = 30
const MOST_KNOWN = 100_000
/** A text that changed while it was asked about contradicts itself. One that does so by its nature is not asked for ever. */
const MOST_CONTRADICTIONS = 3

const commands = {name: 'd.name', directory: 'd.directory', basePath: 'd.base_path'} as const
type Bent = keyof typeof commands
const places = ['directory', 'basePath'] as const

/** A text of the server's, and whose it is. */
export type SentText = Pick<Question, 'target' | 'command' | 'sent'>

interface Known {
  readonly sent: string
  readonly bytes: Buffer
}

type Asked = SentText & Pick<Question, 'guesses'>

interface Open {
  readonly riddle: Riddle
  readonly index: number
}

interface Doubted {
  readonly row: NativeRow
  /** `null` = it cannot be found out. */
  readonly found: Map<Bent, Buffer | null>
}

interface Settled {
  readonly rows: readonly [InfoHash, NativeRow][]
  readonly changed: readonly InfoHash[]
}

/** Who asks. */
interface Asker {
  readonly wire: Pick<RtorrentWire, 'askAll' | 'dialect'>
  has(method: string): boolean
}

export class TrueTexts {
  readonly #asker: Asker
  /** By target and command. */
  readonly #known = new Map<string, Known>()
  /** Folders as they are told and as they are: most torrents share theirs. */
  readonly #folders = new Map<string, Buffer>()
  /** The last that was found out, by command: others of its kind may begin and end alike. */
  readonly #last = new Map<string, Known>()
  readonly #doubted = new Map<InfoHash, Doubted>()
  /** Begun, but the requests of their step were used up. By target and command. */
  readonly #begun = new Map<string, {readonly sent: string; readonly riddle: Riddle}>()
  /** What could not be found out, and how often not. By target and command. */
  readonly #contradicted = new Map<string, {readonly sent: string; readonly times: number}>()

  constructor(asker: Asker) {
    this.#asker = asker
  }

  clear(): void {
    const of = [this.#known, this.#folders, this.#last, this.#doubted, this.#begun, this.#contradicted]
    for (const map of of) map.clear()
  }

  /** Nothing is found out any more that was told so far. */
  leaveOpen(): void {
    this.#doubted.clear()
  }

  isDoubtful(text: string): boolean {
    return this.#asker.wire.dialect === 'xml' && mayBeBent(text)
  }

  /* ───────────────────────────── rows ───────────────────────────── */

  /** As far as it is known by now; what is not is found out by `settle`. */
  straight(hash: InfoHash, row: NativeRow): NativeRow {
    if (!this.#isDoubtful(row)) {
      this.#doubted.delete(hash)
      return row
    }
    const doubted: Doubted = {row, found: new Map()}
    this.#doubted.set(hash, doubted)
    return this.#asKnown(hash, doubted)
  }

  /** The same, found out now. */
  async straightNow(hash: InfoHash, row: NativeRow, bounds: CallBounds): Promise<NativeRow> {
    const [straight] = await this.allStraight(new Map([[hash, row]]), bounds)
    return straight![1]
  }

  async allStraight(
    rows: ReadonlyMap<InfoHash, NativeRow>,
    bounds: CallBounds,
  ): Promise<[InfoHash, NativeRow][]> {
    const doubted = new Map<InfoHash, Doubted>()
    for (const [hash, row] of rows) if (this.#isDoubtful(row)) doubted.set(hash, {row, found: new Map()})
    await this.#findOut([...doubted], bounds, {left: Infinity})
    return [...rows].map(([hash, row]) => {
      const one = doubted.get(hash)
      return [hash, one ? this.#asKnown(hash, one) : row]
    })
  }

  /**
   * Finds out what rows left open, as far as the requests of a step go.
   *
   * @param only of these torrents
   * @returns rows that say more than they did, or otherwise; and whose texts may have changed meanwhile
   */
  async settle(bounds: CallBounds, only?: readonly InfoHash[]): Promise<Settled> {
    const wanted = only && new Set(only)
    const open = [...this.#doubted].filter(([hash]) => !wanted || wanted.has(hash))
    if (open.length === 0) return {rows: [], changed: []}
    const before = open.map(([hash, doubted]) => this.#asKnown(hash, doubted))
    await this.#findOut(open, bounds, {left: STEP_REQUESTS})
    const changed = open.flatMap(([hash, doubted]) => (this.#mayHaveChanged(hash, doubted) ? [hash] : []))
    const rows = open.flatMap(([hash, doubted], index): [InfoHash, NativeRow][] => {
      const isOver = this.#columnsIn(doubted.row).every((column) => doubted.found.has(column))
      if (isOver && this.#doubted.get(hash) === doubted) this.#doubted.delete(hash)
      const now = this.#asKnown(hash, doubted)
      return saysTheSame(before[index]!, now) ? [] : [[hash, now]]
    })
    return {rows, changed}
  }

  #mayHaveChanged(hash: InfoHash, {row, found}: Doubted): boolean {
    const failed = bentColumns.filter((column) => found.get(column) === null)
    return failed.some((column) => {
      const [key, sent] = [keyOf({target: hash, command: commands[column]}), row[column] ?? '']
      const last = this.#contradicted.get(key)
      const times = last?.sent === sent ? last.times + 1 : 1
      if (this.#contradicted.size >= MOST_KNOWN) this.#contradicted.clear()
      this.#contradicted.set(key, {sent, times})
      return times <= MOST_CONTRADICTIONS
    })
  }

  #isDoubtful(row: NativeRow): boolean {
    return row.noText !== undefined || this.#columnsIn(row).length > 0
  }

  #columnsIn(row: NativeRow): Bent[] {
    return bentColumns.filter((column) => this.isDoubtful(row[column] ?? ''))
  }

  /** Names first: most places end with them. */
  async #findOut(
    open: readonly (readonly [InfoHash, Doubted])[],
    bounds: CallBounds,
    budget: Budget,
  ): Promise<void> {
    for (const columns of [['name'], places] as const) {
      const asked = open.flatMap(([hash, doubted]) =>
        columns
          .filter((column) => this.isDoubtful(doubted.row[column] ?? '') && !doubted.found.has(column))
          .map((column) => ({doubted, column, question: this.#questionOf(hash, doubted, column)})),
      )
      const truths = await this.#ask(
        asked.map(({question}) => question),
        bounds,
        budget,
      )
      asked.forEach(({doubted, column}, index) => {
        const truth = truths[index]
        if (truth !== undefined) doubted.found.set(column, truth)
      })
    }
  }

  #questionOf(target: InfoHash, {row, found}: Doubted, column: Bent): Asked {
    const sent = row[column]!
    const name = found.get('name') ?? Buffer.from(row.name ?? '')
    const [folder, last] = splitAtLast(sent)
    const trueFolder = this.#folders.get(folder) ?? Buffer.from(folder)
    const isNamed = column !== 'name' && last === row.name
    return {target, command: commands[column], sent, guesses: isNamed ? [joined(trueFolder, name)] : []}
  }

  #asKnown(hash: InfoHash, {row, found}: Doubted): NativeRow {
    const bytesOf = (column: Bent): Buffer | null => {
      if (row.noText?.includes(column)) return null
      const sent = row[column] ?? ''
      if (!this.isDoubtful(sent)) return Buffer.from(sent)
      const now = found.get(column)
      return now === undefined ? this.#knownOf({target: hash, command: commands[column], sent}) : now
    }
    const name = bytesOf('name')
    const folder = bytesOf('directory')
    const [directory, basePath] = [textIn(folder), textIn(bytesOf('basePath'))]
    // Of a single file that is closed the name says where it lies.
    const needsName = row.isMultiFile !== 1 && row.basePath === ''
    const isKnown = directory !== null && basePath !== null && !(needsName && textIn(name) === null)
    const named = {...row, ...(name !== null && {name: decodeText(name)})}
    if (isKnown) return {...named, directory, basePath}
    const knownFolder = this.#folderOf(row, folder)
    return {...named, isPlaceUnknown: true, ...(knownFolder !== null && {knownFolder})}
  }

  /** @param directory as it is, where that is known */
  #folderOf(row: NativeRow, directory: Buffer | null): string | null {
    const sent = row.directory ?? ''
    if (row.isMultiFile !== 1) return textIn(directory) || null
    if (directory !== null)
      return textIn(directory.subarray(0, Math.max(0, directory.lastIndexOf('/')))) || null
    // What cannot be bent in it is as it was told.
    const [folder] = splitAtLast(sent)
    return row.noText?.includes('directory') || this.isDoubtful(folder) ? null : folder || null
  }

  /* ───────────────────────────── texts ───────────────────────────── */

  /** @returns the text that was told where there was no doubt; `null` = it cannot be found out, or is no text */
  async textsOf(sent: readonly SentText[], bounds: CallBounds): Promise<(string | null)[]> {
    const truths = await this.bytesOf(sent, bounds)
    return truths.map(textIn)
  }

  async bytesOf(sent: readonly SentText[], bounds: CallBounds): Promise<(Buffer | null)[]> {
    const doubtful = sent.filter((one) => this.isDoubtful(one.sent))
    const truths = await this.#ask(
      doubtful.map((one) => ({...one, guesses: []})),
      bounds,
      {left: Infinity},
    )
    const found = new Map(doubtful.map((one, index) => [one, truths[index] ?? null]))
    return sent.map((one) => (found.has(one) ? found.get(one)! : Buffer.from(one.sent)))
  }

  /** @returns `undefined` = its turn did not come */
  async #ask(
    questions: readonly Asked[],
    bounds: CallBounds,
    budget: Budget,
  ): Promise<(Buffer | null | undefined)[]> {
    if (!this.#asker.has('equal') || !this.#asker.has('less')) return questions.map(() => null)
    const truths: (Buffer | null | undefined)[] = questions.map(() => undefined)
    const isLeft = (index: number): boolean => truths[index] === undefined
    const step = async (open: readonly Open[]): Promise<void> => {
      budget.left--
      await this.#oneRound(open, bounds)
      for (const {riddle, index} of open) {
        truths[index] = riddle.truth
        if (riddle.truth) this.#note(questions[index]!, riddle.truth)
      }
    }
    // Most are what was known, or guessed: those go many into one request.
    const fresh = [...questions.keys()].filter((index) => !this.#begun.has(keyOf(questions[index]!)))
    while (fresh.length > 0 && budget.left > 0) {
      const some = fresh.splice(0, GUESSED_AT_ONCE)
      const guessed = some.map((index) => ({riddle: this.#riddleOf(questions[index]!), index}))
      await step(guessed)
      // Kept, or a server with thousands of such names would be asked the same guesses in each step.
      this.#keep(
        guessed.filter(({index}) => isLeft(index)),
        questions,
      )
    }
    const waiting = [...questions.keys()].filter(isLeft)
    let open: Open[] = []
    while (open.length + waiting.length > 0 && budget.left > 0) {
      while (waiting.length > 0 && open.length < SEARCHED_AT_ONCE) {
        const index = waiting.shift()!
        open.push({riddle: this.#riddleOf(questions[index]!), index})
      }
      await step(open)
      open = open.filter(({index}) => isLeft(index))
    }
    this.#keep(open, questions)
    return truths
  }

  #keep(open: readonly Open[], questions: readonly Asked[]): void {
    if (this.#begun.size >= MOST_KNOWN) this.#begun.clear()
    for (const {riddle, index} of open) {
      this.#begun.set(keyOf(questions[index]!), {sent: questions[index]!.sent, riddle})
    }
  }

  async #oneRound(open: readonly Open[], bounds: CallBounds): Promise<void> {
    const asked = open.filter(({riddle}) => riddle.truth === undefined)
    const each = Math.min(MOST_PER_BYTE, Math.floor(MOST_CALLS / Math.max(1, asked.length)))
    const calls = asked.map(({riddle}) => riddle.asks(each))
    const results: RpcResult[] = await this.#asker.wire.askAll(calls.flat(), bounds)
    let from = 0
    asked.forEach(({riddle}, index) => {
      const to = from + calls[index]!.length
      riddle.learn(results.slice(from, to))
      from = to
    })
  }

  #riddleOf(question: Asked): Riddle {
    const {sent, command} = question
    const begun = this.#begun.get(keyOf(question))
    this.#begun.delete(keyOf(question))
    if (begun?.sent === sent) return begun.riddle
    const known = this.#knownOf(question)
    const last = this.#last.get(command)
    const like = last ? alike(last, sent) : null
    const guesses = [...(known ? [known] : []), ...question.guesses, ...(like ? [like.guess] : [])]
    return new Riddle({...question, guesses, beginning: like?.beginning ?? null})
  }

  #knownOf(sent: SentText): Buffer | null {
    const known = this.#known.get(keyOf(sent))
    return known?.sent === sent.sent ? known.bytes : null
  }

  #note({target, command, sent}: SentText, bytes: Buffer): void {
    if (this.#known.size >= MOST_KNOWN) this.#known.clear()
    this.#known.set(keyOf({target, command}), {sent, bytes})
    this.#last.set(command, {sent, bytes})
    if (!sent.startsWith('/')) return
    if (this.#folders.size >= MOST_KNOWN) this.#folders.clear()
    for (
      let [at, slash] = [sent, bytes.lastIndexOf('/')];
      slash > 0;
      slash = bytes.lastIndexOf('/', slash - 1)
    ) {
      ;[at] = splitAtLast(at)
      this.#folders.set(at, bytes.subarray(0, slash))
    }
    this.#folders.set(sent, bytes)
  }
}

interface Budget {
  /** Requests. */
  left: number
}

const bentColumns = Object.keys(commands) as Bent[]

function keyOf({target, command}: Pick<SentText, 'target' | 'command'>): string {
  return `${target} ${command}`
}

function textIn(bytes: Buffer | null): string | null {
  return bytes !== null && isUtf8(bytes) ? bytes.toString() : null
}

function saysTheSame(one: NativeRow, other: NativeRow): boolean {
  return (
    one.isPlaceUnknown === other.isPlaceUnknown &&
    one.knownFolder === other.knownFolder &&
    bentColumns.every((column) => one[column] === other[column])
  )
}

/** Slashes are never bent. */
function splitAtLast(path: string): [folder: string, last: string] {
  const slash = path.lastIndexOf('/')
  return [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)]
}

function joined(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from('/'), name])
}

/** What the truth of another says of this one, where both begin alike and perhaps end alike. */
function alike(last: Known, sent: string): {guess: Buffer; beginning: Known | null} | null {
  const width = widthOf(last)
  if (width === null) return null
  let start = 0
  while (start < Math.min(sent.length, last.sent.length) && sent[start] === last.sent[start]) start++
  // A percent and its two digits belong together.
  const cut = sent.slice(0, start).replace(/%[0-9A-F]?$/, '').length
  const bytes = last.bytes.subarray(0, width(cut))
  if (cut === 0) return null
  const beginning = {sent: sent.slice(0, cut), bytes}
  return {guess: Buffer.concat([bytes, Buffer.from(sent.slice(cut))]), beginning}
}

/** How many bytes the first letters of a told text stand for; `null` = its letters cannot be told apart. */
function widthOf({sent, bytes}: Known): ((letters: number) => number) | null {
  if (sent.length === bytes.length) return (letters) => letters
  const bent = (text: string): number => text.match(percents)?.length ?? 0
  if (sent.length - 2 * bent(sent) !== bytes.length) return null
  return (letters) => letters - 2 * bent(sent.slice(0, letters))
}
