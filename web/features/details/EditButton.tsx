import {Pencil} from 'lucide-react'
import {text} from '../../i18n/text.ts'
import {IconButton} from '../../ui/IconButton.tsx'

/** Beside a value: changes it. */
export function EditButton({
  what,
  whyNot = null,
  onClick,
}: {
  what: string
  /** Why it can not be changed here; `null` = it can. */
  whyNot?: string | null
  onClick: () => void
}) {
  return (
    <IconButton
      size="small"
      icon={Pencil}
      label={text('details.edit', {what})}
      disabledReason={whyNot ?? undefined}
      className="-my-0.5 pointer-coarse:-my-3"
      onClick={onClick}
    />
  )
}
