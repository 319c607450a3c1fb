import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Command} from 'cmdk'
import {List, Search, type LucideIcon} from 'lucide-react'
import {useRef} from 'react'
import {viewsQuery} from '../../../api/views.ts'
import {text} from '../../../i18n/text.ts'
import {bareInputClass} from '../../../ui/control-class.ts'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import type {TorrentsSearch} from '../torrents-search.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import {searchOf} from './saved-view.ts'
import {closeViewDialog} from './view-dialogs.ts'
import {viewIcon} from './view-icons.ts'

/** All views by name: type, then Enter. */
export function ViewListDialog() {
  const {data: views = []} = useQuery(viewsQuery)
  const [{servers, view: open}] = useTorrentsSearch()
  const navigate = useNavigate()
  const input = useRef<HTMLInputElement>(null)
  const go = (search: TorrentsSearch) => {
    closeViewDialog()
    void navigate({to: '/torrents', search})
  }
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && closeViewDialog()}
      title={text('view.list.open')}
      description={views.length === 0 ? text('view.list.hint') : undefined}
      size="s"
      initialFocus={input}
    >
      <Command label={text('view.list')} loop>
        <div className="flex h-9 items-center gap-2 border-b border-line text-text-3 pointer-coarse:h-11">
          <Icon icon={Search} size={14} />
          <Command.Input
            ref={input}
            placeholder={text('view.list.find')}
            className={`${bareInputClass} text-text placeholder:text-text-3 pointer-coarse:text-16`}
          />
        </div>
        <Command.List className="max-h-[50dvh] scroll-py-1 overflow-y-auto pt-1">
          <Command.Empty className="px-2 py-2 text-text-3">{text('view.list.none')}</Command.Empty>
          <Entry
            id="everything"
            label={text('view.all')}
            icon={List}
            isOpen={false}
            onChoose={() => go(servers === undefined ? {} : {servers})}
          />
          {views.map((view) => (
            <Entry
              key={view.id}
              id={view.id}
              label={view.name}
              icon={viewIcon(view.icon)}
              isOpen={view.id === open}
              hint={view.definition.q}
              onChoose={() => go(searchOf(view))}
            />
          ))}
        </Command.List>
      </Command>
    </Dialog>
  )
}

function Entry({
  id,
  label,
  icon,
  hint = '',
  isOpen,
  onChoose,
}: {
  id: string
  label: string
  icon: LucideIcon
  hint?: string
  isOpen: boolean
  onChoose: () => void
}) {
  return (
    <Command.Item
      value={id}
      keywords={[label]}
      onSelect={onChoose}
      className="flex min-h-8 items-center gap-2.5 rounded-s px-2 select-none data-[selected=true]:bg-accent-soft pointer-coarse:min-h-11"
    >
      <Icon icon={icon} size={14} className="text-text-2" />
      <span className={isOpen ? 'truncate font-medium' : 'truncate'}>{label}</span>
      <span className="ml-auto max-w-1/2 truncate font-mono text-11 text-text-3">{hint}</span>
    </Command.Item>
  )
}
