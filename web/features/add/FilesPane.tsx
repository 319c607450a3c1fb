import type {ServerDetail} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {allWanted, type FileChoice} from './file-choice.ts'
import {FileChooser} from './FileChooser.tsx'
import type {AddItem} from './items.ts'
import {reasonAgainst, reasonAgainstPriority} from './offered.ts'

/** Which files of the torrent are wanted, where that can be said before it starts; else why not. */
export function FilesPane({
  item,
  details,
  choice,
  onChange,
}: {
  item: AddItem | null
  details: readonly ServerDetail[]
  choice: FileChoice | null
  onChange: (choice: FileChoice) => void
}) {
  const words = wordsAgainst(item, details)
  if (words === null && item?.kind === 'file' && item.content) {
    return (
      <FileChooser
        content={item.content}
        choice={choice ?? allWanted}
        whyNotFirst={reasonAgainstPriority('high', details)}
        onChange={onChange}
      />
    )
  }
  return (
    <section aria-label={text('add.chosen-files')}>
      <h3 className="mb-1.5 text-12 font-medium text-text-2">{text('add.chosen-files')}</h3>
      <p className="text-pretty text-text-3">{words}</p>
    </section>
  )
}

/** `null` = they can be chosen. */
function wordsAgainst(item: AddItem | null, details: readonly ServerDetail[]): string | null {
  if (item === null) return text('add.files.none')
  if (item.kind !== 'file') return text('add.files.later')
  if (item.fault !== null) return item.fault
  if (item.content === null) return text('add.files.reading')
  if (item.content.files_omitted > 0) return text('add.files.too-many')
  return reasonAgainst('setFilePriority', details) ?? null
}
