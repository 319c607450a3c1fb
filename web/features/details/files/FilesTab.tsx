import {Gauge, ListChecks, ListFilter, PenLine} from 'lucide-react'
import {useMemo, useRef, useState} from 'react'
import type {FilePriority} from '#model/command.ts'
import {downloadFile, renameInside} from '../../../api/details.ts'
import {confirmedBy, Problem, type Confirmed} from '../../../api/problem.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {Button} from '../../../ui/Button.tsx'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {bytes, written} from '../../../ui/format.ts'
import {Input} from '../../../ui/Input.tsx'
import {joined} from '../../../ui/joined.ts'
import type {MenuEntry} from '../../../ui/menu-entry.ts'
import {lazyPart} from '../../../ui/lazy-part.ts'
import {TextButton} from '../../../ui/TextButton.tsx'
import {LineDialog, lookAgain} from '../EditDialogs.tsx'
import {PartEmpty, PartFrame, SkeletonRows} from '../PartFrame.tsx'
import {rowHeightClass, useNarrow} from '../row-layout.ts'
import type {Torrent} from '../torrent.ts'
import {useAbilities} from '../use-abilities.ts'
import type {FileTree} from './file-tree.ts'
import {FILES_NARROW_BELOW} from './FileRow.tsx'
import {fileChoices, type FileChoices} from './file-choices.ts'
import {FileTreeView, priorityEntries} from './FileTreeView.tsx'
import {useFileRows} from './file-rows.ts'
import {useFiles, type Files} from './files.ts'
import {faultOf} from './file-name.ts'

const RenameFilesDialog = lazyPart(
  ['details'],
  async () => (await import('./RenameFilesDialog.tsx')).RenameFilesDialog,
)

const MediaDialog = lazyPart(['details'], async () => (await import('./MediaDialog.tsx')).MediaDialog)

/** The files as folders show them, which of them are wanted, and how much. */
export function FilesTab({torrent}: {torrent: Torrent}) {
  const abilities = useAbilities(torrent.server_id)
  const files = useFiles(torrent)
  const rows = useFileRows(files.tree)
  const [renamed, setRenamed] = useState<string | null>(null)
  const [isManyOpen, setManyOpen] = useState(false)
  const [asked, setAsked] = useState<{readonly index: number; readonly path: string} | null>(null)
  const fileAt = (path: string) =>
    files.files[files.tree.nodes[files.tree.byPath.get(path) ?? -1]?.file ?? -1]
  const download = (path: string) => {
    const file = fileAt(path)
    if (!file) return
    const name = path.slice(path.lastIndexOf('/') + 1)
    downloadFile(torrent, file.index, name).catch(
      (error: Error) => void toast({text: error.message, tone: 'bad'}),
    )
  }
  const {whyNot, filePriorities, viewOnly} = abilities
  const [only] = rows.selection.selected.size === 1 ? rows.selection.selected : []
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
        start={
          <>
            <FilesFilter typed={rows.typed} onType={rows.type} summary={summaryOf(files, rows)} />
            {files.files.length > 1 && <SelectFiles files={files} rows={rows} />}
          </>
        }
        actions={
          <FilesActions
            isAnyConcerned={rows.concerned.length > 0}
            priorities={filePriorities}
            whyNoPriority={whyNoPriority}
            whyNoRename={
              files.files.length === 0
                ? text('files.rename.none')
                : only === undefined
                  ? whyNot('renameFile')
                  : renameReason(only)
            }
            onPriority={(priority) => files.setPriority(rows.concerned, priority)}
            onRename={() => (only === undefined ? setManyOpen(true) : setRenamed(only))}
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
              onDownload={download}
              whyNoDownload={abilities.canManage ? null : text('files.download.not-yours')}
              onMedia={(path) => {
                const file = fileAt(path)
                if (file) setAsked({index: file.index, path})
              }}
            />
          )
        }
      </PartFrame>
      {asked !== null && (
        <MediaDialog
          of={torrent}
          index={asked.index}
          name={asked.path.slice(asked.path.lastIndexOf('/') + 1)}
          onClose={() => setAsked(null)}
        />
      )}
      {isManyOpen && (
        <RenameFilesDialog
          of={torrent}
          paths={(rows.concerned.length > 0 ? rows.concerned.map((at) => files.files[at]!) : files.files).map(
            ({path}) => path,
          )}
          all={files.files.map(({path}) => path)}
          onClose={() => setManyOpen(false)}
        />
      )}
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
    const key = rows.selection.selected.size > 0 ? 'files.chosen' : 'files.found'
    return `${text(key, {count: rows.concerned.length})} · ${written(bytes(size))}`
  }
  const size = written(bytes(figures.wanted))
  return `${text('files.count', {count: files.length})} · ${text('files.wanted', {size})}`
}

function isFolder({nodes, byPath}: FileTree, path: string): boolean {
  const at = byPath.get(path)
  return at !== undefined && nodes[at]!.file === -1
}

/** Files that are read and put in order: their heads and rows stand where they will be. */
function FilesSkeleton() {
  const box = useRef<HTMLDivElement>(null)
  const isNarrow = useNarrow(box, FILES_NARROW_BELOW)
  return (
    <div ref={box} aria-busy className="min-h-0 overflow-hidden border-t border-line">
      {!isNarrow && <div className="h-7 border-b border-line" />}
      <SkeletonRows className={joined('pr-4 pl-10', isNarrow ? 'h-[56px]' : rowHeightClass)} />
    </div>
  )
}

