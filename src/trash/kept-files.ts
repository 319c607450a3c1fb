/** The files of a torrent that comes back, and its torrent file, as the trash has them. */
import {unfinishedEndings} from '#clients/kinds/kinds.ts'
import {Eraser} from '#disk/erase.ts'
import type {RecyclePlan} from '#disk/recycle.ts'
import type {TrashRecord} from '#model/automation-state.ts'
import type {NotRestored} from '#model/trash.ts'
import type {FileOwners} from './file-owners.ts'
import {addedAs, type AddedAs, type KeptTorrent} from './kept-torrent.ts'
import type {ResumeFacts} from './trash-record.ts'

export class KeptFiles {
  /** The torrent file that was kept; `null` = there is none. */
  readonly torrentFile: (id: string) => Promise<Uint8Array | null>
  readonly #owners: Pick<FileOwners, 'of'>
  readonly #namesIn: (torrent: Uint8Array) => Promise<readonly string[] | null>

  /** @param namesIn paths as it calls its files, in their order; `null` = it cannot be read */
  constructor(
    owners: Pick<FileOwners, 'of'>,
    torrentFile: (id: string) => Promise<Uint8Array | null>,
    namesIn: (torrent: Uint8Array) => Promise<readonly string[] | null>,
  ) {
    this.#owners = owners
    this.torrentFile = torrentFile
    this.#namesIn = namesIn
  }

  /** `null` = nobody knows how it will be called: as it was. */
  async addedAs({was}: ResumeFacts, torrent: Uint8Array | null, canLayOut: boolean): Promise<AddedAs | null> {
    const paths = torrent && (await this.#namesIn(torrent))
    if (!was || paths?.length !== was.files.length) return null
    return addedAs(was, paths, canLayOut)
  }

  /** Before its server is told anything of it: what its disk would refuse. @throws {CommodarrError} */
  async check(record: TrashRecord, resume: ResumeFacts, paths: readonly string[]): Promise<void> {
    const files = this.#setAside(record, resume, paths)
    await files?.eraser.checkRestore(files.plan)
  }

  /**
   * Also when some came back before a crash.
   * @param demand throws where they may not be restored any more
   * @returns which did not come back, and why
   */
  async back(
    record: TrashRecord,
    resume: ResumeFacts,
    paths: readonly string[] | null,
    demand: () => void,
  ): Promise<readonly NotRestored[]> {
    const files = this.#setAside(record, resume, paths)
    return files === null ? [] : filesBack(files.eraser, files.plan, demand)
  }

  /** @param paths as its server calls its files; `null` = as before. @returns `null` = none of its files were set aside */
  #setAside(
    record: TrashRecord,
    {plan: kept, was, contentPath}: ResumeFacts,
    paths: readonly string[] | null,
  ) {
    if (kept === null) return null
    const eraser = new Eraser({ownerOf: this.#owners.of(record, contentPath, kept)})
    return {eraser, plan: was && paths ? calledSo(kept, was, paths) : kept}
  }
}

/** Where a server looks for files that it calls so. */
function calledSo(plan: RecyclePlan, {files}: KeptTorrent, paths: readonly string[]): RecyclePlan {
  if (paths.length !== files.length) return plan
  const byPath = new Map(files.map(({path}, at) => [path, paths[at]!]))
  const moves = plan.files.map((move) => ({...move, from: renamed(move.from, byPath)}))
  return {...plan, files: moves}
}

/** Below whatever folder, and with whatever its server appended to what is not complete. */
function renamed(from: string, byPath: ReadonlyMap<string, string>): string {
  const parts = from.split('/')
  for (let at = 0; at < parts.length; at++) {
    const whole = parts.slice(at).join('/')
    const ending = unfinishedEndings.find((it) => whole.endsWith(it) && byPath.has(cut(whole, it)))
    if (ending === undefined) continue
    return [...parts.slice(0, at), byPath.get(cut(whole, ending))! + ending].join('/')
  }
  return from
}

function cut(text: string, ending: string): string {
  return ending === '' ? text : text.slice(0, -ending.length)
}

/** Files that did not come back are kept by name, up to so many. */
const MOST_NAMED = 1_000

/**
 * Files that were set aside, back to where the plan says; also when some came back before a crash.
 * @param demand throws where nobody may have them come back any more; asked where they are set aside
 * @returns which did not come back, and why
 */
export async function filesBack(
  eraser: Eraser,
  plan: RecyclePlan,
  demand: () => void = () => {},
): Promise<readonly NotRestored[]> {
  const found = await eraser.entry(plan)
  if (found) demand()
  return notRestoredBy(await (found ? eraser.restore(plan) : eraser.absent(plan)))
}

function notRestoredBy({
  missing,
  foreign,
}: {
  readonly missing: readonly string[]
  readonly foreign: readonly string[]
}): readonly NotRestored[] {
  const named = (paths: readonly string[], reason: string) => paths.map((path) => ({path, reason}))
  return [...named(missing, takenOut), ...named(foreign, exchanged)].slice(0, MOST_NAMED)
}

const takenOut = 'It was not in the trash any more: another program or person took it out.'
const exchanged = 'In its place in the trash there was another file, which stays there.'

/** For people. `null` = all came back. */
export function notRestoredWords(files: readonly NotRestored[] = []): string | null {
  const of = (reason: string) => files.filter((it) => it.reason === reason).map(({path}) => path)
  const [missing, foreign] = [of(takenOut), of(exchanged)]
  return joined(
    missing.length > 0
      ? `Of its files ${someOf(missing)} were not in the trash any more: another program or person took them out.`
      : null,
    foreign.length > 0
      ? `In the place of ${someOf(foreign)} there were other files in the trash, which stay there.`
      : null,
  )
}

/** The first of them. */
export function someOf(paths: readonly string[]): string {
  const more = paths.length > 3 ? `, and ${paths.length - 3} more` : ''
  return `${paths.slice(0, 3).join(', ')}${more}`
}

/** For people. `null` = neither has words. */
export function joined(...words: readonly (string | null | undefined)[]): string | null {
  return words.filter((it) => typeof it === 'string').join(' ') || null
}
