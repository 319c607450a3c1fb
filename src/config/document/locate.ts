/**
 * Finds the line of every key and section in a TOML document. The parser we use tells lines only of syntax errors, so
 * this walks over text that has already been parsed without one, and follows TOML 1.0 just closely enough not to lose
 * its way: comments, the four kinds of strings, dotted and quoted keys, arrays, inline tables, arrays of tables.
 */
import {pathId, type KeyPath} from './key-path.ts'

interface Position {
  /** Both from 1; the column counts UTF-16 units. */
  readonly line: number
  readonly column: number
}

export interface Locations {
  /** Where this key, section or array element stands; `null` when nothing in the text has this path. */
  of(path: KeyPath): Position | null
}

/** A header or a key with its value, as it stands in the text. Offsets count UTF-16 units. */
export interface Statement {
  /** `[table]`, `[[row]]`, `key = value`. */
  readonly kind: 'table' | 'row' | 'pair'
  /** Of what it declares; a row carries its place in the array. */
  readonly path: KeyPath
  /** How much of `path` is of the table it stands in; 0 for headers and above the first of them. */
  readonly depth: number
  readonly start: number
  /** Where the value of a pair begins; `end` for headers. */
  readonly valueStart: number
  /** After the value or the last bracket: what follows on the line is at most a comment. */
  readonly end: number
}

/** @param text a document without syntax errors; for others the answer is of no use, but it comes. */
export function locate(text: string): Locations {
  const walk = new Walk(text)
  walk.document()
  return {of: (path) => walk.found.get(pathId(path)) ?? null}
}

/** Headers and pairs in the order of the text; what is written within an inline table is a part of its pair. */
export function statementsOf(text: string): readonly Statement[] {
  const walk = new Walk(text)
  walk.document()
  return walk.statements
}

class Walk {
  readonly found = new Map<string, Position>()
  readonly statements: Statement[] = []
  readonly #text: string
  #at = 0
  #line = 1
  #lineStart = 0
  #table: KeyPath = []
  /** How many elements each array of tables has so far, by path. */
  readonly #elements = new Map<string, number>()

  constructor(text: string) {
    this.#text = text
  }

