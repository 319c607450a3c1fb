/** What clears the folders of finished torrents, put together. */
import {join} from 'node:path'
import {recycleExtraFiles, type ExtraFilesSagaParts} from '#trash/recycle-extra-files.ts'
import type {SagaKind} from '#executor/saga-runner.ts'
import {ExtraFiles, type ExtraFilesParts} from '#trash/extra-files.ts'
import type {ResumeFacts} from '#trash/trash-disk.ts'
import type {TrashBook} from '#automation-state/trash-book.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {EXTRA_FILES} from '#model/trash.ts'
import {extraFilesDisk, type ExtraFilesDiskParts} from '#trash/extra-files-disk.ts'
import {trashDisk, type TrashDiskParts} from '#trash/disk-mapped.ts'

export type ExtraFilesOfAppParts = Omit<ExtraFilesParts, 'disk' | 'fleet'> &
  Omit<ExtraFilesDiskParts, 'takenBack'> &
  TrashDiskParts & {readonly book: TrashBook}

export interface ExtraFilesOfApp {
  /** For the desk of decisions. */
  readonly extraFiles: ExtraFiles
  /** For the runner of sagas. */
  readonly saga: (parts: Pick<ExtraFilesSagaParts, 'ended'>) => SagaKind
}

export function extraFilesOfApp(parts: ExtraFilesOfAppParts): ExtraFilesOfApp {
  const {book, write, clock} = parts
  const disk = extraFilesDisk({...parts, takenBack: (key) => takenBack(key, book)})
  const extraFiles = new ExtraFiles({...parts, disk})
  return {
    extraFiles,
    saga: (more) => recycleExtraFiles({...more, extraFiles, book, disk: trashDisk(parts), write, clock}),
  }
}

/** Our paths of files beside a torrent that somebody restored: they stay, for as long as the trash tells of it. */
export function takenBack({serverId, hash}: TorrentKey, book: Pick<TrashBook, 'all'>): ReadonlySet<string> {
  const back = book
    .all()
    .filter((it) => it.hash === hash && it.serverId === serverId)
    .filter(({verb, state}) => verb === EXTRA_FILES && state === 'restored')
    .flatMap(({resume}) => (resume as ResumeFacts).plan ?? [])
  return new Set(back.flatMap(({root, files}) => files.map(({from}) => join(root, from))))
}
