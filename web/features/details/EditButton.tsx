import {Pencil} from 'lucide-react'
import {text} from '../../i18n/text.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {openActionDialog} from '../actions/dialogs/action-dialogs.ts'
import {oneTarget} from '../actions/target.ts'
import {nameOf, type Torrent} from './torrent.ts'
import {useAbilities} from './use-abilities.ts'

/** Beside a value: changes it. */
export function EditButton({
  what,
  whyNot = null,
  onClick,
}: {
  what: string
  /** Why it cannot be changed here; `null` = it can. */
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

/** Beside its name: gives it another one; only looking, there is none. */
export function NamePencil({torrent}: {torrent: Torrent}) {
  const {canControl, whyNot} = useAbilities(torrent.server_id)
  if (!canControl) return null
  return (
    <EditButton
      what={text('details.name')}
      whyNot={whyNot('rename')}
      onClick={() => openActionDialog('rename', oneTarget(nameOf(torrent)))}
    />
  )
}
