import {ChevronDown} from 'lucide-react'
import {isOwn, type AnyView, type SavedView} from '../../../api/views.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import type {MenuEntry} from '../../../ui/menu-entry.ts'
import {useViewState, type ViewState} from './use-view-state.ts'
import {saveAgain} from './view-actions.ts'
import type {ViewPart} from './view-differences.ts'
import {openViewDialog} from './view-dialog.ts'
import {viewIcon} from './view-icons.ts'
import {ownerWords} from './view-owner.ts'

/** The name of the open view, and whether it was changed. */
export function OpenViewMenu({open}: {open: AnyView}) {
  const state = useViewState()
  const {changed, now} = state
  const isChanged = changed.length > 0
  const own = isOwn(open) ? open : null
  const name = own === null ? text('view.of', {name: open.name, owner: ownerWords(open)}) : open.name
  return (
    <span className="flex min-w-0 shrink-0 max-phone:hidden">
      {isChanged && own && (
        <Button
          variant="ghost"
          icon={viewIcon(open.icon)}
          title={text('view.changed', {parts: changedWords(changed)})}
          onClick={() => void saveAgain(own, now)}
        >
          {text('view.save')}
        </Button>
      )}
      <DropdownMenu
        align="end"
        label={text('view.menu', {name: open.name})}
        trigger={
          <button
            type="button"
            aria-label={text('view.menu', {name: open.name})}
            title={name}
            className="flex h-ctl max-w-36 min-w-0 items-center gap-1 rounded-m px-1.5 font-medium text-text-2 hover:bg-press hover:text-text focus-visible:shadow-focus aria-expanded:bg-press pointer-coarse:h-11"
          >
            <span className="truncate">{open.name}</span>
            {isChanged && <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-accent" />}
            <ChevronDown size={14} aria-hidden className="shrink-0" />
          </button>
        }
        entries={own === null ? sharedEntriesOf(open, state) : entriesOf(own, state)}
      />
    </span>
  )
}

/** Of a view that only its owner changes. */
function sharedEntriesOf(open: AnyView, {changed, revert}: ViewState): readonly MenuEntry[] {
  const none = changed.length === 0 ? {disabledReason: text('view.no-changes')} : {}
  return [
    {heading: text('view.by', {owner: ownerWords(open)})},
    {id: 'new', label: text('view.copy'), onSelect: () => openViewDialog({name: 'save'})},
    {id: 'revert', label: text('view.revert'), ...none, onSelect: revert},
  ]
}

function entriesOf(open: SavedView, {now, changed, revert}: ViewState): readonly MenuEntry[] {
  const none = changed.length === 0 ? {disabledReason: text('view.no-changes')} : {}
  return [
    ...(changed.length > 0 ? [{heading: text('view.changed', {parts: changedWords(changed)})}] : []),
    {id: 'save', label: text('view.save'), ...none, onSelect: () => void saveAgain(open, now)},
    {id: 'new', label: text('view.save.as-new'), onSelect: () => openViewDialog({name: 'save'})},
    {id: 'revert', label: text('view.revert'), ...none, onSelect: revert},
    {separator: true},
    {id: 'rename', label: text('view.rename'), onSelect: () => openViewDialog({name: 'rename', id: open.id})},
    {id: 'share', label: text('view.share'), onSelect: () => openViewDialog({name: 'share', id: open.id})},
  ]
}

const words: Readonly<Record<ViewPart, TextKey>> = {
  q: 'view.part.filters',
  servers: 'view.part.servers',
  sort: 'view.part.sort',
  group: 'view.part.group',
  columns: 'view.part.columns',
  density: 'view.part.density',
  layout: 'view.part.layout',
}

/** "filters, columns": what differs from the saved view. */
function changedWords(parts: readonly ViewPart[]): string {
  return parts.map((part) => text(words[part]).toLowerCase()).join(', ')
}
