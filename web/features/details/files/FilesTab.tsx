import {useState} from 'react'
import {text} from '../../../i18n/text.ts'
import {bytes, written} from '../../../ui/format.ts'
import {FilesActions, FilesFilter} from './FilesBar.tsx'
import {FilesSkeleton} from './FilesSkeleton.tsx'
import {FileTreeView} from './FileTreeView.tsx'
import type {FileTree} from './file-tree.ts'
import {PartEmpty, PartFrame} from '../PartFrame.tsx'
import {RenameDialog} from '../RenameDialog.tsx'
import type {Torrent} from '../torrent.ts'
import {useAbilities} from '../use-abilities.ts'
import {useFileRows} from './use-file-rows.ts'
import {useFiles, type Files} from './use-files.ts'
import {TextButton} from '../../../ui/TextButton.tsx'

/** The files as folders show them, which of them are wanted, and how much. */
export function FilesTab({torrent}: {torrent: Torrent}) {
  const abilities = useAbilities(torrent.server_id)
  const files = useFiles(torrent)
  const rows = useFileRows(files.tree)
  const [renamed, setRenamed] = useState<string | null>(null)
  const {whyNot, filePriorities, viewOnly} = abilities
  const [only] = rows.selection.chosen.size === 1 ? rows.selection.chosen : []
  const isKnown = filePriorities.length > 0
  const whyNoPriority = whyNot('setFilePriority') ?? (isKnown ? null : text('files.set-priority.unknown'))
  const renameReason = (path: string) => whyNot(isFolder(files.tree, path) ? 'renameFolder' : 'renameFile')
  return (
    <>
      <PartFrame
        part={files.part}
        serverId={torrent.server_id}
        viewOnly={viewOnly}
        skeleton={FilesSkeleton}
        start={<FilesFilter typed={rows.typed} onType={rows.type} summary={summaryOf(files, rows)} />}
        actions={
          <FilesActions
            isAnyConcerned={rows.concerned.length > 0}
            priorities={filePriorities}
            whyNoPriority={whyNoPriority}
            whyNoRename={only === undefined ? text('files.rename.one') : renameReason(only)}
            onPriority={(priority) => files.setPriority(rows.concerned, priority)}
            onRename={() => setRenamed(only ?? null)}
          />
        }
      >
        {(list) =>
          list.length === 0 ? (
            <PartEmpty title={text('files.none')} next={text('files.none.next')} />
          ) : rows.shown.length === 0 ? (
            <PartEmpty
              title={text('files.nothing', {pattern: rows.pattern})}
              actions={<TextButton onClick={() => rows.type('')}>{text('files.clear')}</TextButton>}
            />
          ) : (
            <FileTreeView
              files={files}
              rows={rows}
              priorities={viewOnly === null && whyNoPriority === null ? filePriorities : []}
              renameReason={viewOnly === null ? renameReason : null}
              onRename={setRenamed}
            />
          )
        }
      </PartFrame>
      {renamed !== null && (
        <RenameDialog
          of={torrent}
          path={renamed}
          isFolder={isFolder(files.tree, renamed)}
          onClose={() => setRenamed(null)}
        />
      )}
    </>
  )
}

/** "3 chosen · 1.2 GiB", "12 files · 4.2 GiB wanted". */
function summaryOf({files, figures, part}: Files, rows: ReturnType<typeof useFileRows>): string {
  if (part.data === null) return ''
  if (rows.concerned.length > 0) {
    const size = rows.concerned.reduce((sum, at) => sum + files[at]!.size, 0)
    const key = rows.selection.chosen.size > 0 ? 'files.chosen' : 'files.found'
    return `${text(key, {count: rows.concerned.length})} · ${written(bytes(size))}`
  }
  const size = written(bytes(figures.wanted))
  return `${text('files.count', {count: files.length})} · ${text('files.wanted', {size})}`
}

function isFolder({nodes, byPath}: FileTree, path: string): boolean {
  const at = byPath.get(path)
  return at !== undefined && nodes[at]!.file === -1
}
