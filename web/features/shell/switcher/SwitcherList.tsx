import {Link} from '@tanstack/react-router'
import {Search} from 'lucide-react'
import {useId, useRef, useState, type KeyboardEvent} from 'react'
import type {LiveServer} from '#model/live.ts'
import {text} from '../../../i18n/text.ts'
import {bareInputClass} from '../../../ui/control-class.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {Kbd} from '../../../ui/Kbd.tsx'
import {isCommandHeld} from '../../../ui/keys.ts'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {foundServers} from '../../servers/list/server-search.ts'
import {setServerScope, toggled, type ServerScope} from '../../servers/switcher/scope.ts'
import {AllRow, ServerRow} from './SwitcherRow.tsx'

/** Type to find; Enter takes one, Ctrl Enter or its box takes it into the set. */
export function SwitcherList({
  servers,
  scope,
  close,
}: {
  servers: readonly LiveServer[]
  scope: ServerScope
  close: () => void
}) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const found = foundServers(servers, typed)
  const hasAll = typed.trim() === ''
  const count = found.length + (hasAll ? 1 : 0)

  const choose = (index: number, isAdding: boolean) => {
    const server = found[hasAll ? index - 1 : index]
    if (server === undefined) {
      if (!hasAll) return
      setServerScope(null)
    } else {
      setServerScope(isAdding ? toggled(scope, server.server_id) : [server.server_id])
    }
    if (!isAdding) close()
  }
  const go = (to: number) => {
    const next = (to + count) % Math.max(1, count)
    setAt(next)
    list.current?.children[next]?.scrollIntoView({block: 'nearest'})
  }
  const press = (event: KeyboardEvent) => {
    const step = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: count - 1}[event.key]
    if (step !== undefined) go(step)
    else if (event.key === 'Enter') choose(at, isCommandHeld(event))
    else return
    event.preventDefault()
  }
  const rowOf = (index: number) => ({
    id: `${id}-${index}`,
    isActive: index === at,
    onPoint: () => setAt(index),
    onChoose: (isAdding: boolean) => choose(index, isAdding),
  })
  return (
    <div className="flex max-h-[min(560px,80dvh)] flex-col">
      <div className="flex h-10 shrink-0 items-center gap-2 border-b border-line px-3.5 text-text-3 pointer-coarse:h-12">
        <Icon icon={Search} size={14} />
        <input
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- what was opened is a search
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={`${id}-${at}`}
          aria-label={text('switcher.find')}
          placeholder={text('switcher.find')}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setAt(0)
          }}
          onKeyDown={press}
          className={joined(
            bareInputClass,
            'text-14 text-text placeholder:text-text-3 pointer-coarse:text-16',
          )}
        />
      </div>
      <div
        ref={list}
        id={`${id}-list`}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- its options have more in them than words
        role="listbox"
        aria-multiselectable
        aria-label={text('switcher.label')}
        className="min-h-0 overflow-y-auto overscroll-contain p-1"
      >
        {hasAll && <AllRow {...rowOf(0)} servers={servers} isChosen={scope === null} />}
        {found.map((server, index) => (
          <ServerRow
            key={server.server_id}
            {...rowOf(hasAll ? index + 1 : index)}
            server={server}
            place={servers.indexOf(server)}
            isChosen={scope?.includes(server.server_id) ?? false}
          />
        ))}
      </div>
      {count === 0 && <p className="px-3.5 pb-3 text-text-3">{text('switcher.nothing', {typed})}</p>}
      <footer className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-t border-line bg-bg px-3.5 py-[9px] text-12 text-text-3">
        <span className="max-phone:hidden">
          <Kbd keys="Enter" /> {text('switcher.only')}
        </span>
        <span className="max-phone:hidden">
          <Kbd keys="Ctrl Enter" /> {text('switcher.add')}
        </span>
        <Link to="/servers" onClick={close} className={joined(textLinkClass, 'ml-auto')}>
          {text('switcher.manage')}
        </Link>
      </footer>
    </div>
  )
}
