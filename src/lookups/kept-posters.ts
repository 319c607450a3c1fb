/**
 * Posters of Arrs, kept on our own disk: an Arr is asked for each of them once in a week, by few at a time, and not for a
 * while after it failed. What is kept is shown as long as the Arr does not answer.
 *
 *   asked for ─▶ kept and young? ─yes─▶ shown
 *                    └─ no ─▶ the Arr (few at a time, one question for each) ─▶ picture ─▶ kept, shown
 *                                      ├─ has none ─▶ an empty file, which is younger than a picture for less time
 *                                      └─ fails ─▶ what is kept, however old; the Arr is left alone for a minute
 *
 * Only what begins as a picture does is kept or shown: what stands before an Arr may answer with anything. Where the
 * folder is full, the Arr that takes the most of it loses what was shown longest ago: no Arr pushes out the posters of
 * another. Whoever asks for much that is not there gets what is kept until some hours have passed.
 */
import {createHash, randomUUID} from 'node:crypto'
import {readdir, readFile, rename, rm, stat, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Clock} from '#lib/clock.ts'
import {makeFolder} from '#lib/make-folder.ts'
import {Semaphore} from '#lib/semaphore.ts'
import {TokenBuckets, type BucketSize} from '#lib/token-bucket.ts'
import type {UserId} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'
import type {Poster, PosterPicture} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import {DAY, HOUR, type Bytes, type EpochMs} from '#model/units.ts'

const YOUNG_MS = 7 * DAY * 1_000
/** A movie that was just added gets its poster later. */
const NONE_YOUNG_MS = HOUR * 1_000
const LEFT_ALONE_MS = 60_000
const AT_A_TIME = 3
/** Pages show some dozens at once; who asks for more than this at a time gets what is kept. */
const MOST_WAITING = 200
/** Some thousands of posters. */
const MOST_BYTES: Bytes = 128 * 1024 * 1024
/** What one user may ask for that an Arr does not have; pages ask for what is in its library, which mostly has a poster. */
const missesOfOne: BucketSize = {atOnce: 500, perDay: 5_000}
/** What an empty file costs on a disk, so that they count, too. */
const LEAST_BYTES: Bytes = 512

interface KeptFile {
  readonly bytes: Bytes
  /** When the Arr answered. */
  readonly at: EpochMs
}

/** What one Arr takes of the folder. */
interface Share {
  /** By name, what was shown last at the end. */
  readonly files: Map<string, KeptFile>
  bytes: Bytes
}

interface ArrPace {
  readonly few: Semaphore
  waiting: number
  /** By the duration clock; it failed then. */
  failedAt: number | null
}

export class KeptPosters {
  readonly #folder: string
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #mostBytes: Bytes
  /** By what names of an Arr begin with; `null` = the folder was not looked at yet. */
  #shares: Promise<Map<string, Share>> | null = null
  readonly #misses: TokenBuckets
  readonly #asked = new Map<string, Promise<Poster>>()
  readonly #paces = new Map<ArrId, ArrPace>()

  constructor(folder: string, clock: Pick<Clock, 'now' | 'monotonic'>, mostBytes = MOST_BYTES) {
    this.#folder = folder
    this.#clock = clock
    this.#mostBytes = mostBytes
    this.#misses = new TokenBuckets(clock, missesOfOne)
  }