/** Finds files by a pattern, and sums up what is meant. */
function FilesFilter({
  typed,
  onType,
  summary,
}: {
  typed: string
  onType: (typed: string) => void
  summary: string
}) {
  return (
    <>
      <Input
        icon={ListFilter}
        value={typed}
        placeholder={text('files.filter')}
        aria-label={text('files.filter')}
        spellCheck={false}
        className="max-w-[230px] max-phone:max-w-none"
        onChange={({target}) => onType(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || typed === '') return
          // The next one closes the details.
          event.preventDefault()
          onType('')
        }}
      />
      <span className="num truncate text-12 text-text-2">{summary}</span>
    </>
  )
}

/** Selects files together, by what they are. */
function SelectFiles({files: {files}, rows}: {files: Files; rows: ReturnType<typeof useFileRows>}) {
  const [isOpen, setOpen] = useState(false)
  const choices = useMemo(() => (isOpen ? fileChoices(files) : null), [isOpen, files])
  const entries = choices ? selectEntries(choices, rows.selectFiles) : []
  return (
    <DropdownMenu
      trigger={
        <Button variant="ghost" icon={ListChecks}>
          <span className={roomy}>{text('files.select')}</span>
        </Button>
      }
      label={text('files.select')}
      entries={entries}
      onOpenChange={setOpen}
    />
  )
}

function selectEntries(
  {groups, extensions, larger, smaller}: FileChoices,
  select: (places: readonly number[]) => void,
): readonly MenuEntry[] {
  const entry = (id: string, label: string, places: readonly number[]): MenuEntry => ({
    id,
    label: text('files.select.some', {what: label, count: places.length}),
    onSelect: () => select(places),
  })
  const parts: (readonly MenuEntry[])[] = [
    [...groups].map(([group, places]) => entry(group, text(`files.group.${group}`), places)),
    extensions.map(({extension, places}) => entry(`.${extension}`, `.${extension}`, places)),
    [
      ...larger.map(({mib, places}) =>
        entry(`>${mib}`, text('files.select.larger', {size: sizeOf(mib)}), places),
      ),
      ...smaller.map(({mib, places}) =>
        entry(`<${mib}`, text('files.select.smaller', {size: sizeOf(mib)}), places),
      ),
    ],
    [{id: 'none', label: text('files.select.clear'), onSelect: () => select([])}],
  ]
  return parts
    .filter((part) => part.length > 0)
    .flatMap((part, at): readonly MenuEntry[] => (at === 0 ? part : [{separator: true}, ...part]))
}

/** "100 MiB", "1 GiB": as one says it. */
function sizeOf(mib: number): string {
  return mib < 1_024 ? `${mib}\u00a0MiB` : `${mib / 1_024}\u00a0GiB`
}

/** Words where there is room for them. */
const roomy = '@max-[560px]:sr-only'

/** What can be done to the chosen files, else to those that were found. */
function FilesActions({
  isAnyConcerned,
  priorities,
  whyNoPriority,
  whyNoRename,
  onPriority,
  onRename,
}: {
  isAnyConcerned: boolean
  /** The least first. */
  priorities: readonly FilePriority[]
  whyNoPriority: string | null
  whyNoRename: string | null
  onPriority: (priority: FilePriority) => void
  onRename: () => void
}) {
  const reason = whyNoPriority ?? (isAnyConcerned ? null : text('files.set-priority.none'))
  const button = (
    <Button variant="ghost" icon={Gauge} disabledReason={reason ?? undefined}>
      <span className={roomy}>{text('files.set-priority')}</span>
    </Button>
  )
  return (
    <>
      {reason === null ? (
        <DropdownMenu trigger={button} align="end" entries={priorityEntries(priorities, null, onPriority)} />
      ) : (
        button
      )}
      <Button variant="ghost" icon={PenLine} disabledReason={whyNoRename ?? undefined} onClick={onRename}>
        <span className={roomy}>{text('files.rename')}</span>
      </Button>
    </>
  )
}

/** Another name for a file or folder, in the folder where it is. */
function RenameDialog({
  of,
  path,
  isFolder,
  onClose,
}: {
  of: Torrent
  path: string
  isFolder: boolean
  onClose: () => void
}) {
  const cut = path.lastIndexOf('/') + 1
  // Of the name that was refused; another name is asked about again.
  const [refusal, setRefusal] = useState<{readonly typed: string; readonly confirmed: Confirmed} | null>(null)
  const send = async (typed: string) => {
    const confirmed = refusal?.typed === typed ? refusal.confirmed : {}
    const verb = isFolder ? 'renameFolder' : 'renameFile'
    try {
      await renameInside(of, verb, path, path.slice(0, cut) + typed.trim(), confirmed)
    } catch (error) {
      const more = error instanceof Problem ? confirmedBy(error.body.confirm_with) : null
      setRefusal(more && {typed, confirmed: {...confirmed, ...more}})
      throw error
    }
    lookAgain(of)
  }
  return (
    <LineDialog
      title={text(isFolder ? 'files.rename.folder' : 'files.rename.file')}
      about={of}
      label={text('files.rename.name')}
      verb={text(refusal === null ? 'files.rename.do' : 'files.rename.anyway')}
      value={path.slice(cut)}
      mistakeIn={mistakeIn}
      send={send}
      onClose={onClose}
    />
  )
}

const faultWords = {
  empty: 'files.rename.empty',
  slash: 'files.rename.slash',
  shape: 'files.rename.fault.shape',
  long: 'files.rename.long',
} as const

function mistakeIn(typed: string): string | null {
  const fault = faultOf(typed.trim())
  return fault && text(faultWords[fault])
}
