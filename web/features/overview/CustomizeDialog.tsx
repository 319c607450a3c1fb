import {ArrowDown, ArrowUp} from 'lucide-react'
import type {KeyboardEvent} from 'react'
import {usePreference} from '../../api/preferences.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Checkbox} from '../../ui/Checkbox.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {keptOf, moved, sectionsOf, type Section, type SectionId} from './overview-sections.ts'

/** Which parts the overview has and in which order; each change shows at once behind it. */
export function CustomizeDialog({onClose}: {onClose: () => void}) {
  const [kept, keep] = usePreference('overview.sections')
  const sections = sectionsOf(kept)
  const change = (to: readonly Section[]) => keep(keptOf(to))
  const move = (id: SectionId, by: 1 | -1) => change(moved(sections, id, by))
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="s"
      title={text('overview.customize')}
      description={text('overview.customize.hint')}
      footer={
        <>
          <Button
            variant="ghost"
            disabledReason={kept === null ? text('overview.customize.usual') : undefined}
            onClick={() => keep(null)}
          >
            {text('overview.customize.reset')}
          </Button>
          <Button variant="primary" onClick={onClose}>
            {text('overview.customize.done')}
          </Button>
        </>
      }
    >
      <ol className="grid">
        {sections.map(({id, isHidden}, at) => {
          const name = text(`overview.section.${id}`)
          return (
            // The arrows with Alt are the twins of its buttons.
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
            <li
              key={id}
              onKeyDown={(event) => moveByKey(event, (by) => move(id, by))}
              className="flex min-h-9 items-center gap-2 border-b border-line last:border-0 pointer-coarse:min-h-11"
            >
              <Checkbox
                checked={!isHidden}
                onChange={(isShown) =>
                  change(sections.map((it) => (it.id === id ? {id, isHidden: !isShown} : it)))
                }
                label={name}
                className="min-w-0 flex-1"
              />
              <IconButton
                icon={ArrowUp}
                label={text('overview.customize.up', {name})}
                disabledReason={at === 0 ? text('overview.customize.first') : undefined}
                onClick={() => move(id, -1)}
              />
              <IconButton
                icon={ArrowDown}
                label={text('overview.customize.down', {name})}
                disabledReason={at === sections.length - 1 ? text('overview.customize.last') : undefined}
                onClick={() => move(id, 1)}
              />
            </li>
          )
        })}
      </ol>
    </Dialog>
  )
}

function moveByKey(event: KeyboardEvent, move: (by: 1 | -1) => void): void {
  if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
  event.preventDefault()
  move(event.key === 'ArrowUp' ? -1 : 1)
}
