import {text} from '../../i18n/text.ts'
import {openActionDialog} from '../actions/dialogs/action-dialogs.ts'
import {oneTarget} from '../actions/target.ts'
import {EditButton} from './EditButton.tsx'
import {nameOf, type Torrent} from './torrent.ts'
import {useAbilities} from './use-abilities.ts'

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