  document(): void {
    for (;;) {
      this.#skipBlank()
      if (this.#at >= this.#text.length) return
      const before = this.#at
      if (this.#peek() === '[') this.#header()
      else this.#statement()
      if (this.#at === before) this.#step()
    }
  }

  #header(): void {
    const start = this.#at
    const position = this.#position()
    const isArray = this.#text.startsWith('[[', this.#at)
    this.#step(isArray ? 2 : 1)
    const written = this.#key()
    this.#skipSpaces()
    this.#step(isArray ? 2 : 1)
    if (written.length === 0) return
    const path = this.#resolve(written, isArray)
    this.#note(path, position)
    this.#table = path
    const end = this.#at
    this.statements.push({kind: isArray ? 'row' : 'table', path, depth: 0, start, valueStart: end, end})
  }

  /** A header names arrays of tables by their last element; `[[name]]` begins a new one. */
  #resolve(written: readonly string[], isArray: boolean): KeyPath {
    let path: KeyPath = []
    for (const [depth, part] of written.entries()) {
      path = path.concat(part)
      const id = pathId(path)
      const isNew = isArray && depth === written.length - 1
      if (isNew) this.#elements.set(id, (this.#elements.get(id) ?? 0) + 1)
      const elements = this.#elements.get(id)
      if (elements !== undefined) path = path.concat(elements - 1)
    }
    return path
  }

  #statement(): void {
    const start = this.#at
    const {path, valueStart} = this.#pair(this.#table)
    const end = valueStart + this.#text.slice(valueStart, this.#at).trimEnd().length
    this.statements.push({kind: 'pair', path, depth: this.#table.length, start, valueStart, end})
  }

  #pair(table: KeyPath): {path: KeyPath; valueStart: number} {
    this.#skipSpaces()
    const position = this.#position()
    const path = [...table, ...this.#key()]
    this.#note(path, position)
    this.#skipSpaces()
    if (this.#peek() !== '=') return {path, valueStart: this.#at}
    this.#step()
    this.#skipSpaces()
    const valueStart = this.#at
    this.#value(path)
    return {path, valueStart}
  }

  /** The path itself, and each of its parents that nobody wrote yet. */
  #note(path: KeyPath, position: Position): void {
    for (let length = path.length; length > 0; length--) {
      const id = pathId(path.slice(0, length))
      if (this.found.has(id)) return
      this.found.set(id, position)
    }
  }

  #value(path: KeyPath): void {
    this.#skipSpaces()
    const first = this.#peek()
    if (first === '"' || first === "'") this.#string()
    else if (first === '[') this.#array(path)
    else if (first === '{') this.#inlineTable(path)
    else while (this.#at < this.#text.length && !/[,\]}\n\r#]/.test(this.#peek())) this.#step()
  }

  #array(path: KeyPath): void {
    this.#step()
    for (let index = 0; this.#at < this.#text.length; index++) {
      this.#skipBlank()
      if (this.#peek() === ']') return this.#step()
      const before = this.#at
      this.#note([...path, index], this.#position())
      this.#value([...path, index])
      this.#skipBlank()
      if (this.#peek() === ',') this.#step()
      if (this.#at === before) return
    }
  }

  #inlineTable(path: KeyPath): void {
    this.#step()
    while (this.#at < this.#text.length) {
      this.#skipBlank()
      if (this.#peek() === '}') return this.#step()
      const before = this.#at
      this.#pair(path)
      this.#skipBlank()
      if (this.#peek() === ',') this.#step()
      if (this.#at === before) return
    }
  }

  #key(): string[] {
    const parts: string[] = []
    for (;;) {
      this.#skipSpaces()
      const part = this.#keyPart()
      if (part === null) return parts
      parts.push(part)
      this.#skipSpaces()
      if (this.#peek() !== '.') return parts
      this.#step()
    }
  }

  #keyPart(): string | null {
    const first = this.#peek()
    if (first === '"' || first === "'") return this.#string()
    const match = /[^\s.=\][{}"'#,]+/y
    match.lastIndex = this.#at
    const bare = match.exec(this.#text)?.[0]
    if (bare === undefined) return null
    this.#step(bare.length)
    return bare
  }

  /** Skips a string of any kind; the answer is its content as a key would have it (escapes resolved). */
  #string(): string {
    const quote = this.#peek()
    const fence = this.#text.startsWith(quote.repeat(3), this.#at) ? quote.repeat(3) : quote
    this.#step(fence.length)
    const start = this.#at
    while (this.#at < this.#text.length && !this.#text.startsWith(fence, this.#at)) {
      this.#step(quote === '"' && this.#peek() === '\\' ? 2 : 1)
    }
    const content = this.#text.slice(start, this.#at)
    this.#step(fence.length)
    // A multi-line string may end in one or two quotes of its own before the closing three.
    while (fence.length === 3 && this.#peek() === quote) this.#step()
    return quote === '"' ? unescape(content) : content
  }

  /** White space, line ends and comments. */
  #skipBlank(): void {
    for (;;) {
      while (/\s/.test(this.#peek())) this.#step()
      if (this.#peek() !== '#') return
      while (this.#at < this.#text.length && this.#peek() !== '\n') this.#step()
    }
  }

  #skipSpaces(): void {
    while (this.#peek() === ' ' || this.#peek() === '\t') this.#step()
  }

  /** '' at the end. */
  #peek(): string {
    return this.#text.charAt(this.#at)
  }

  #step(count = 1): void {
    for (let i = 0; i < count && this.#at < this.#text.length; i++, this.#at++) {
      if (this.#text.charCodeAt(this.#at) !== 10) continue
      this.#line++
      this.#lineStart = this.#at + 1
    }
  }

  #position(): Position {
    return {line: this.#line, column: this.#at - this.#lineStart + 1}
  }
}

const shortEscapes: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\u001b',
}

function unescape(content: string): string {
  return content.replace(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|.)/g, (_, escape: string) =>
    escape.length > 1
      ? String.fromCodePoint(parseInt(escape.slice(1), 16))
      : (shortEscapes[escape] ?? escape),
  )
}
