import {Ellipsis} from 'lucide-react'
import {text} from '../../../i18n/text.ts'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {useServerMenu, type ServerMenuParts} from './use-server-menu.ts'

/** Everything that is done with one server. What is not his to do says whom to ask. */
export function ServerMenu({className, ...parts}: ServerMenuParts & {readonly className?: string}) {
  const entries = useServerMenu(parts)
  const {server_name: name} = parts.server
  return (
    <DropdownMenu
      label={name}
      align="end"
      entries={entries}
      trigger={<IconButton label={text('server.menu', {name})} icon={Ellipsis} className={className} />}
    />
  )
}
