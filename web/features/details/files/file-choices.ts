/** Which files of a torrent can be selected together: by what they are, by their extension, by their size. Pure. */
import {isSample, mediaKindOf} from '#media/media-kind.ts'
import type {TorrentFile} from '../../../api/details.ts'

type Listed = Pick<TorrentFile, 'path' | 'size'>

const fileGroups = [
  'video',
  'sample',
  'audio',
  'subtitle',
  'image',
  'book',
  'archive',
  'executable',
  'discImage',
] as const
type FileGroup = (typeof fileGroups)[number]

/** MiB, where one looks for films, episodes and small things beside them. */
const largerThan = [100, 1_024] as const
const smallerThan = [10, 100] as const

const MIB = 2 ** 20
/** Extensions that are offered, those of the most files first. */
const MOST_EXTENSIONS = 8

/** Places in the list of files. */
export interface FileChoices {
  readonly groups: ReadonlyMap<FileGroup, readonly number[]>
  readonly extensions: readonly {readonly extension: string; readonly places: readonly number[]}[]
  readonly larger: readonly {readonly mib: number; readonly places: readonly number[]}[]
  readonly smaller: readonly {readonly mib: number; readonly places: readonly number[]}[]
}

/** What would choose none, or all of them, is left out. */
export function fileChoices(files: readonly Listed[]): FileChoices {
  const groups = new Map<FileGroup, number[]>()
  const extensions = new Map<string, number[]>()
  const kinds = files.map(({path}) => mediaKindOf(path))
  const largest = files.reduce((most, {size}, at) => (kinds[at] === 'video' ? Math.max(most, size) : most), 0)
  for (const [at, {path, size}] of files.entries()) {
    const group = groupOf(isSample(path, size, largest) ? 'sample' : kinds[at]!)
    if (group !== null) put(groups, group, at)
    const extension = extensionOf(path)
    if (extension !== '') put(extensions, extension, at)
  }
  const some = ({places}: {places: readonly number[]}) => places.length > 0 && places.length < files.length
  const bySize = (mib: number, fits: (size: number) => boolean) => ({
    mib,
    places: files.flatMap(({size}, at) => (fits(size) ? [at] : [])),
  })
  return {
    groups: new Map(fileGroups.flatMap((it) => (groups.has(it) ? [[it, groups.get(it)!] as const] : []))),
    extensions: [...extensions]
      .map(([extension, places]) => ({extension, places}))
      .filter(some)
      .toSorted((one, other) => other.places.length - one.places.length)
      .slice(0, MOST_EXTENSIONS),
    larger: largerThan.map((mib) => bySize(mib, (size) => size > mib * MIB)).filter(some),
    smaller: smallerThan.map((mib) => bySize(mib, (size) => size < mib * MIB)).filter(some),
  }
}

function groupOf(kind: ReturnType<typeof mediaKindOf> | 'sample'): FileGroup | null {
  return kind === 'other' ? null : kind
}

/** In small letters, without its dot; '' = none. */
function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  const extension = dot < 1 ? '' : name.slice(dot + 1).toLowerCase()
  return /^[a-z0-9]{1,12}$/.test(extension) ? extension : ''
}

function put<K>(places: Map<K, number[]>, key: K, at: number): void {
  const known = places.get(key)
  if (known) known.push(at)
  else places.set(key, [at])
}
