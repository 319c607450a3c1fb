/**
 * Columns of rTorrent's multicalls: each command string is parsed once per request and becomes a function of a torrent,
 * so that 100,000 rows cost 100,000 calls and no more parsing.
 */
import {isUtf8} from 'node:buffer'
import {Rows, RtFault, type Result, type Value} from './rtorrent-encoding.ts'
import {customOf, shownName, torrentGetters, trackerGetters} from './rtorrent-fields.ts'
import {parseCommand, type Argument, type Command} from './rtorrent-language.ts'
import {listedTrackers, type SimTorrent} from './sim-torrent.ts'
import type {World} from './world.ts'

export type Handler = (params: readonly Value[]) => Result
type Row = (torrent: SimTorrent) => Value

interface ColumnDeps {
  readonly world: World
  readonly isNew: boolean
  /** A command that is no getter. */
  readonly command: (name: string) => Handler | undefined
  readonly groupOf: (torrent: SimTorrent) => string
  readonly seedMode: (torrent: SimTorrent, mode: string) => Value
}

export class RtorrentColumns {
  readonly #parts: ColumnDeps
  readonly #world: World
  readonly #isNew: boolean

  constructor(parts: ColumnDeps) {
    this.#parts = parts
    this.#world = parts.world
    this.#isNew = parts.isNew
  }

  /** `null` = there is no such getter. */
  getter(name: string): Row | null {
    const own = Object.hasOwn(torrentGetters, name) ? torrentGetters[name] : undefined
    if (own) return (torrent) => own(torrent, this.#world)
    if (name === 'd.name.or_base64' && this.#isNew) return shownName
    if (name === 'd.base_path.or_base64' && this.#isNew)
      return (torrent) => torrentGetters['d.base_path']!(torrent, this.#world)
    if (name === 'd.throttle_name') return (torrent) => this.#parts.groupOf(torrent)
    return null
  }

  /** A command of a multicall, made into a function once per request. */
  column(source: string): Row {
    return this.#evaluator(parseCommand(source))
  }

  #evaluator({name, args}: Command): Row {
    const texts = args.map((arg) => this.#argument(arg))
    const first = texts[0]
    switch (name) {
      case 'cat':
        return (torrent) => texts.map((text) => textOf(text(torrent))).join('')
      case 'false':
        return () => 0
      case 'd.custom':
        return (torrent) => customOf(torrent, textOf(first!(torrent)))
      case 'or':
        return this.#any(args)
      case 'equal':
        return this.#compare(args, (a, b) => a === b)
      case 'match':
        return this.#compare(args, (a, b) => new RegExp(`^(?:${b})$`, 'i').test(a))
      case 'elapsed.less':
        return (torrent) => Number(this.#world.now() - Number(first!(torrent)) < Number(texts[1]!(torrent)))
      case 't.multicall':
        return (torrent) => this.#trackerCells(torrent, args)
      case 'd.connection_seed.set':
        return (torrent) => this.#parts.seedMode(torrent, textOf(first!(torrent)))
      default:
        return this.#plain(name, texts)
    }
  }

  #plain(name: string, texts: readonly Row[]): Row {
    const getter = this.getter(name)
    if (getter) return getter
    const handler = this.#parts.command(name)
    if (!handler) throw new RtFault(-503, `Command "${name}" does not exist.`)
    return (torrent) => {
      const result = handler([torrent.hash, ...texts.map((text) => text(torrent))])
      return result instanceof Rows || result instanceof RtFault ? 0 : result
    }
  }

  #argument(arg: Argument): Row {
    if (arg.kind === 'text') return () => arg.text
    if (arg.kind === 'call') return this.#evaluator(arg.command)
    return () => arg.items.map((item) => (item.kind === 'text' ? item.text : '')).join(',')
  }

  /** Members are commands, in braces. */
  #members(args: readonly Argument[]): Row[] {
    const items = args[0]?.kind === 'list' ? args[0].items : args
    return items.map((item) => (item.kind === 'text' ? this.column(item.text) : this.#argument(item)))
  }

  #any(args: readonly Argument[]): Row {
    const members = this.#members(args)
    return (torrent) => Number(members.some((member) => isTrue(member(torrent))))
  }

  #compare(args: readonly Argument[], holds: (a: string, b: string) => boolean): Row {
    const items = args[0]?.kind === 'list' ? args[0].items : args
    const [one, other] = items.map((item) => {
      if (item.kind !== 'text') return this.#argument(item)
      return item.text.includes('=') ? this.column(item.text) : () => item.text
    })
    return (torrent) => Number(holds(textOf(one!(torrent)), textOf(other!(torrent))))
  }

  #trackerCells(torrent: SimTorrent, args: readonly Argument[]): string {
    const columns = args.slice(1).map((arg) => parseCommand(arg.kind === 'text' ? arg.text : ''))
    return listedTrackers(torrent)
      .map((tracker) =>
        columns
          .map(({name, args: own}) => (name === 'cat' ? glued(own) : textOf(trackerGetters[name]!(tracker))))
          .join(''),
      )
      .join('')
  }

  /** The rows of a multicall; with a predicate where it is filtered. */
  list(params: readonly Value[], hasPredicate: boolean): Rows {
    const [target, view, ...rest] = params.map(textOf)
    if (target !== '') throw new RtFault(this.#isNew ? -503 : -501, 'Unsupported target type found.')
    const shown = viewOf(view ?? '')
    const predicate = hasPredicate ? this.column(rest.shift() ?? '') : null
    const columns = rest.map((command) => this.column(command))
    const list = this.#world.list()
    return new Rows(
      rowsOf(list, (torrent) => shown(torrent) && (!predicate || isTrue(predicate(torrent))), columns),
    )
  }
}

function viewOf(view: string): (torrent: SimTorrent) => boolean {
  if (view === '' || view === 'main' || view === 'default') return () => true
  if (view === 'started') return ({running}) => running
  if (view === 'stopped') return ({running}) => !running
  throw new RtFault(-503, 'Could not find view.')
}

function* rowsOf(
  torrents: Iterable<SimTorrent>,
  wanted: (torrent: SimTorrent) => boolean,
  columns: readonly Row[],
): Generator<Value[]> {
  for (const torrent of torrents) if (wanted(torrent)) yield columns.map((column) => column(torrent))
}

function isTrue(value: Value): boolean {
  return value !== 0 && value !== '' && value !== '0'
}

/** As text, the way rTorrent glues values together. */
export function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString(isUtf8(value) ? 'utf8' : 'latin1') : ''
}

/** Arguments of `cat` that are no commands. */
export function glued(args: readonly Argument[]): string {
  return args
    .map((arg) => (arg.kind === 'text' ? arg.text : arg.kind === 'list' ? glued(arg.items) : ''))
    .join('')
}
