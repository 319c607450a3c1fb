/**
 * All long texts of the fleet in one growing buffer, as UTF-8. A text is written once and never changed; who replaces
 * it leaves a hole behind, and when holes make up a third the owners move their texts into a fresh buffer. An offset
 * therefore names its bytes exactly until `moves` rises.
 */
const FIRST_BYTES = 1 << 16
/** Below this many wasted bytes compaction is not worth its time. */
const WORTH_TIDYING = 1 << 18

const OFFSET_BYTES = 4

/** Who keeps offsets into the arena: moves every text it holds when asked. */
export interface ArenaOwner {
  moveTexts(move: (offset: number, length: number) => number): void
}

export class TextArena {
  buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  used = 0
  wasted = 0
  /** How often all texts moved. */
  moves = 0
  readonly #owners: ArenaOwner[] = []
  /** Length in bytes of the text that `draft` encoded last. */
  drafted = 0

  owns(owner: ArenaOwner): void {
    this.#owners.push(owner)
  }

  /** Encodes `text` behind the last one without keeping it yet; a lone surrogate becomes U+FFFD. */
  draft(text: string): void {
    this.#makeRoom(text.length * 3)
    this.drafted = this.buffer.write(text, this.used, 'utf8')
  }

  /** Are the drafted bytes the same as those at `offset`? */
  draftEquals(offset: number, length: number): boolean {
    if (length !== this.drafted) return false
    return this.buffer.compare(this.buffer, offset, offset + length, this.used, this.used + length) === 0
  }

  /** Keeps the drafted text; answers where it begins. */
  keepDraft(): number {
    const offset = this.used
    this.used += this.drafted
    return offset
  }

  /** Keeps bytes that are UTF-8 already. */
  keep(bytes: Uint8Array): number {
    this.#makeRoom(bytes.length)
    this.buffer.set(bytes, this.used)
    const offset = this.used
    this.used += bytes.length
    return offset
  }

  text(offset: number, length: number): string {
    return length === 0 ? '' : this.buffer.toString('utf8', offset, offset + length)
  }

  bytes(offset: number, length: number): Uint8Array {
    return this.buffer.subarray(offset, offset + length)
  }

  /** Gives back the holes when they are worth it. Every offset changes. */
  tidy(): void {
    if (this.wasted < WORTH_TIDYING || this.wasted * 3 < this.used) return
    this.compact()
  }

  /** Texts that two owners share stay shared: the first to move one leaves its new offset in the old bytes. */
  compact(): void {
    const old = this.buffer
    const moved = new Uint8Array((this.used >>> 3) + 1)
    this.buffer = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, this.used - this.wasted + (this.used >>> 3)))
    this.used = 0
    for (const owner of this.#owners)
      owner.moveTexts((offset, length) => this.#take(old, moved, offset, length))
    this.wasted = 0
    this.moves++
  }

  #take(old: Buffer, moved: Uint8Array, offset: number, length: number): number {
    const bit = 1 << (offset & 7)
    if ((moved[offset >>> 3]! & bit) !== 0) return old.readUInt32LE(offset)
    this.#makeRoom(length)
    const target = this.used
    old.copy(this.buffer, target, offset, offset + length)
    this.used += length
    if (length >= OFFSET_BYTES) {
      moved[offset >>> 3]! |= bit
      old.writeUInt32LE(target, offset)
    }
    return target
  }

  #makeRoom(bytes: number): void {
    const wanted = this.used + bytes
    if (wanted <= this.buffer.length) return
    const bigger = Buffer.allocUnsafeSlow(Math.max(wanted, this.buffer.length + (this.buffer.length >>> 1)))
    this.buffer.copy(bigger, 0, 0, this.used)
    this.buffer = bigger
  }
}
