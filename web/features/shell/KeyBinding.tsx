import {Pencil} from 'lucide-react'
import {useState, type KeyboardEvent} from 'react'
import {usePreference} from '../../api/preferences.ts'
import {text} from '../../i18n/text.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {Input} from '../../ui/Input.tsx'
import {Popover} from '../../ui/Popover.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import type {Command} from './commands.ts'
import {pressedKeys} from './key-names.ts'

/** Gives a command another key, none, or the usual one again. */
export function KeyBinding({command}: {command: Command}) {
  const [open, setOpen] = useState(false)
  const [own, setOwn] = usePreference('hotkeys')
  const label = text('keys.change', {command: text(command.label)})
  const keep = (keys: string | null | undefined) => {
    const {[command.id]: _, ...others} = own
    setOwn(keys === undefined ? others : {...others, [command.id]: keys})
    setOpen(false)
  }
  const press = (event: KeyboardEvent) => {
    const keys = pressedKeys(event.nativeEvent)
    if (keys === null) return
    event.preventDefault()
    event.stopPropagation()
    keep(keys)
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={label}
      align="end"
      trigger={<IconButton label={label} icon={Pencil} size="small" />}
    >
      <div className="grid w-60 gap-2">
        <Input aria-label={label} placeholder={text('keys.press')} readOnly onKeyDown={press} />
        <div className="flex justify-between">
          <TextButton onClick={() => keep(null)}>{text('keys.none')}</TextButton>
          <TextButton onClick={() => keep(undefined)}>{text('keys.usual')}</TextButton>
        </div>
      </div>
    </Popover>
  )
}