  /**
   * @param place what is asked of whom; another one may have another picture
   * @param by who asks; `null` = none of the users
   */
  async of(
    arr: ArrId,
    place: string,
    by: UserId | null,
    ask: () => Promise<Uint8Array | null>,
  ): Promise<Poster> {
    const name = `${hashOf(arr).slice(0, 16)}-${hashOf(place)}`
    const {files} = await this.#shareOf(name)
    const file = files.get(name)
    if (file !== undefined && this.#isYoung(file)) return this.#read(name)
    const underWay = this.#asked.get(name)
    if (underWay !== undefined) return underWay
    if (this.#misses.waitMs(by ?? '', 1) !== null) return this.#read(name)
    const answer = this.#ask(arr, name, ask).finally(() => this.#asked.delete(name))
    this.#asked.set(name, answer)
    if ((await answer) === 'none') this.#misses.charge(by ?? '', 1)
    return answer
  }

  #isYoung({bytes, at}: KeptFile): boolean {
    const age = this.#clock.now() - at
    return age >= 0 && age < (bytes === 0 ? NONE_YOUNG_MS : YOUNG_MS)
  }

  async #ask(arr: ArrId, name: string, ask: () => Promise<Uint8Array | null>): Promise<Poster> {
    const pace = this.#paceOf(arr)
    if (isLeftAlone(pace, this.#clock.monotonic()) || pace.waiting >= MOST_WAITING) return this.#read(name)
    pace.waiting++
    try {
      return await pace.few.run(async () => {
        // It may have failed while this one waited.
        if (isLeftAlone(pace, this.#clock.monotonic())) return this.#read(name)
        const bytes = await ask()
        pace.failedAt = null
        return await this.#keep(name, Buffer.from(bytes ?? []))
      })
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      pace.failedAt = this.#clock.monotonic()
      return this.#read(name)
    } finally {
      pace.waiting--
    }
  }

  #paceOf(arr: ArrId): ArrPace {
    const known = this.#paces.get(arr)
    if (known !== undefined) return known
    const pace: ArrPace = {few: new Semaphore(AT_A_TIME), waiting: 0, failedAt: null}
    this.#paces.set(arr, pace)
    return pace
  }

  /** As it is kept, of whatever age. */
  async #read(name: string): Promise<Poster> {
    const share = await this.#shareOf(name)
    const file = share.files.get(name)
    if (file === undefined) return 'unread'
    share.files.delete(name)
    share.files.set(name, file)
    if (file.bytes === 0) return 'none'
    try {
      return pictureIn(await readFile(join(this.#folder, name))) ?? 'none'
    } catch {
      // Somebody tidied up; the next one who asks gets it from the Arr again.
      if (share.files.delete(name)) share.bytes -= costOf(file)
      return 'unread'
    }
  }

  /** Shown in any case: a disk that is full costs the next question alone. */
  async #keep(name: string, answer: Buffer): Promise<Poster> {
    const picture = pictureIn(answer)
    const bytes = picture?.bytes ?? Buffer.alloc(0)
    const at = this.#clock.now()
    try {
      await makeFolder(this.#folder, 0o700)
      const path = join(this.#folder, name)
      const part = `${path}.${randomUUID()}`
      await writeFile(part, bytes, {mode: 0o600})
      await utimes(part, at / 1_000, at / 1_000)
      await rename(part, path)
      await this.#count(name, {bytes: bytes.length, at})
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error
    }
    return picture ?? 'none'
  }

  async #count(name: string, file: KeptFile): Promise<void> {
    const share = await this.#shareOf(name)
    const before = share.files.get(name)
    if (before !== undefined) share.bytes -= costOf(before)
    share.files.delete(name)
    share.files.set(name, file)
    share.bytes += costOf(file)
    const shares = [...(await this.#known()).values()]
    while (shares.reduce((sum, {bytes}) => sum + bytes, 0) > this.#mostBytes) {
      const largest = shares.reduce((one, other) => (other.bytes > one.bytes ? other : one))
      const [oldest, it] = [...largest.files.entries().take(1)][0]!
      if (oldest === name) break
      largest.files.delete(oldest)
      largest.bytes -= costOf(it)
      await rm(join(this.#folder, oldest), {force: true})
    }
  }

  async #shareOf(name: string): Promise<Share> {
    return shareIn(await this.#known(), name)
  }

  #known(): Promise<Map<string, Share>> {
    this.#shares ??= this.#look()
    return this.#shares
  }

  /** What an earlier run kept, of each Arr the oldest first. */
  async #look(): Promise<Map<string, Share>> {
    const names = await readdir(this.#folder).catch(() => [])
    const found: (readonly [string, KeptFile])[] = []
    for (const name of names) {
      const path = join(this.#folder, name)
      // A part of one was being written when that run ended.
      if (!/^[0-9a-f]{16}-[0-9a-f]{64}$/.test(name)) await rm(path, {force: true}).catch(() => undefined)
      else {
        const it = await stat(path).catch(() => null)
        if (it?.isFile()) found.push([name, {bytes: it.size, at: it.mtimeMs}])
      }
    }
    const shares = new Map<string, Share>()
    for (const [name, file] of found.toSorted(([, one], [, other]) => one.at - other.at)) {
      const share = shareIn(shares, name)
      share.files.set(name, file)
      share.bytes += costOf(file)
    }
    return shares
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Of the Arr whose names begin so; one that keeps nothing yet has an empty one. */
function shareIn(shares: Map<string, Share>, name: string): Share {
  const arr = name.slice(0, name.indexOf('-'))
  const known = shares.get(arr)
  if (known !== undefined) return known
  const share: Share = {files: new Map(), bytes: 0}
  shares.set(arr, share)
  return share
}

function isLeftAlone({failedAt}: ArrPace, now: number): boolean {
  return failedAt !== null && now - failedAt < LEFT_ALONE_MS
}

function costOf({bytes}: KeptFile): Bytes {
  return Math.max(bytes, LEAST_BYTES)
}

/** `null` = these bytes are no picture. */
function pictureIn(bytes: Buffer): PosterPicture | null {
  const type = typeOf(bytes)
  if (type === null) return null
  return {bytes, type, tag: createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}
}

/** By how it begins: an Arr says what the name ends with. Drawings (SVG) may hold scripts and are none. */
function typeOf(bytes: Buffer): PosterPicture['type'] | null {
  const head = bytes.subarray(0, 12).toString('latin1')
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'image/webp'
  if (head.startsWith('GIF8')) return 'image/gif'
  return null
}
