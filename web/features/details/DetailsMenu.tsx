import {Ellipsis} from 'lucide-react'
import {useMemo, useState} from 'react'
import {text} from '../../i18n/text.ts'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {oneTarget} from '../actions/target.ts'
import {useActionEntries} from '../actions/use-action-entries.ts'
import {selection, useChosen, type TorrentName} from '../torrent-rows/selection.ts'

/** Everything that can be done to this torrent, or to those that are chosen when the details are about several. */
export function DetailsMenu({name}: {name: TorrentName}) {
  const [isOpen, setOpen] = useState(false)
  const chosen = useChosen()
  const one = useMemo(() => oneTarget(name), [name])
  const target = selection.count > 1 ? chosen : one
  const entries = useActionEntries(target, isOpen)
  return (
    <DropdownMenu
      align="end"
      trigger={<IconButton icon={Ellipsis} label={text('details.more')} />}
      entries={entries}
      onOpenChange={setOpen}
    />
  )
}
