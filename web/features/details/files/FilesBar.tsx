import {Gauge, ListFilter, PenLine} from 'lucide-react'
import type {FilePriority} from '#model/command.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {Input} from '../../../ui/Input.tsx'
import {priorityEntries} from './priority-entries.ts'

/** Finds files by a pattern, and sums up what is meant. */
export function FilesFilter({
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

/** Words where there is room for them. */
const roomy = '@max-[560px]:sr-only'

/** What can be done to the chosen files, else to those that were found. */
export function FilesActions({
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
