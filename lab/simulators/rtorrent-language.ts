/**
 * The little language inside rTorrent's parameters, as far as clients use it: `d.name=`, `d.custom=addtime`,
 * `cat="$t.multicall=…,cat={#}"`, `or={d.up.rate=,"elapsed.less=$d.state_changed=,120"}`. An argument that begins with
 * `$` is a command of its own, also when it stood in quotes: that is the way in for injections, so it is real here.
 * Tried on rtorrent 0.9.8 and 0.16.17.
 */
export interface Command {
  readonly name: string
  readonly args: readonly Argument[]
}

export type Argument =
  | {readonly kind: 'text'; readonly text: string}
  | {readonly kind: 'list'; readonly items: readonly Argument[]}
  /** Its value is wanted, not its text. */
  | {readonly kind: 'call'; readonly command: Command}

/** @throws {Error} in rTorrent's words */
export function parseCommand(source: string): Command {
  const reader = new Reader(source)
  const name = reader.until('=').trim()
  if (!reader.skip('=')) return {name, args: []}
  const args = readList(reader, '')
  if (!reader.atEnd) throw new Error('Junk at end of input.')
  return {name, args}
}

class Reader {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  get atEnd(): boolean {
    return this.#at >= this.#source.length
  }

  peek(): string {
    return this.#source[this.#at] ?? ''
  }

  next(): string {
    return this.#source[this.#at++] ?? ''
  }

  skip(char: string): boolean {
    if (this.peek() !== char) return false
    this.#at++
    return true
  }

  until(stops: string): string {
    const from = this.#at
    while (!this.atEnd && !stops.includes(this.peek())) this.#at++
    return this.#source.slice(from, this.#at)
  }
}

function readList(reader: Reader, closer: string): Argument[] {
  const args: Argument[] = []
  const isOver = (): boolean => reader.atEnd || reader.peek() === closer
  while (!isOver()) {
    args.push(readArgument(reader, closer))
    if (!reader.skip(',')) break
  }
  return args
}

function readArgument(reader: Reader, closer: string): Argument {
  while (reader.peek() === ' ') reader.next()
  if (reader.skip('"')) return expanded(readQuoted(reader))
  if (reader.skip('{')) {
    const items = readList(reader, '}')
    if (!reader.skip('}')) throw new Error('Missing closing bracket.')
    return {kind: 'list', items}
  }
  if (reader.skip('(')) {
    const [head, ...args] = readList(reader, ')')
    if (!reader.skip(')')) throw new Error('Missing closing bracket.')
    const name = head?.kind === 'text' ? head.text : ''
    return {kind: 'call', command: {name, args}}
  }
  return expanded(reader.until(`,${closer}`).trimEnd())
}

function readQuoted(reader: Reader): string {
  let text = ''
  while (!reader.atEnd && reader.peek() !== '"') {
    reader.skip('\\')
    text += reader.next()
  }
  if (!reader.skip('"')) throw new Error('Missing closing quote.')
  return text
}

function expanded(text: string): Argument {
  return text.startsWith('$') ? {kind: 'call', command: parseCommand(text.slice(1))} : {kind: 'text', text}
}
