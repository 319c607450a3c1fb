/**
 * The last points of a proof of import, right before something is removed. Where the library can be seen from here, the
 * file has to lie there; what can not be seen proves and disproves nothing. And of what nobody grabbed only its history
 * tells what it was to bring, so everything to watch, hear or read in it has to have come in: a collection of which
 * one film did keeps its data. Source: protocols/arr.md §6.4, P4.
 *
 *   Arr: from, to ─▶ is `from` the content that the server names? ─▶ same mapping for both ─▶ disk there? ─▶ file there?
 */
import {hasImportedFiles} from '#disk/imported-files.ts'
import {overlap, toOurs} from '#disk/path-mapping.ts'
import {believedMount, type BelievedDeps} from '#disk/verify-mount.ts'
import type {Fleet} from '#fleet/fleet.ts'
import {isSample, mediaKindOf} from '#media/media-kind.ts'
import type {TorrentFile} from '#model/details.ts'
import type {PathMapping} from '#model/server.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {ArrFacts, Landing} from '../manager/torrent-subject.ts'

interface LandedFilesDeps extends BelievedDeps {
  readonly fleet: Pick<Fleet, 'get'>
  readonly mappings: (id: ServerId) => readonly PathMapping[]
  /** @throws {CommodarrError} */
  readonly files: (key: TorrentKey) => Promise<readonly TorrentFile[]>
}

/** More are not looked at: packs are large, and one that is missing is enough. */
const MOST_LOOKED_AT = 50

export class ImportedFilesCheck {
  readonly #parts: LandedFilesDeps

  constructor(parts: LandedFilesDeps) {
    this.#parts = parts
  }

  /**
   * @returns the same, without its proof where a file of it is not in the library
   * @throws {CommodarrError} when nobody can say which files it has
   */
  async checked(key: TorrentKey, saying: ArrFacts | null): Promise<ArrFacts | null> {
    if (!saying?.evidence) return saying
    if (saying.took && !isWhole(await this.#parts.files(key), saying.took)) return {...saying, evidence: null}
    for (const landing of (saying.landed ?? []).slice(0, MOST_LOOKED_AT)) {
      if (await this.#isMissing(key, landing)) return {...saying, evidence: null}
    }
    return saying
  }

  async #isMissing({serverId, hash}: TorrentKey, {from, to}: Landing): Promise<boolean> {
    const {fleet, mappings, patience} = this.#parts
    const contentPath = fleet.get({serverId, hash})?.contentPath
    // An Arr that names the content otherwise sees another tree than its server: what it names is nobody's here.
    if (!contentPath || !isWithin(from, contentPath)) return false
    for (const mapping of mappings(serverId)) {
      const [source, destination] = [toOurs(from, [mapping]), toOurs(to, [mapping])]
      if (source === null || destination === null) continue
      const verdict = await believedMount(mapping.ours, this.#parts)
      if (verdict.mounted === 'unknown') continue
      if ((await hasImportedFiles(source, destination, patience)) === false) return true
    }
    return false
  }
}

/** Of an archive nobody can say what it holds, so it counts as not taken in. */
const toTakeIn: ReadonlySet<string> = new Set(['video', 'audio', 'book', 'archive'])

function isWhole(files: readonly TorrentFile[], took: readonly string[]): boolean {
  const names = new Set(took.map(nameKey))
  const wanted = files.filter(({path, priority}) => priority !== 'skip' && toTakeIn.has(mediaKindOf(path)))
  const largest = Math.max(0, ...wanted.map(({size}) => size))
  const whole = wanted.filter(({path, size}) => !isSample(path, size, largest))
  return whole.length > 0 && whole.every(({path}) => names.has(nameKey(path.split('/').at(-1)!)))
}

function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

function isWithin(path: string, content: string): boolean {
  return path.length >= content.length && overlap(path, content)
}
