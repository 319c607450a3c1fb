import {ChevronLeft} from 'lucide-react'
import {Dialog as Radix} from 'radix-ui'
import {useState} from 'react'
import {text} from '../i18n/text.ts'
import {useLayerFocus} from './focus-origin.ts'
import {IconButton} from './IconButton.tsx'
import {keyOf, type MenuAction, type MenuEntry, type MenuSub} from './menu-entry.ts'
import {MenuRow, menuRowClass} from './MenuRow.tsx'
import {useOpenLayer} from './open-layers.ts'

/** A menu on a phone: from below, and what opens further replaces what was there. */
export function MenuSheet({
  open,
  onOpenChange,
  id,
  label,
  entries,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  id?: string | undefined
  label: string
  entries: readonly MenuEntry[]
}) {
  const [path, setPath] = useState<readonly string[]>([])
  useOpenLayer(open)
  const focus = useLayerFocus()
  const opened = openedBy(entries, path)
  const change = (isOpen: boolean) => {
    setPath([])
    onOpenChange(isOpen)
  }
  return (
    <Radix.Root open={open} onOpenChange={change}>
      <Radix.Portal>
        <Radix.Overlay className="kit-scrim fixed inset-0 z-scrim bg-scrim" />
        <Radix.Content
          {...(id !== undefined && {id})}
          aria-describedby={undefined}
          {...focus}
          className="kit-sheet fixed inset-x-0 bottom-0 z-dialog flex max-h-[80dvh] flex-col overflow-hidden rounded-t-xl bg-raised shadow-3 focus-visible:shadow-3"
        >
          <header className="flex min-h-12 items-center gap-1 border-b border-line px-2">
            {opened && (
              <IconButton
                label={text('menu.back')}
                icon={ChevronLeft}
                onClick={() => setPath(path.slice(0, -1))}
              />
            )}
            <Radix.Title className="min-w-0 flex-1 truncate px-2 text-14 font-bold">
              {opened?.label ?? label}
            </Radix.Title>
          </header>
          <div className="min-h-0 overflow-y-auto overscroll-contain p-2 pb-[calc(8px+env(safe-area-inset-bottom))]">
            {(opened?.entries ?? entries).map((entry, at) => (
              <Entry
                key={keyOf(entry, at)}
                entry={entry}
                close={() => change(false)}
                openSub={(id) => setPath([...path, id])}
              />
            ))}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** The entry whose own entries are shown; `null` = the menu itself. */
function openedBy(entries: readonly MenuEntry[], path: readonly string[]): MenuSub | null {
  const [id, ...further] = path
  const found = entries.find((entry): entry is MenuSub => 'entries' in entry && entry.id === id)
  return found ? (openedBy(found.entries, further) ?? found) : null
}

function Entry({
  entry,
  close,
  openSub,
}: {
  entry: MenuEntry
  close: () => void
  openSub: (id: string) => void
}) {
  if ('separator' in entry) return <hr className="my-1 border-line" />
  if ('heading' in entry) {
    return <p className="px-3 pt-2 pb-1 text-12 font-bold text-text-3">{entry.heading}</p>
  }
  const select = () => {
    if (entry.disabledReason !== undefined) return
    if ('entries' in entry) return openSub(entry.id)
    if (!entry.stays) close()
    entry.onSelect()
  }
  return (
    <button
      type="button"
      {...checkOf(entry)}
      aria-disabled={entry.disabledReason !== undefined || undefined}
      className={menuRowClass(entry)}
      onClick={select}
    >
      <MenuRow entry={entry} />
    </button>
  )
}

function checkOf(entry: MenuAction | MenuSub) {
  return 'checked' in entry && entry.checked !== undefined ? {'aria-pressed': entry.checked} : {}
}
