/** Whose the files are that are moved, brought back or let go: asked of each right before. */
import {dirname, join, relative} from 'node:path'
import type {OwnerOf} from '#disk/erase.ts'
import {contradictionAt, toOurs, toServer, type ServerDisk} from '#disk/path-mapping.ts'
import type {Patience} from '#disk/patience.ts'
import {recycleArea, type RecyclePlan} from '#disk/recycle.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import type {PathMapping} from '#model/server.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {doubtWords, isSameDoubt, type Doubt, type DoubtNames} from '#ownership/doubts.ts'
import {oursOf, type OwnershipService} from '#ownership/ownership.ts'
import {seen} from './trash-disk.ts'

/** While files are moved one after the other, others may come to them. */
const OWNERS_MS = 2_000

/** Why a file of ours stays; `null` = nobody else has it. @throws {CommodarrError} `content_unknown` */
type Owned = (path: string) => string | null

interface PlannedContent {
  /** As its server writes it. */
  readonly contentPath: string
  readonly files: readonly TorrentFile[]
  /** Our path of the folder that the paths of the files begin in. */
  readonly base: string
}

/** Who else needs what lies where a torrent's files do, on our own disks. */
export class FileOwners {
  readonly #disk: (id: ServerId) => Pick<ServerDisk, 'mappings'>
  readonly #ownership: Pick<OwnershipService, 'at' | 'serverOf' | 'nameOf' | 'hasLeft'>
  /** It is not configured any more. */
  readonly #hasLeft: (id: ServerId) => boolean
  readonly #patience: Patience

  constructor(
    disk: (id: ServerId) => Pick<ServerDisk, 'mappings'>,
    ownership: Pick<OwnershipService, 'at' | 'serverOf' | 'nameOf' | 'hasLeft'>,
    hasLeft: (id: ServerId) => boolean,
    patience: Patience,
  ) {
    this.#disk = disk
    this.#ownership = ownership
    this.#hasLeft = hasLeft
    this.#patience = patience
  }

  /**
   * File by file. It throws `content_unknown` while nobody can say; what is set aside already is nobody's by doubt alone.
   * Where its files lay is told by our own paths once its server left.
   * @param contentPath as its server wrote it
   * @param accepted doubts that whoever wants it gone was told of: one that came later counts
   */
  of(key: TorrentKey, contentPath: string, plan: RecyclePlan, accepted: readonly Doubt[] = []): OwnerOf {
    const isAccepted = (doubt: Doubt) => accepted.some((it) => isSameDoubt(it, doubt))
    const known = new Map<string, {readonly at: number; readonly owned: Promise<Owned>}>()
    return async (path) => {
      // Nobody says any more which of its folders were which of ours.
      const isOurs = this.#hasLeft(key.serverId)
      const its = isOurs ? {...key, serverId: oursOf(key.serverId)} : key
      const {mappings} = this.#disk(its.serverId)
      const doubt = isOurs ? null : contradictionAt(contentPath, mappings)
      if (doubt !== null) throw new CommodarrError('content_unknown', doubt, {path})
      const isAside = path.includes(`/${recycleArea}/`)
      const now = this.#patience.now()
      const question = `${its.serverId} ${isAside}`
      let last = known.get(question)
      if (!last || now - last.at >= OWNERS_MS) {
        const there = () => (isOurs ? contentByPlan(plan) : contentOf(contentPath, plan, mappings))
        const content = isAside ? contentAside(plan, mappings) : there()
        // It is kept with the trash, for whoever sees its server; of one that left that is its owner once it is back.
        const sees = (id: ServerId) => id === key.serverId
        const counts = (doubt: Doubt) => !isAccepted(doubt) && (!isAside || countsAside(doubt))
        last = {at: now, owned: this.#ownedIn(its, content, counts, sees)}
        known.set(question, last)
      }
      return (await last.owned)(path)
    }
  }

  async #ownedIn(
    key: TorrentKey,
    content: PlannedContent | null,
    counts: (doubt: Doubt) => boolean,
    sees: DoubtNames['sees'],
  ): Promise<Owned> {
    if (content === null) return () => 'a server whose folders are not known here any more'
    const ownership = this.#ownership
    const {base, contentPath} = content
    const files = await filesLeft(content, this.#patience)
    const left = new Set(files.map(({path}) => path))
    const {owners, doubts} = (await ownership.at([{key, contentPath, files}], true)).get(keyText(key))!
    const doubt = doubts.find(counts)
    const names: DoubtNames = {
      server: (id) => ownership.serverOf(id),
      sees,
      unseen: {torrent: 'a torrent of another server', server: 'another server'},
      nameOf: (of) => ownership.nameOf(of),
      hasLeft: (id) => ownership.hasLeft(id),
    }
    return (path) => {
      if (doubt) {
        const message = `It is unknown at the moment which other torrents need ${path}. ${doubtWords(doubt, names)}`
        throw new CommodarrError('content_unknown', message, {path})
      }
      const its = relative(base, path)
      if (!left.has(its)) {
        const message = `${path} was not there when it was asked which other torrents need it.`
        throw new CommodarrError('content_unknown', message, {path})
      }
      // Its name may be nobody's business: who reads it sees other servers than this one.
      return owners.some(({files}) => files === 'all' || files.has(its)) ? 'another torrent' : null
    }
  }
}

/** Nobody takes on what lies in the recycle area: who is away has nothing in there. */
function countsAside({code}: Doubt): boolean {
  return code !== 'away'
}

/**
 * Those that are there still. Files that went in an earlier try, or a moment ago, are where nobody could look for them: to
 * ask about them would make it unknown for ever whose the others are.
 * @throws {CommodarrError} `content_unknown`, `disk_failed`
 */
async function filesLeft({base, files}: PlannedContent, patience: Patience): Promise<readonly TorrentFile[]> {
  const looked = await seen(
    files.map(({path}) => join(base, path)),
    patience,
  )
  if (looked === null)
    throw new CommodarrError('content_unknown', `The disk of ${base} does not answer.`, {path: base})
  return files.filter((_, at) => looked[at] !== null)
}

/** `null` = it is mapped no more. */
function contentOf(
  contentPath: string,
  {root, files}: RecyclePlan,
  mappings: readonly PathMapping[],
): PlannedContent | null {
  const ours = toOurs(contentPath, mappings)
  if (ours === null) return null
  const base = dirname(ours)
  const below = files.filter(({from}) => join(root, from).startsWith(`${base}/`))
  return {
    contentPath,
    base,
    files: below.map((it, index) => fileAt(index, join(root, it.from), base, it.size)),
  }
}

/** Where its files lay, by our own paths alone. `null` = below no folder of their own. */
function contentByPlan({root, files}: RecyclePlan): PlannedContent | null {
  const base = dirname(root)
  if (base === root) return null
  return {
    contentPath: root,
    base,
    files: files.map((it, index) => fileAt(index, join(root, it.from), base, it.size)),
  }
}

/** What lies in the recycle area belongs to whoever lies in there, and to nobody of where it came from. */
function contentAside(
  {root, entry, files}: RecyclePlan,
  mappings: readonly PathMapping[],
): PlannedContent | null {
  const base = join(root, recycleArea)
  const contentPath = toServer(join(base, entry), mappings)
  if (contentPath === null) return null
  return {
    contentPath,
    base,
    files: files.map((it, index) => fileAt(index, join(base, entry, it.to), base, it.size)),
  }
}

function fileAt(index: number, path: string, base: string, size: Bytes): TorrentFile {
  return {index, path: relative(base, path), size, progress: 1, priority: 'normal'}
}
