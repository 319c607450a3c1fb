import {X} from 'lucide-react'
import {text} from '../../../i18n/text.ts'
import {ConfirmButton} from '../dialogs/ConfirmButton.tsx'
import {useServerCommand} from '../use-server-command.ts'

/** A tag of a server, and out with it. */
export function TagChip({
  tag,
  canRemove,
  onRemove,
}: {
  tag: string
  canRemove: boolean
  onRemove: () => Promise<void>
}) {
  const removing = useServerCommand(onRemove)
  return (
    <li className="inline-flex max-w-full items-center rounded-s bg-tint-quiet pl-2 text-12 text-text-2">
      <span className="truncate py-1 pr-2">{tag}</span>
      {canRemove && (
        <ConfirmButton
          icon={X}
          label={text('tags.remove', {tag})}
          question={text('tags.remove.what', {tag})}
          verb={text('tags.remove.do')}
          onConfirm={removing.run}
        />
      )}
      {removing.error && <output className="pr-2 text-st-error">{removing.error}</output>}
    </li>
  )
}
